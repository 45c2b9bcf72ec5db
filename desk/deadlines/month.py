"""A month as a calendar: what falls on each day, by kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from contracts.services.deadline_portfolio import Counted
from desk.deadlines.words import kind_in_words

_ONE_DAY = timedelta(days=1)


class Fallen(NamedTuple):
    """So many deadlines of a kind."""

    kind: str
    words: str
    number: int


class Cell(NamedTuple):
    """One day; empty outside the month."""

    day: date | None
    fallen: tuple[Fallen, ...] = ()
    is_today: bool = False
    is_past: bool = False


def weeks_of(month: date, counts: Sequence[Counted], today: date) -> list[list[Cell]]:
    """The weeks of a month given by its first day, from Monday to Sunday."""
    weeks: list[list[Cell]] = []
    day = month - timedelta(days=month.weekday())
    while day.replace(day=1) <= month:
        weeks.append([_cell(day + _ONE_DAY * n, month, counts, today) for n in range(7)])
        day += timedelta(days=7)
    return weeks


def _cell(day: date, month: date, counts: Sequence[Counted], today: date) -> Cell:
    if (day.year, day.month) != (month.year, month.month):
        return Cell(None)
    fallen = tuple(
        Fallen(one.kind, kind_in_words(one.kind), one.number) for one in counts if one.day == day
    )
    return Cell(day, fallen, day == today, day < today)
