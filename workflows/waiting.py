"""How long a request may wait before somebody is reminded, and before it lapses.

Pure: days in, days out. No text of the conventions counts these delays: they are the caisse's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workflows.calendar import Duration, add

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """The delays of one wait, counted from the day on which it began."""

    reminders: tuple[Duration, ...]
    """From the shortest to the longest."""
    lapse_after: Duration | None = None
    """None: it never lapses by itself."""

    def reminder_due(self, since: date, today: date) -> int:
        """Number of the latest reminder due on ``today``, from 1; 0 for none yet."""
        return sum(add(since, delay) <= today for delay in self.reminders)

    def is_last(self, number: int) -> bool:
        """Whether no reminder comes after that one."""
        return number == len(self.reminders)

    def last_day(self, since: date, told_on: date) -> date | None:
        """The last day before the lapse, as the last reminder sent on ``told_on`` announces it.

        A reminder that leaves late, after days on which nothing ran, puts it off: between the last
        reminder and the lapse there is always as long as the delays leave. None where it never
        lapses.
        """
        if self.lapse_after is None or not self.reminders:
            return None
        foreseen = add(since, self.lapse_after)
        # A month may be shorter than the thirty days of the last reminder: a day is left at least.
        notice = max(_ONE_DAY, foreseen - add(since, self.reminders[-1]))
        return max(foreseen, told_on + notice)


def lapses(last_day: date | None, today: date) -> bool:
    """Whether that last day, once announced, is over."""
    return last_day is not None and last_day + _ONE_DAY <= today
