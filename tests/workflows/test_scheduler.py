"""The scheduler sweeps at start-up and once a civil day in Paris."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from threading import Event

import pytest

from workflows import clock, scheduler
from workflows.scheduler import Scheduler, seconds_to_midnight
from workflows.sweep import SweepResult


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    yield lambda instant: clock.install(lambda: datetime.fromisoformat(instant)) and None
    clock.install(clock.system_time)


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-01-15T23:59:30+01:00", 30),
        ("2026-01-15T00:00:00+01:00", 24 * 3600),
        # The days on which summer time begins and ends have 23 and 25 hours.
        ("2026-03-29T00:00:00+01:00", 23 * 3600),
        ("2026-10-25T00:00:00+02:00", 25 * 3600),
    ],
)
def test_midnight_is_the_one_of_paris(at: Callable[[str], None], now: str, seconds: int) -> None:
    at(now)
    assert seconds_to_midnight() == seconds


def test_it_sweeps_once_a_day_of_paris(at: Callable[[str], None]) -> None:
    days: list[date] = []

    def run(day: date) -> SweepResult:
        days.append(day)
        return SweepResult(day, dry_run=False)

    scheduler = Scheduler(run)
    for instant in (
        "2026-07-14T21:00:00+00:00",
        "2026-07-14T21:59:59+00:00",
        "2026-07-14T22:00:01+00:00",  # The 15th in Paris.
        "2026-07-18T08:00:00+00:00",
    ):
        at(instant)
        scheduler.tick()
    assert days == [date(2026, 7, 14), date(2026, 7, 15), date(2026, 7, 18)]


def test_a_sweep_that_failed_is_tried_again(at: Callable[[str], None]) -> None:
    at("2026-07-14T12:00:00+02:00")
    outcomes: Iterator[Exception | None] = iter([OSError("database away"), None])

    def run(day: date) -> SweepResult:
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome
        return SweepResult(day, dry_run=False)

    scheduler = Scheduler(run)
    scheduler.tick()
    assert scheduler.swept_on is None
    scheduler.tick()
    assert scheduler.swept_on == date(2026, 7, 14)


def test_it_sweeps_at_start_up_and_stops_when_asked(at: Callable[[str], None]) -> None:
    at("2026-07-14T12:00:00+02:00")
    swept = Event()

    def run(day: date) -> SweepResult:
        swept.set()
        return SweepResult(day, dry_run=False)

    scheduler = Scheduler(run)
    scheduler.start()
    assert swept.wait(timeout=30)
    scheduler.stop()
    assert scheduler.swept_on == date(2026, 7, 14)


@pytest.mark.django_db
def test_what_follows_a_sweep_is_done_though_another_part_of_it_fails() -> None:
    done: list[date] = []

    def fail(today: date) -> None:
        raise ZeroDivisionError

    scheduler.each_day("tests.failing", fail)
    scheduler.each_day("tests.noting", done.append)
    try:
        scheduler.run_day(date(2024, 2, 1))
    finally:
        for name in ("tests.failing", "tests.noting"):
            del scheduler._daily[name]
    assert done == [date(2024, 2, 1)]
