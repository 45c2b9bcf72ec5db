"""The one clock: the present instant and the civil date, in Paris.

Legal deadlines run from civil day to civil day (CPC 641-642), and the day is the one of Paris: a
letter lodged on 15 July at 00:20 is of the 15th although it is still the 14th in UTC. No other
module asks the machine for the time. Tests and the demonstration move this clock instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def system_time() -> datetime:
    """The machine's own time, whatever source is installed."""
    return datetime.now(PARIS)


_source: Callable[[], datetime] = system_time


def install(source: Callable[[], datetime]) -> Callable[[], datetime]:
    """Make ``source`` tell the time for the whole process, every thread of it.

    Returns the source it replaces, so that the caller can put it back.
    """
    # One process, one clock: the threads of the server must see the same day as the test.
    global _source
    previous, _source = _source, source
    return previous


@contextmanager
def set_to(instant: datetime) -> Iterator[None]:
    """Stop the clock at an aware ``instant`` for the length of a ``with`` block."""
    _require_aware(instant)
    previous = install(lambda: instant)
    try:
        yield
    finally:
        install(previous)


def now() -> datetime:
    """The present instant, aware, in Paris time."""
    instant = _source()
    _require_aware(instant)
    return instant.astimezone(PARIS)


def today() -> date:
    """The civil date in Paris."""
    return now().date()


def civil_date(instant: datetime) -> date:
    """The civil date of Paris at an aware ``instant``; ``ValueError`` when it has no offset."""
    _require_aware(instant)
    return instant.astimezone(PARIS).date()


def start_of_day(day: date) -> datetime:
    """Midnight in Paris at the start of ``day``: the instant at which a dated state begins."""
    return datetime.combine(day, time.min, tzinfo=PARIS)


def _require_aware(instant: datetime) -> None:
    if instant.utcoffset() is None:
        raise ValueError(
            f"Instant sans décalage horaire : {instant.isoformat()}. "
            "Attendu : un instant avec son décalage, par exemple 2026-07-15T00:20:00+02:00."
        )
