"""How long a request may wait before a reminder, and until when."""

from datetime import date

import pytest

from workflows.calendar import Duration
from workflows.waiting import Patience, lapses

USUAL = Patience((Duration(0, 15), Duration(0, 30)))
LAPSING = Patience((Duration(0, 15), Duration(0, 30)), Duration(3, 0))
BEGUN = date(2024, 2, 1)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2024, 2, 15), 0),
        (date(2024, 2, 16), 1),
        (date(2024, 3, 1), 1),
        (date(2024, 3, 2), 2),
        (date(2025, 3, 2), 2),
    ],
)
def test_the_latest_reminder_due_is_counted_in_days_from_the_beginning(
    day: date, number: int
) -> None:
    assert USUAL.reminder_due(BEGUN, day) == number


def test_without_a_delay_of_the_caisse_nothing_lapses() -> None:
    assert USUAL.last_day(BEGUN, date(2024, 3, 2)) is None
    assert not lapses(None, date(2030, 1, 1))


def test_the_last_reminder_in_its_time_announces_the_delay_of_the_caisse() -> None:
    assert LAPSING.last_day(BEGUN, date(2024, 3, 2)) == date(2024, 5, 1)


def test_a_last_reminder_that_leaves_late_puts_the_lapse_off_as_long() -> None:
    # Sixty days lie between the reminder foreseen on 2 March and the lapse foreseen on 1 May.
    assert LAPSING.last_day(BEGUN, date(2024, 6, 1)) == date(2024, 7, 31)


def test_the_last_day_belongs_to_the_partner() -> None:
    assert not lapses(date(2024, 5, 1), date(2024, 5, 1))
    assert lapses(date(2024, 5, 1), date(2024, 5, 2))


def test_a_short_month_leaves_a_day_at_least_after_the_last_reminder() -> None:
    # One month from 1 February 2024 ends on 1 March, before the thirtieth day, 2 March.
    monthly = Patience((Duration(0, 30),), Duration(1, 0))
    assert monthly.last_day(BEGUN, date(2024, 3, 2)) == date(2024, 3, 3)
