"""The files that have had their time: found by their rule, held back by holds and open lists."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from contracts.models import (
    Caisse,
    Convention,
    ConventionJournalEntry,
    EliminationItem,
    EliminationOutcome,
    PublishedRulebook,
)
from contracts.retention.holds import held
from contracts.retention.rules import (
    ABANDONED,
    CONVENTION,
    KeepingRule,
    RetentionSettingWrong,
    kept_until,
    rules_of,
)
from contracts.services.rulebooks import published_rulebooks
from workflows.calendar import Duration, latest_satisfying
from workflows.convention import ConventionStatus

logger = logging.getLogger(__name__)

CLOSED = ConventionStatus.CLOSED.value
GIVEN_UP = ConventionStatus.ABANDONED.value


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file with the rule under which it has had its time, or will on a day soon."""

    convention: Convention
    rule: KeepingRule
    counted_from: date
    kept_until: date


def eliminated() -> QuerySet[EliminationItem]:
    """The lines of the conventions whose file is gone."""
    return EliminationItem.objects.filter(outcome__kind="gone")


def gone_since(convention: Convention) -> EliminationOutcome | None:
    """The outcome by which the file of a convention went; None while it is kept."""
    if convention.state not in (CLOSED, GIVEN_UP):
        return None
    found = EliminationOutcome.objects.filter(item__convention=convention, kind="gone")
    return found.select_related("item__elimination").first()


def files_due(caisses: Iterable[Caisse], on: date) -> QuerySet[Convention]:
    """The conventions whose file is kept no longer on ``on``, the oldest first.

    Those held, on a list that still runs, or gone already are left out. ``counted_from`` is the day
    from which each is counted. The files of a caisse whose setting cannot be read are not due.
    """
    yesterday = on - timedelta(days=1)
    had_their_time = Q(pk__in=())
    for caisse in caisses:
        try:
            rules = rules_of(caisse)
        except RetentionSettingWrong:
            logger.exception("Conservation : caisse %s laissée de côté.", caisse.pk)
            continue
        had_their_time |= Q(caisse=caisse) & (
            _closed(rules[CONVENTION], yesterday) | _abandoned(rules[ABANDONED], yesterday)
        )
    listed = EliminationItem.objects.filter(convention=OuterRef("pk")).filter(
        Q(outcome__isnull=True, elimination__given_up__isnull=True) | Q(outcome__kind="gone")
    )
    return (
        with_their_day(Convention.objects.all())
        .filter(had_their_time)
        .filter(~held(), ~Exists(listed))
        .order_by("counted_from", "pk")
    )


def with_their_day(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """With ``given_up_on`` and ``counted_from``, the day from which the keeping is counted."""
    gave_up = ConventionJournalEntry.objects.filter(subject=OuterRef("pk"), name="abandon")
    last = Subquery(gave_up.order_by("-number").values("on")[:1], output_field=DateField())
    return conventions.annotate(given_up_on=last).annotate(
        counted_from=Coalesce("last_day_in_force", "given_up_on")
    )


def _closed(rule: KeepingRule, yesterday: date) -> Q:
    """The closed conventions kept long enough, by the rulebooks that give longer."""
    found = Q(pk__in=())
    if rule.length is None:
        return found
    for row in published_rulebooks():
        limits = [latest_satisfying(yesterday, length) for length in _lengths(rule.length, row)]
        found |= Q(pinned=row.pk, last_day_in_force__lte=min(limits))
    return found & Q(state=CLOSED)


def _lengths(length: Duration, row: PublishedRulebook) -> list[Duration]:
    survival = row.rulebook.survival
    confidentiality = survival.confidentiality if survival is not None else None
    own = confidentiality.after_end if confidentiality is not None else None
    return [length] if own is None else [length, own]


def _abandoned(rule: KeepingRule, yesterday: date) -> Q:
    if rule.length is None:
        return Q(pk__in=())
    return Q(state=GIVEN_UP, given_up_on__lte=latest_satisfying(yesterday, rule.length))


def explained(conventions: Sequence[Convention]) -> list[DueFile]:
    """Each with its rule and its days; ``conventions`` come with ``counted_from``."""
    rules = {caisse.pk: rules_of(caisse) for caisse in {one.caisse for one in conventions}}
    found = []
    for one in conventions:
        rule = rules[one.caisse_id][CONVENTION if one.state == CLOSED else ABANDONED]
        counted_from: date = one.counted_from  # type: ignore[attr-defined]
        rulebook = one.pinned.rulebook if one.pinned is not None else None
        until = kept_until(rule, counted_from, rulebook if rule.code == CONVENTION else None)
        assert until is not None  # Nothing is due of what is kept for good.
        found.append(DueFile(one, rule, counted_from, until))
    return found
