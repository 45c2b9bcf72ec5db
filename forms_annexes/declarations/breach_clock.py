"""The 72 hours of a breach, counted in hours as the regulation does (RGPD, article 33).

From which knowledge they run, that of the partner or that of the caisse, no text settles: both are
shown, the partner's first as the more prudent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from workflows.french import count, typeset

DELAY = timedelta(hours=72)
_HOUR = timedelta(hours=1)


class BreachClock(NamedTuple):
    """One way of counting the 72 hours."""

    since: datetime
    ends_at: datetime
    hours_left: int
    """Whole hours still to run; 0 in the last one."""
    is_over: bool

    @property
    def words(self) -> str:
        """« encore 26 heures », « moins d’une heure », « dépassées depuis 3 heures »."""
        if self.is_over:
            hours = -self.hours_left
            since = f"depuis {count(hours, 'heure')}" if hours else "depuis moins d’une heure"
            return typeset(f"dépassées {since}")
        left = count(self.hours_left, "heure")
        return typeset(f"encore {left}" if self.hours_left else "moins d’une heure")


def clock_from(since: datetime, now: datetime) -> BreachClock:
    """The 72 hours from an aware instant, seen at another."""
    # Hours that pass, not hours of the wall clock: 72 of them even over a change of hour.
    ends_at = since.astimezone(UTC) + DELAY
    left = ends_at - now.astimezone(UTC)
    over = left < timedelta(0)
    hours = -(-left // _HOUR) if over else left // _HOUR
    return BreachClock(since, ends_at.astimezone(since.tzinfo), hours, over)
