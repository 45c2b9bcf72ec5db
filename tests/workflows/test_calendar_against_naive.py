"""The calendar agrees with a second, naive one on more than a hundred thousand random cases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from tests.workflows import naive_calendar as naive
from workflows import calendar
from workflows.calendar import Duration, HolidayCalendar

SEED = 20250415
MONTH_ENDS = ((1, 31), (2, 28), (2, 29), (3, 1), (3, 31), (4, 30), (8, 31), (11, 30), (12, 31))
PLACES = [
    place
    for place in HolidayCalendar
    # Their customary days (Good Friday, mid-Lent, Schoelcher) are in no text the naive one knows.
    if place
    not in (HolidayCalendar.GUADELOUPE, HolidayCalendar.MARTINIQUE, HolidayCalendar.SAINT_MARTIN)
]


class Comparison(NamedTuple):
    inputs: object
    real: object
    naive: object


def some_day(chance: random.Random, first_year: int = 1920, last_year: int = 2180) -> date:
    """Any day, and one in three near the end of a month, where the rules differ."""
    year = chance.randint(first_year, last_year)
    if chance.random() < 1 / 3:
        month, quantieme = chance.choice(MONTH_ENDS)
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        day = date(year, month, 28 if (month, quantieme) == (2, 29) and not leap else quantieme)
        return day + timedelta(days=chance.randint(-1, 1))
    return date(year, 1, 1) + timedelta(days=chance.randint(0, 364))


def some_length(chance: random.Random) -> tuple[int, int]:
    months = chance.choice((0, 1, 2, 3, 3, 3, 4, 6, chance.randint(1, 14)))
    days = chance.choice((0, 0, 1, 15, 30, 60, chance.randint(1, 120)))
    return (months, days) if months or days else (3, 0)


def compare_delays(chance: random.Random) -> Iterator[Comparison]:
    for _ in range(25_000):
        day, (months, days) = some_day(chance), some_length(chance)
        length = Duration(months, days)
        yield Comparison((day, length), calendar.add(day, length), naive.after(day, months, days))
        yield Comparison(
            (day, length), calendar.subtract(day, length), naive.before(day, months, days)
        )


def compare_notice_limits(chance: random.Random) -> Iterator[Comparison]:
    for _ in range(12_000):
        last_day, (months, days) = some_day(chance), some_length(chance)
        yield Comparison(
            (last_day, months, days),
            tuple(calendar.notice_limits(last_day, Duration(months, days))),
            naive.notice_limits(last_day, months, days),
        )


def compare_terms(chance: random.Random) -> Iterator[Comparison]:
    for _ in range(3_500):
        anchor = some_day(chance)
        counted_in_months = chance.random() < 3 / 4
        if counted_in_months:
            first, renewal = (
                chance.choice((1, 6, 12, 12, 12, 18, 36)),
                chance.choice((1, 6, 12, 12)),
            )
            expected = naive.terms_in_months(anchor, first, renewal, 10)
            lengths = Duration(first, 0), Duration(renewal, 0)
        else:
            first, renewal = chance.randint(1, 400), chance.randint(1, 400)
            expected = naive.terms_in_days(anchor, first, renewal, 10)
            lengths = Duration(0, first), Duration(0, renewal)
        base = chance.choice((1, 1, 4))
        for position, boundaries in enumerate(expected):
            term = calendar.term(anchor, *lengths, base + position, base)
            yield Comparison(
                (anchor, lengths, position),
                (term.number, term.first_day, term.last_day, term.next_first_day),
                (base + position, *boundaries),
            )


def compare_working_days(chance: random.Random) -> Iterator[Comparison]:
    for _ in range(5_000):
        day, place = some_day(chance, 2013, 2190), chance.choice(PLACES)
        yield Comparison(
            (day, place),
            (
                calendar.is_working_day(day, place),
                calendar.last_working_day(day, place),
                calendar.next_working_day(day, place),
            ),
            (
                naive.is_working_day(day, place),
                naive.last_working_day(day, place),
                naive.next_working_day(day, place),
            ),
        )


CASES = {
    compare_delays: 50_000,
    compare_notice_limits: 12_000,
    compare_terms: 35_000,
    compare_working_days: 5_000,
}


@pytest.mark.parametrize(
    ("compare", "cases"), CASES.items(), ids=lambda value: getattr(value, "__name__", None)
)
def test_both_calendars_agree_on(
    compare: Callable[[random.Random], Iterator[Comparison]], cases: int
) -> None:
    compared = 0
    for comparison in compare(random.Random(SEED)):
        compared += 1
        assert comparison.real == comparison.naive, (
            f"seed {SEED}, case {compared} of {compare.__name__}: {comparison}"
        )
    assert compared == cases


def test_more_than_a_hundred_thousand_cases_are_compared() -> None:
    assert sum(CASES.values()) >= 100_000
