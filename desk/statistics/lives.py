"""The states of the conventions at the end of each month, their renewals and their ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth
from django.db.models.lookups import IsNull

from contracts.models import Convention, ConventionJournalEntry
from workflows.calendar import add_months
from workflows.convention import ENDED, IN_FORCE

GROUPS = {
    "preparation": "En préparation",
    "active": "En vigueur",
    "notice_given": "Dénoncées",
    "termination_pending": "En cours de résiliation",
    "ended": "Terminées",
    "abandoned": "Classées sans suite",
}
"""Where a convention stands, with the words shown."""


class Move(NamedTuple):
    """Conventions that passed from a state to another in a month; fewer than none when undone."""

    month: date
    name: str
    source: str
    target: str
    number: int


def group_of(state: str) -> str:
    """The group of a state."""
    if state in ENDED:
        return "ended"
    return state if state in GROUPS else "preparation"


def moves(conventions: QuerySet[Convention], first: date) -> list[Move]:
    """What the journal believes since a month: one grouped reading, whatever its length."""
    rows = (
        ConventionJournalEntry.objects.filter(subject__in=conventions, on__gte=first)
        .order_by()
        .annotate(month=TruncMonth("on"))
        .values_list("month", "kind", "name", "from_state", "to_state")
        .annotate(number=Count("*"))
    )
    return [
        Move(month, name, source, target, number if kind == "asserted" else -number)
        for month, kind, name, source, target, number in rows
    ]


def standing(
    conventions: QuerySet[Convention], done: Sequence[Move], months: Sequence[date]
) -> dict[date, Counter[str]]:
    """How many stood in each group at the end of each month, the current one as of today.

    Counted back from today: what was done later is undone. A convention is there from the month in
    which its draft was opened.
    """
    now: Counter[str] = Counter()
    for state, number in conventions.order_by().values_list("state").annotate(n=Count("*")):
        now[group_of(state)] += number
    opened = dict(
        conventions.filter(created_at__year__gte=months[0].year)
        .order_by()
        .annotate(month=TruncMonth("created_at"))
        .values_list("month")
        .annotate(number=Count("*"))
    )
    opened = {month.date().replace(day=1): number for month, number in opened.items()}
    found: dict[date, Counter[str]] = {}
    for month in reversed(months):
        found[month] = Counter(now)
        for move in done:
            if move.month == month:
                now[group_of(move.target)] -= move.number
                now[group_of(move.source)] += move.number
        now["preparation"] -= opened.get(month, 0)
    return found


def renewals_and_ends(done: Sequence[Move]) -> dict[date, tuple[int, int]]:
    """How many were renewed, and how many came to an end, in each month."""
    renewed: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    for move in done:
        if move.name == "renew":
            renewed[move.month] += move.number
        elif move.target in ENDED and move.source not in ENDED:
            ended[move.month] += move.number
    return {month: (renewed[month], ended[month]) for month in {*renewed, *ended}}


def foreseen(conventions: QuerySet[Convention], today: date, months: int) -> dict[date, list[int]]:
    """The renewals and ends to come, if nothing else happens: the next change of each convention.

    The month of today counts what is still to come of it.
    """
    last = add_months(today.replace(day=1), months)
    rows = (
        conventions.filter(state__in=IN_FORCE, next_change_on__gt=today, next_change_on__lt=last)
        .order_by()
        .annotate(month=TruncMonth("next_change_on"), goes_on=IsNull(F("last_day_in_force"), True))
        .values_list("month", "goes_on")
        .annotate(number=Count("*"))
    )
    found: dict[date, list[int]] = {}
    for month, is_renewal, number in rows:
        found.setdefault(month, [0, 0])[0 if is_renewal else 1] += number
    return found
