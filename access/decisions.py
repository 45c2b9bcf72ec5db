"""May this account enter this service now? The answer the portal gets.

Nothing is cached: both lives are replayed at the moment of the question, so that access ends at
midnight whether or not any job ran.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models.functions import Lower

from access.models import Habilitation
from access.services.lives import READ_WITH, lives_at
from contracts.models import Caisse
from workflows import access_decision, clock
from workflows.access_decision import NOT_HABILITATED
from workflows.habilitation_life import HabilitationLife

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CommittedHours:
    """When the caisse commits to keep the service open: information, never a prohibition."""

    opens_at: time
    closes_at: time
    days_a_week: int


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with what commands it."""

    permit: bool
    code: str
    """Stable: one of ``workflows.access_decision.REASONS``."""
    reason: str
    article: str
    convention: str
    """Number of the convention; empty when the account has no habilitation to the service."""
    valid_until: datetime | None
    """While permitted, the first instant without access as far as is known now."""
    provisional: bool
    hours: CommittedHours | None
    decided_at: datetime
    version: int
    """Never smaller in a later answer; the same number is the same answer."""

    @property
    def last_day(self) -> date | None:
        """While permitted, the last civil day of access."""
        return None if self.valid_until is None else clock.civil_date(self.valid_until) - _ONE_DAY


def decide(caisse: Caisse, identifier: str, service: str, at: datetime | None = None) -> Decision:
    """Whether the account of that identifier in the caisse may enter the service.

    ``at`` (now by default) is an aware instant; in the past, the answer is the one that was given
    then. Denied by default: an unknown account, an account of another caisse and an account
    without this service get the same answer.
    """
    at = at or clock.now()
    habilitations = _habilitations(caisse, identifier, service)
    lives = lives_at(habilitations, at) if habilitations else []
    decisions = [access_decision.decide(life, at) for life in lives]
    best = access_decision.best(decisions)
    # The life that the answer comes from: its convention and its hours are quoted.
    index = next((i for i, decision in enumerate(decisions) if decision is best), None)
    life = None if index is None or best.code == NOT_HABILITATED else lives[index]
    return Decision(
        permit=best.permit,
        code=best.code,
        reason=best.reason,
        article=best.article,
        convention=habilitations[index].convention.number if life and index is not None else "",
        valid_until=best.valid_until,
        provisional=best.provisional,
        hours=_hours(life, service) if life else None,
        decided_at=at,
        version=_version(habilitations, at),
    )


def _habilitations(caisse: Caisse, identifier: str, service: str) -> list[Habilitation]:
    return list(
        Habilitation.objects.annotate(key=Lower("account__identifier"))
        .filter(
            account__caisse=caisse,
            key=identifier.strip().lower(),
            service=service,
        )
        .exclude(account__identifier="")
        .select_related("account", *READ_WITH)
        .order_by("pk")
    )


def _version(habilitations: Sequence[Habilitation], at: datetime) -> int:
    """A number that only grows: acts raise revisions, and midnight raises the day.

    Answers change at midnight or with an act and at no other time, so an answer kept by its number
    is never overtaken by an older one.
    """
    conventions = {h.convention_id: h.convention.revision for h in habilitations}
    accounts = {h.account_id: h.account.revision for h in habilitations}
    revisions = [h.revision for h in habilitations]
    day = clock.civil_date(at).toordinal()
    return day + sum((*revisions, *conventions.values(), *accounts.values()))


def _hours(life: HabilitationLife, service: str) -> CommittedHours | None:
    offered = {offer.code: offer.hours for offer in life.convention.rulebook.services}
    hours = offered.get(service)
    if hours is None:
        return None
    return CommittedHours(hours.opens_at, hours.closes_at, hours.days_a_week)
