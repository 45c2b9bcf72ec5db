"""The embedded scheduler: a thread that sweeps at start-up, then after each midnight in Paris.

Other packages join by name: what they do once a day follows the sweep.

No deadline depends on it: a day on which it did not run is caught up by the next sweep, each step
at its own date, and access is decided from the dates themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta
from threading import Event, Thread

from django.db import connection

from workflows import breaker, clock
from workflows.sweep import SweepResult, sweep

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds. The clock is looked at no less often: a machine may sleep, or be set right."""


_daily: dict[str, Callable[[date], object]] = {}


def each_day(name: str, work: Callable[[date], object]) -> None:
    """Have ``work`` done after each day's sweep. It may be done again on the same day."""
    _daily[name] = work


def run_day(today: date) -> SweepResult:
    """Sweep, then do what follows a sweep; one failure stops neither the others nor the day."""
    result = sweep(today)
    for name, work in _daily.items():
        try:
            work(today)
        except Exception:
            logger.exception("« %s » a échoué ; nouvel essai la prochaine fois.", name)
    return result


class Scheduler:
    """Sweeps once a civil day, as early in it as it can."""

    def __init__(self, run: Callable[[date], SweepResult] = run_day) -> None:
        self._run = run
        self._stopped = Event()
        self._thread = Thread(target=self._loop, name="scheduler", daemon=True)
        self.swept_on: date | None = None
        """The last day that was swept without failing or being held back."""
        self._held_on: date | None = None

    def start(self) -> None:
        """Start the thread; the first sweep begins at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait for it; a sweep that has begun goes to its end."""
        self._stopped.set()
        self._thread.join()

    def tick(self) -> None:
        """Sweep if the civil day in Paris is not the last one swept; try again after a failure.

        What the breaker holds back is swept as soon as a person let it go.
        """
        today = clock.today()
        if self.swept_on == today:
            return
        try:
            if self._held_on == today and breaker.hold(today):
                return
            result = self._run(today)
        except Exception:
            logger.exception("Balayage du %s interrompu ; nouvel essai dans une minute.", today)
            return
        if result.held:
            self._held_on = today
            why = ", ".join(held.measure for held in result.held)
            logger.warning("Balayage du %s retenu (%s) : une personne doit confirmer.", today, why)
            return
        self.swept_on = today
        logger.info(
            "Balayage du %s : %s étapes, %s dossiers mis de côté.",
            today,
            result.steps,
            len(result.set_aside),
        )

    def _loop(self) -> None:
        try:
            while not self._stopped.is_set():
                self.tick()
                self._stopped.wait(min(seconds_to_midnight(), LONGEST_PAUSE))
        finally:
            connection.close()


def seconds_to_midnight() -> float:
    """Seconds until the next civil day begins in Paris, on a day of 23, 24 or 25 hours."""
    now = clock.now()
    midnight = clock.start_of_day(now.date() + timedelta(days=1))
    return max(0.0, midnight.timestamp() - now.timestamp())
