"""The portfolio as a line of time: a lane a kind, a disc a month, as large as what falls in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt
from typing import NamedTuple

from contracts.services.deadline_portfolio import Counted
from desk.deadlines.words import KINDS, kind_in_words
from workflows.calendar import add_months
from workflows.french import MONTHS

LANE = 48
"""Pixels from one lane to the next."""

_ONE_DAY = timedelta(days=1)
_LARGEST, _SMALLEST, _TOP, _BELOW = 15.0, 3.0, 8, 24


class Disc(NamedTuple):
    """What falls in a month, in one lane."""

    x: str
    y: int
    radius: str


class Lane(NamedTuple):
    """One kind of deadline."""

    kind: str
    words: str
    y: int
    label_y: int
    discs: tuple[Disc, ...]
    total: int


class Tick(NamedTuple):
    """The name of a month."""

    x: str
    name: str


class Drawing(NamedTuple):
    """Everything drawn."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    height: int
    base: int


class MonthRow(NamedTuple):
    """The same as figures."""

    month: date
    first: date
    """From here on its deadlines are counted: the month under way has passed in part."""
    last: date
    numbers: tuple[tuple[str, str, int], ...]
    """Kind, its words, and how many."""
    total: int


def months_from(today: date, months: int) -> list[date]:
    """The first days of this month and of those after it."""
    return [add_months(today.replace(day=1), number) for number in range(months + 1)]


def rows_of(months: Sequence[date], counts: Sequence[Counted], today: date) -> list[MonthRow]:
    """How many deadlines of each kind each month has; only kinds that occur."""
    by_month = _by_month(counts)
    kinds = _kinds(counts)
    return [
        MonthRow(
            month,
            max(month, today),
            add_months(month, 1) - _ONE_DAY,
            tuple((kind, kind_in_words(kind), by_month[month, kind]) for kind in kinds),
            sum(by_month[month, kind] for kind in kinds),
        )
        for month in months
    ]


def draw(months: Sequence[date], counts: Sequence[Counted]) -> Drawing | None:
    """The lanes; none when nothing falls in these months."""
    by_month = _by_month(counts)
    largest = max(by_month.values(), default=0)
    if not largest:
        return None
    place = 100 / len(months)
    lanes = []
    for number, kind in enumerate(_kinds(counts)):
        y = _TOP + LANE * number + LANE // 2 + 8
        discs = tuple(
            Disc(
                f"{place * (index + 0.5):.2f}%",
                y,
                f"{max(_SMALLEST, _LARGEST * sqrt(by_month[month, kind] / largest)):.1f}",
            )
            for index, month in enumerate(months)
            if by_month[month, kind]
        )
        total = sum(by_month[month, kind] for month in months)
        lanes.append(Lane(kind, kind_in_words(kind), y, y - LANE // 2 + 4, discs, total))
    base = _TOP + LANE * len(lanes) + 16
    ticks = tuple(
        Tick(
            f"{place * (index + 0.5):.2f}%",
            str(month.year) if month.month == 1 else MONTHS[month.month - 1],
        )
        for index, month in enumerate(months)
        if month.month % 6 == 1
    )
    return Drawing(tuple(lanes), ticks, base + _BELOW, base)


def _by_month(counts: Sequence[Counted]) -> Counter[tuple[date, str]]:
    found = Counter[tuple[date, str]]()
    for one in counts:
        found[one.day.replace(day=1), one.kind] += one.number
    return found


def _kinds(counts: Sequence[Counted]) -> list[str]:
    there = {one.kind for one in counts}
    return [kind for kind in KINDS if kind in there]
