"""The one clock tells the civil date of Paris, and can be stopped or moved."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from workflows import clock

NOON_IN_JULY = datetime(2026, 7, 15, 12, 0, tzinfo=clock.PARIS)


def test_the_clock_runs_with_the_machine_in_paris_time() -> None:
    before = datetime.now(UTC)
    told = clock.now()
    after = datetime.now(UTC)
    assert before <= told <= after
    assert told.tzinfo is clock.PARIS


def test_the_civil_date_is_the_one_of_paris_not_of_utc() -> None:
    assert clock.civil_date(datetime(2026, 7, 14, 22, 20, tzinfo=UTC)) == date(2026, 7, 15)
    assert clock.civil_date(datetime(2026, 1, 14, 22, 20, tzinfo=UTC)) == date(2026, 1, 14)
    assert clock.civil_date(datetime.fromisoformat("2026-07-15T00:20:00+02:00")) == date(
        2026, 7, 15
    )


def test_an_instant_without_offset_has_no_civil_date() -> None:
    with pytest.raises(ValueError, match=r"sans décalage horaire : 2026-07-15T00:20:00\. Attendu"):
        clock.civil_date(datetime(2026, 7, 15, 0, 20))  # noqa: DTZ001 (the fault under test)


def test_a_stopped_clock_tells_its_instant_then_runs_again() -> None:
    with clock.set_to(NOON_IN_JULY):
        assert clock.now() == NOON_IN_JULY
        assert clock.today() == date(2026, 7, 15)
    assert clock.now() - datetime.now(UTC) < timedelta(seconds=5)


def test_today_turns_at_midnight_in_paris() -> None:
    with clock.set_to(datetime(2026, 7, 14, 21, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 14)
    with clock.set_to(datetime(2026, 7, 14, 22, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 15)


def test_clocks_stopped_one_inside_the_other_come_back_in_order() -> None:
    with clock.set_to(NOON_IN_JULY):
        with clock.set_to(NOON_IN_JULY + timedelta(days=1)):
            assert clock.today() == date(2026, 7, 16)
        assert clock.today() == date(2026, 7, 15)


def test_a_failure_does_not_leave_the_clock_stopped() -> None:
    with pytest.raises(LookupError), clock.set_to(NOON_IN_JULY):
        raise LookupError
    assert clock.today() == datetime.now(clock.PARIS).date()


def test_every_thread_sees_the_stopped_clock() -> None:
    told: list[date] = []
    with clock.set_to(NOON_IN_JULY):
        server = threading.Thread(target=lambda: told.append(clock.today()))
        server.start()
        server.join()
    assert told == [date(2026, 7, 15)]


def test_a_demonstration_moves_time_and_puts_it_back() -> None:
    replaced = clock.install(lambda: clock.system_time() + timedelta(days=400))
    try:
        assert clock.now() - clock.system_time() > timedelta(days=399)
    finally:
        clock.install(replaced)
    assert clock.now() - clock.system_time() < timedelta(seconds=5)


def test_the_clock_cannot_be_stopped_at_an_instant_without_offset() -> None:
    with pytest.raises(ValueError, match="sans décalage horaire"):  # noqa: SIM117
        with clock.set_to(datetime(2026, 7, 15)):  # noqa: DTZ001 (the fault under test)
            pass


def test_a_source_without_offset_is_refused_when_it_is_asked() -> None:
    replaced = clock.install(lambda: datetime(2026, 7, 15))  # noqa: DTZ001 (the fault under test)
    try:
        with pytest.raises(ValueError, match="sans décalage horaire"):
            clock.now()
    finally:
        clock.install(replaced)


@pytest.mark.parametrize(
    ("day", "offset_in_hours"),
    [
        (date(2026, 1, 15), 1),
        (date(2026, 7, 15), 2),
        (date(2026, 3, 29), 1),
        (date(2026, 10, 25), 2),
    ],
)
def test_a_day_starts_at_midnight_in_paris_on_the_days_the_hour_changes_too(
    day: date, offset_in_hours: int
) -> None:
    start = clock.start_of_day(day)
    assert (start.date(), start.hour, start.minute) == (day, 0, 0)
    assert start.utcoffset() == timedelta(hours=offset_in_hours)
    assert clock.civil_date(start) == day
    assert clock.civil_date(start - timedelta(microseconds=1)) < day
