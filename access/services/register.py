"""Who could enter which service on a day, under which convention, and as it was known when.

Derived by replay, in chunks: whatever the number of habilitations, few are in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import AccountIdentifier, Habilitation, HabilitationAct
from access.services.lives import acts_by_subject
from contracts.models import Convention
from contracts.models.gathering import Gathering
from workflows import access_decision, clock, habilitation_life
from workflows.access import Days
from workflows.access_spans import held_on, span_on
from workflows.habilitation import HabilitationState
from workflows.habilitation_life import HabilitationLife
from workflows.scopes import in_words

_ONE_DAY = timedelta(days=1)

AT_ONCE = 500
"""Habilitations that are in memory together."""


class After(NamedTuple):
    """The place in the register from which it goes on."""

    convention: int
    habilitation: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One person who could enter one service on the day."""

    habilitation: Habilitation
    service: str
    """What the screens call the service."""
    days: Days | None
    """The days of access without a break that hold the day; None where ``fault`` says why."""
    article: str
    profile: str = ""
    """The user's profile on that day, in words; empty without one."""
    scope: str = ""
    """What narrowed the territory on that day, in words; empty: as far as the service."""
    fault: str = ""
    """Why the life cannot be told: whether there was access is then unknown."""

    @property
    def last_day(self) -> date | None:
        """The last civil day of access; None while no end is in sight."""
        return self.days.until - _ONE_DAY if self.days and self.days.until else None

    @property
    def place(self) -> After:
        """Where the register goes on after it."""
        return After(self.habilitation.convention_id, self.habilitation.pk)


def who_had_access(
    habilitations: QuerySet[Habilitation],
    day: date,
    known_at: datetime | None = None,
    after: After | None = None,
) -> Iterator[Entry]:
    """Those of ``habilitations`` that gave access on ``day``, by convention, from ``after`` on.

    ``known_at`` is the instant whose knowledge counts, now by default: an end recorded later is
    not known then. As at the door, nobody enters under an account without an identifier.
    """
    candidates = narrowed(habilitations, day, known_at)
    while chunk := _next_chunk(candidates, after):
        yield from _entries(chunk, day, known_at)
        after = After(chunk[-1].convention_id, chunk[-1].pk)


def narrowed(
    habilitations: QuerySet[Habilitation], day: date, known_at: datetime | None
) -> QuerySet[Habilitation]:
    """Those that may have given access on ``day``: none that did is left out.

    The stored dates say what is known now. They say nothing of what was known before; there, only
    what is never changed counts: the grant, and the identifier.
    """
    if known_at is None:
        return habilitations.filter(
            Q(closes_on__isnull=True) | Q(closes_on__gt=day), granted_on__lte=day
        ).exclude(account__identifier="")
    granted = HabilitationAct.objects.filter(
        subject=OuterRef("pk"), kind="granted", on__lte=day, recorded_at__lte=known_at
    )
    identified = AccountIdentifier.objects.filter(
        account=OuterRef("account"), recorded_at__lte=known_at
    )
    return habilitations.filter(Exists(granted), Exists(identified))


def _next_chunk(habilitations: QuerySet[Habilitation], after: After | None) -> list[Habilitation]:
    if after is not None:
        habilitations = habilitations.filter(
            Q(convention__gt=after.convention)
            | Q(convention=after.convention, pk__gt=after.habilitation)
        )
    rows = habilitations.select_related(
        "person", "site", "account", "convention__partner", "convention__caisse"
    )
    return list(rows.order_by("convention_id", "pk")[:AT_ONCE])


def _entries(
    chunk: Sequence[Habilitation], day: date, known_at: datetime | None
) -> Iterator[Entry]:
    for habilitation, life in zip(chunk, _lives(chunk, day, known_at), strict=True):
        if isinstance(life, Exception):
            fault = _unreadable(habilitation)
            yield Entry(habilitation, habilitation.service, None, "", fault=fault)
            continue
        decision = access_decision.decide(life, clock.start_of_day(day))
        days = span_on(life, day)
        if not decision.permit or days is None:
            continue
        services = life.convention.rulebook.services
        label = next((s.label for s in services if s.code == habilitation.service), "")
        held = held_on(life, day, known_at)
        yield Entry(
            habilitation,
            label or habilitation.service,
            days,
            decision.article,
            _profile(held),
            in_words(held.scope),
        )


def _profile(held: HabilitationState) -> str:
    rule = held.rulebook.habilitation.profiles
    listed = rule.profiles if rule is not None else ()
    label = next((one.label for one in listed if str(one.number) == held.profile), "")
    return ", ".join(filter(None, (held.profile and f"profil {held.profile}", label)))


def _lives(
    chunk: Sequence[Habilitation], day: date, known_at: datetime | None
) -> Iterator[HabilitationLife | Exception]:
    """The life of each, with few queries, told to the later of the day and of what is known."""
    as_of = max(day, clock.civil_date(known_at or clock.now()))
    conventions = Convention.to_sweep().in_bulk({one.convention_id for one in chunk})
    told = Gathering([*conventions.values()]).lives(as_of, known_at)
    timelines = dict(zip(conventions, told, strict=True))
    acts = acts_by_subject(HabilitationAct, [one.pk for one in chunk])
    for one in chunk:
        timeline = timelines[one.convention_id]
        if isinstance(timeline, Exception):
            yield timeline
            continue
        try:
            yield habilitation_life.replay(timeline, acts[one.pk], as_of, known_at)
        except Exception as error:
            yield error


def _unreadable(habilitation: Habilitation) -> str:
    return (
        f"La vie de la convention {habilitation.convention.number} ne peut pas être relue : "
        "on ne sait pas si cette personne avait accès. Signalez-le à l’administrateur."
    )
