"""The work to come, week by week: how many dates each week must not miss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.services.deadline_portfolio import Counted
from workflows.calendar import add_months
from workflows.french import MONTHS

HEIGHT = 140
_TOP, _BELOW = 20, 24
_A_WEEK, _SIX_DAYS = timedelta(days=7), timedelta(days=6)


class Week(NamedTuple):
    """One week, from its Monday, and what falls in it."""

    first: date
    last: date
    number: int


class Bar(NamedTuple):
    """One week as drawn; places in percent of the width, heights in pixels."""

    x: str
    width: str
    y: int
    height: int


class Tick(NamedTuple):
    """The name of a month under the first week that begins in it."""

    x: str
    name: str
    is_wide: bool
    """Whether it is left out on a narrow screen."""


class Drawing(NamedTuple):
    """Everything drawn."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    height: int
    base: int
    highest: int


def weeks_from(today: date, months: int, counts: Sequence[Counted]) -> list[Week]:
    """The weeks from this one on, with what falls in each from ``today`` on."""
    first = today - timedelta(days=today.weekday())
    last = add_months(today, months)
    by_week = Counter[date]()
    for one in counts:
        by_week[one.day - timedelta(days=one.day.weekday())] += one.number
    weeks = []
    while first <= last:
        weeks.append(Week(max(first, today), min(first + _SIX_DAYS, last), by_week[first]))
        first += _A_WEEK
    return weeks


def draw(weeks: Sequence[Week]) -> Drawing | None:
    """The weeks as bars; none when nothing falls in them."""
    highest = max((week.number for week in weeks), default=0)
    if not highest:
        return None
    place, base = 100 / len(weeks), _TOP + HEIGHT
    bars, ticks = [], []
    for index, week in enumerate(weeks):
        tall = -(-HEIGHT * week.number // highest)
        bars.append(Bar(f"{place * index:.2f}%", f"{place * 0.8:.2f}%", base - tall, tall))
        if index and week.first.month != weeks[index - 1].first.month and week.first.month % 3 == 1:
            name = MONTHS[week.first.month - 1]
            name = f"{name} {week.first.year}" if week.first.month == 1 else name
            ticks.append(Tick(f"{place * index:.2f}%", name, week.first.month != 1))
    return Drawing(tuple(bars), tuple(ticks), base + _BELOW, base, highest)
