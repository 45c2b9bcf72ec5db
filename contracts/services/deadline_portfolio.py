"""The deadlines of many conventions, listed and counted from the sets that these share.

Nothing is replayed here: what is shown of a date beyond itself is read from the life.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Count, F, Q, QuerySet

from contracts.models import Convention, PlannedDeadline

By = Literal["due_on", "last_working_day"]
"""The day that counts: the limit itself, or the last working day on or before it."""

NEAR = timedelta(days=92)

_THERE = "deadline_set__deadlines__"


class Asked(NamedTuple):
    """Which deadlines are wanted."""

    first: date
    last: date | None = None
    """Both days included; without an end, as far as they are planned."""
    by: By = "due_on"
    kinds: tuple[str, ...] = ()
    """Empty for all."""

    @property
    def is_narrow(self) -> bool:
        """Whether few of the sets have such a deadline."""
        soon = self.last is not None and self.last - self.first <= NEAR
        return soon or bool(self.kinds)

    def condition(self, there: str = "") -> Q:
        """The same as a condition, on a deadline found ``there``."""
        wanted = Q(**{f"{there}{self.by}__gte": self.first})
        if self.last is not None:
            wanted &= Q(**{f"{there}{self.by}__lte": self.last})
        if self.kinds:
            wanted &= Q(**{f"{there}kind__in": self.kinds})
        return wanted


class Place(NamedTuple):
    """Where a list stands: the day, the deadline and the convention of its last line."""

    day: date
    deadline: int
    convention: int


class DeadlineLine(NamedTuple):
    """One deadline of one convention."""

    day: date
    """The one by which the list goes."""
    deadline: int
    convention: int
    kind: str
    title: str
    due_on: date
    last_working_day: date
    article: str
    renewals: int
    other_reading: bool
    number: str
    partner: str
    caisse: str

    @property
    def place(self) -> Place:
        """Where the list goes on after it."""
        return Place(self.day, self.deadline, self.convention)


def lines(
    conventions: QuerySet[Convention], asked: Asked, after: Place | None = None
) -> QuerySet[Any, Any]:
    """The deadlines as the fields of ``DeadlineLine``, the nearest first; to be cut or iterated."""
    day, deadline = f"{_THERE}{asked.by}", f"{_THERE}id"
    wanted = asked.condition(_THERE)
    if after is not None:
        wanted &= Q(**{f"{day}__gte": after.day}) & (
            Q(**{f"{day}__gt": after.day})
            | Q(**{f"{deadline}__gt": after.deadline})
            | Q(**{deadline: after.deadline}, pk__gt=after.convention)
        )
    return (
        conventions.filter(wanted)
        .order_by(day, deadline, "pk")
        .values_list(
            F(day),
            F(deadline),
            "pk",
            *(F(f"{_THERE}{name}") for name in DeadlineLine._fields[3:10]),
            "number",
            "partner__name",
            "caisse__name",
        )
    )


def number_up_to(conventions: QuerySet[Convention], asked: Asked, most: int) -> int:
    """How many lines there are, or ``most`` where there are more: no more is read."""
    found = conventions.filter(asked.condition(_THERE)).order_by()
    return found.values("pk", f"{_THERE}id")[:most].count()


class Counted(NamedTuple):
    """How many deadlines of a kind fall on a day."""

    day: date
    kind: str
    number: int


def counted(conventions: QuerySet[Convention], asked: Asked) -> list[Counted]:
    """The deadlines counted by day and kind, in order; days without any are left out.

    Conventions are counted once for each set that they share, and not for each of its deadlines.
    """
    wanted = PlannedDeadline.objects.filter(asked.condition()).order_by()
    # An index alone gives all their sets; where few are wanted, it is entered at each of these.
    found = conventions.filter(deadline_set__isnull=False)
    if asked.is_narrow:
        found = found.filter(deadline_set__in=wanted.values("set"))
    sharing = found.order_by().values("deadline_set").annotate(sharing=Count("*"))
    connection = connections[sharing.db]
    try:
        fallen, of_days = wanted.values("set", asked.by, "kind").query.sql_with_params()
        shared, of_sets = sharing.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT fallen.{asked.by}, fallen.kind, SUM(shared.sharing)"  # noqa: S608
            f" FROM ({fallen}) fallen JOIN ({shared}) shared"
            ' ON shared.deadline_set = fallen."set"'
            f" GROUP BY fallen.{asked.by}, fallen.kind ORDER BY fallen.{asked.by}, fallen.kind",
            (*of_days, *of_sets),
        )
        return [Counted(_day(day), kind, int(number)) for day, kind, number in cursor.fetchall()]


def _day(stored: Any) -> date:
    """SQLite has no dates."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored
