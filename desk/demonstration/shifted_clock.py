"""The demonstration's clock: the machine's time, moved forward by so much.

The shift stands in a file, so that it outlives the process: every command of the same folder sees
the same day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from workflows import clock

LONGEST = timedelta(days=3653)
"""Ten years: beyond, a typing mistake is likelier than a wish."""

_shift = timedelta()


class NotForward(ValueError):
    """The day asked for is not after the present one, or is too far."""


def file() -> Path | None:
    """Where the shift is kept; None where the clock cannot be moved."""
    return settings.TACITE_DEMONSTRATION_CLOCK if settings.TACITE_DEMONSTRATION else None


def shift() -> timedelta:
    """By how much the clock was moved."""
    return _shift


def load() -> None:
    """Take up the shift that was kept. Raises ``ImproperlyConfigured`` when it cannot be read."""
    kept = file()
    if kept is None or not kept.exists():
        return
    text = kept.read_text(encoding="utf-8").strip()
    if not text.isdecimal():
        raise ImproperlyConfigured(
            f"{kept} holds {text!r}: expected a whole number of seconds by which the "
            "demonstration's clock is ahead. Remove the file to come back to today."
        )
    _install(timedelta(seconds=int(text)))


def move_to(day: date) -> None:
    """Move the clock to the same hour of a later day, and keep it so. Raises ``NotForward``."""
    kept = file()
    now = clock.now()
    if kept is None or not now.date() < day <= now.date() + LONGEST:
        raise NotForward
    wanted = datetime.combine(day, now.time(), tzinfo=clock.PARIS).astimezone(UTC)
    ahead = wanted - clock.system_time().astimezone(UTC)
    seconds = max(0, round(ahead.total_seconds()))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{seconds}\n", encoding="utf-8")
    _install(timedelta(seconds=seconds))


def forget() -> None:
    """Come back to the machine's time, and remove what was kept."""
    global _shift
    kept = file()
    if kept is not None:
        kept.unlink(missing_ok=True)
    _shift = timedelta()
    clock.install(clock.system_time)


def _install(ahead: timedelta) -> None:
    global _shift
    _shift = ahead
    clock.install(lambda: clock.system_time().astimezone(UTC) + ahead)
