"""The nearest deadlines of many conventions, of which only the few shown are replayed.

From the stored columns one knows the first day on which each convention may have a deadline; lives
are then replayed in that order, and no further than what is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from contracts.convention_life import ConventionLife, DeadlineLine
from contracts.models import Convention, PublishedRulebook
from workflows.calendar import Duration, add, notice_limits, subtract
from workflows.convention import ENDED, IN_FORCE
from workflows.rulebook import Rulebook

HORIZON_DAYS = 90
SHOWN = 8

_CANDIDATES = 2 * SHOWN
"""A convention may turn out to have no deadline: a few more than those shown."""

_ONE_DAY, _SLACK = timedelta(days=1), timedelta(days=4)
"""The three limits of a notice stand within ``_SLACK`` of each other, ends of months included."""

_WITH_DATES_OF_THEIR_OWN = (
    "deadline_set",
    "dispute",
    "force_majeure",
    "letter_posted",
    "letter_presented",
)
"""Acts that open a delay which no stored column tells."""

_LONGEST_OF_ACTS = timedelta(days=400)


class Upcoming(NamedTuple):
    """A deadline, and whose."""

    convention: Convention
    line: DeadlineLine


def upcoming(
    conventions: QuerySet[Convention], today: date, days: int = HORIZON_DAYS, shown: int = SHOWN
) -> list[Upcoming]:
    """The deadlines from ``today`` to ``days`` later, the nearest first, ``shown`` at most."""
    horizon = today + timedelta(days=days)
    firsts = _first_days(conventions, today, horizon)
    order = sorted(firsts, key=lambda pk: (firsts[pk], pk))[: 2 * _CANDIDATES]
    rows = conventions.select_related("caisse", "partner", "pinned").in_bulk(order)
    found: list[Upcoming] = []
    for pk in order:
        found.sort(key=lambda one: (one.line.deadline.due_on, one.convention.pk))
        if len(found) >= shown and found[shown - 1].line.deadline.due_on <= firsts[pk]:
            break
        convention = rows[pk]
        life = ConventionLife(convention, convention.timeline(today), today)
        found += [
            Upcoming(convention, line)
            for line in _told_once(life.deadlines)
            if today <= line.deadline.due_on <= horizon
        ]
    found.sort(key=lambda one: (one.line.deadline.due_on, one.convention.pk))
    return found[:shown]


def _told_once(lines: Sequence[DeadlineLine]) -> list[DeadlineLine]:
    """The deadlines without the advised day where it is the very day of the limit."""
    limits = {one.deadline.due_on for one in lines if one.deadline.kind == "notice_limit"}
    return [
        one
        for one in lines
        if one.deadline.kind != "notice_prudent" or one.deadline.due_on not in limits
    ]


def _first_days(conventions: QuerySet[Convention], today: date, horizon: date) -> dict[int, date]:
    """The first day on which each of the nearest candidates may have a deadline."""
    firsts: dict[int, date] = {}

    def note(pk: int, day: date) -> None:
        if today <= day <= horizon:
            firsts[pk] = min(day, firsts.get(pk, day))

    changing = conventions.filter(next_change_on__range=(today, horizon + _ONE_DAY))
    nearest = changing.order_by("next_change_on", "pk").values_list("pk", "next_change_on")
    for pk, day in nearest[:_CANDIDATES]:
        note(pk, max(today, day - _ONE_DAY))
    for length, pinned in _by_length(_notice_lengths):
        ending = conventions.filter(
            pinned__in=pinned,
            state__in=IN_FORCE,
            term_last_day__range=(add(today, length) - _SLACK, add(horizon, length) + _SLACK),
        )
        rows = ending.order_by("term_last_day", "pk").values_list("pk", "term_last_day")
        for pk, last_day in rows[:_CANDIDATES]:
            for limit in notice_limits(last_day, length):
                note(pk, limit)
    for length, pinned in _by_length(_lengths_after_the_end):
        ended = conventions.filter(
            pinned__in=pinned,
            state__in=ENDED,
            last_day_in_force__range=(
                subtract(today, length) - _SLACK,
                subtract(horizon, length) + _SLACK,
            ),
        )
        rows = ended.order_by("last_day_in_force", "pk").values_list("pk", "last_day_in_force")
        for pk, last_day in rows[:_CANDIDATES]:
            note(pk, add(last_day, length))
    # Nothing stored says when: these few are looked at first.
    since = today - _LONGEST_OF_ACTS
    eventful = conventions.filter(
        Q(state__in=IN_FORCE),
        acts__kind__in=_WITH_DATES_OF_THEIR_OWN,
        acts__on__range=(since, horizon),
    )
    for pk in eventful.order_by("-pk").values_list("pk", flat=True).distinct()[:_CANDIDATES]:
        note(pk, today)
    return firsts


def _by_length(
    lengths: Callable[[Rulebook], Iterator[Duration]],
) -> list[tuple[Duration, list[int]]]:
    """The published rulebooks, gathered by a delay that they set."""
    gathered: dict[Duration, list[int]] = defaultdict(list)
    for row in PublishedRulebook.objects.order_by("pk"):
        for length in set(lengths(row.rulebook)):
            gathered[length].append(row.pk)
    return list(gathered.items())


def _notice_lengths(rulebook: Rulebook) -> Iterator[Duration]:
    if rulebook.notice is not None and rulebook.notice.timing == "before_term_end":
        yield rulebook.notice.length


def _lengths_after_the_end(rulebook: Rulebook) -> Iterator[Duration]:
    survival = rulebook.survival
    if survival is None:
        return
    if survival.confidentiality is not None and survival.confidentiality.after_end:
        yield survival.confidentiality.after_end
    if survival.attestation is not None and survival.attestation.within:
        yield survival.attestation.within
