"""The workers of the effects ledger: take up what is due, do it, write what became of it.

1. Leases that ran out are taken back: their worker has vanished (``rescue``).
2. What is due and first in its lane is leased, a few at a time (``claim``). Each lease raises the
   effect's ``fence``.
3. Each handler runs in the transaction that marks its effect as done. The mark is refused when the
   fence has moved, and what the handler wrote goes with it (``run``).
4. A failure is written under the same fence: tried again later and later, then dead.

Any number of workers, in threads, processes or machines, share the work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from random import Random
from secrets import SystemRandom
from threading import Event, Thread
from traceback import extract_tb
from typing import Any, NamedTuple

from django.db import close_old_connections, connection, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.dispatch import Signal

from workflows import breaker, clock, effects
from workflows.french import typeset
from workflows.models import Effect, EffectState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many effects at once, for how long, how often. The lease outlasts a slow batch."""

    batch: int = 20
    lease: timedelta = timedelta(minutes=5)
    first_wait: timedelta = timedelta(seconds=30)
    longest_wait: timedelta = timedelta(hours=1)
    """A reminder may have one day left to arrive: it is tried some thirty times in it."""
    held_wait: timedelta = timedelta(minutes=10)
    """Before what the breaker holds back asks again; a confirmation makes it due at once."""
    most_attempts: int = 70
    """With these waits, about two days pass before an effect is dead."""
    most_losses: int = 30
    """Apart from attempts: a worker that is killed loses its whole batch, mostly not begun."""
    pause: timedelta = timedelta(seconds=2)
    """Between two looks at a ledger with nothing due."""


PACE = Pace()


class Lease(NamedTuple):
    """One effect in the hands of one worker, until an instant of the machine's clock."""

    effect: Effect
    fence: int
    until: datetime

    def row(self) -> QuerySet[Effect]:
        """The effect's row, as long as the lease is this one."""
        return Effect.objects.filter(pk=self.effect.pk, fence=self.fence, state=EffectState.LEASED)


class Outcome(Enum):
    """What became of one lease."""

    DONE = auto()
    FAILED = auto()
    """To be tried again."""
    DEAD = auto()
    HELD = auto()
    """Waits for a person's decision; tried again, and no failure."""
    LOST = auto()
    """The lease ran out meanwhile: whoever took it up says what became of it."""


@dataclass(slots=True)
class Drained:
    """What a worker did in one go."""

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))

    @property
    def tried(self) -> int:
        """How many effects were taken up."""
        return sum(self.outcomes.values())


rested = Signal()
"""A worker has nothing more to do for now: what its handlers kept open may be closed."""


class LeaseLost(Exception):
    """Another worker has the effect: nothing that this one did may be written."""


def drain(
    limit: int | None = None,
    *,
    pace: Pace = PACE,
    now: Callable[[], datetime] = clock.system_time,
    random: Random = SystemRandom(),  # noqa: B008 (keeps no state)
    stopped: Callable[[], bool] = lambda: False,
) -> Drained:
    """Do what is due until nothing is, or ``limit`` effects were tried, or it is told to stop.

    ``now`` is the machine's own clock, not the site's, which the demonstration moves; ``random``
    spreads the next attempts. A failing effect stops no other lane.
    """
    drained = Drained()
    rescue(pace=pace, now=now)
    try:
        while not stopped():
            room = pace.batch if limit is None else min(pace.batch, limit - drained.tried)
            leases = claim(room, pace=pace, now=now)
            if not leases:
                break
            for place, lease in enumerate(leases):
                if stopped():
                    release(leases[place:], now=now)
                    break
                drained.outcomes[run(lease, pace=pace, now=now, random=random)] += 1
    finally:
        rested.send(drain)
    return drained


def rescue(*, pace: Pace = PACE, now: Callable[[], datetime] = clock.system_time) -> int:
    """Take back the leases that ran out; return how many. Too often lost, an effect is dead."""
    at = now()
    expired = Effect.objects.filter(lease_until__lte=at)
    if not expired.exists():
        return 0
    with transaction.atomic():
        keys = list(
            expired.select_for_update(skip_locked=True, of=("self",))
            .order_by("lease_until")
            .values_list("pk", flat=True)[:1000]
        )
        rows = Effect.objects.filter(pk__in=keys)
        rows.filter(losses__gte=pace.most_losses - 1).update(
            state=EffectState.DEAD,
            losses=F("losses") + 1,
            lease_until=None,
            last_error="LeaseLost : le traitement n’est jamais revenu (processus arrêté ?).",
        )
        rows.filter(state=EffectState.LEASED).update(
            state=EffectState.PENDING,
            losses=F("losses") + 1,
            lease_until=None,
            next_attempt_at=at,
        )
    logger.warning("Effets : %s baux échus repris.", len(keys))
    return len(keys)


def claim(
    most: int, *, pace: Pace = PACE, now: Callable[[], datetime] = clock.system_time
) -> list[Lease]:
    """Lease at most ``most`` effects that are due and first in their lane, the oldest first."""
    at = now()
    earlier = effects.unfinished().filter(lane=OuterRef("lane"), pk__lt=OuterRef("pk"))
    due = (
        # As a CASE, and not a join, PostgreSQL asks it of the few rows it returns and no other,
        # even before it has counted a table that has just been filled.
        Effect.objects.alias(is_first=Case(When(Exists(earlier), then=False), default=True))
        .filter(next_attempt_at__lte=at, is_first=True)
        .order_by("next_attempt_at", "pk")
        # PostgreSQL passes over what another worker is taking; SQLite has one writer at a time.
        .select_for_update(skip_locked=True, of=("self",))
    )
    if most <= 0 or not Effect.objects.filter(next_attempt_at__lte=at).exists():
        return []  # Without taking SQLite's only right to write.
    until = at + pace.lease
    with transaction.atomic():
        rows = list(due[:most])
        Effect.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=EffectState.LEASED,
            fence=F("fence") + 1,
            lease_until=until,
            next_attempt_at=None,
        )
    return [Lease(row, row.fence + 1, until) for row in rows]


def release(leases: list[Lease], *, now: Callable[[], datetime] = clock.system_time) -> None:
    """Give back what was leased and not begun, so that nobody waits for the leases to run out."""
    for lease in leases:
        lease.row().update(state=EffectState.PENDING, lease_until=None, next_attempt_at=now())


def run(
    lease: Lease,
    *,
    pace: Pace = PACE,
    now: Callable[[], datetime] = clock.system_time,
    random: Random = SystemRandom(),  # noqa: B008 (keeps no state)
) -> Outcome:
    """Do one leased effect and write what became of it."""
    effect = lease.effect
    if now() >= lease.until:
        return _lost(lease)
    try:
        with transaction.atomic():
            effects.handler_of(effect.handler)(
                effect.payload,
                effects.EffectContext(
                    effect.key, effect.lane, effect.attempts + 1, lambda: lease.row().exists()
                ),
            )
            if not _mark_done(lease):
                raise LeaseLost
    except LeaseLost:
        return _lost(lease)
    except effects.HeldBack as held:
        return _held_back(lease, held, pace, now())
    except Exception as error:
        return _failed(lease, error, pace, now(), random)
    return Outcome.DONE


def wait_before(attempt: int, pace: Pace, random: Random) -> timedelta:
    """How long to wait after failure number ``attempt``: twice as long each time, up to a limit.

    Half of it is drawn at random, so that what failed together does not come back together.
    """
    longest = min(pace.first_wait * (1 << min(attempt - 1, 32)), pace.longest_wait)
    return longest / 2 + longest / 2 * random.random()


def cause_of(error: Exception) -> str:
    """An error in a line that names nobody: its own words only where they are known to be safe."""
    name = type(error).__name__
    if isinstance(error, effects.EffectFailed):
        text = str(error)
    else:
        # From the handler, which is called from here, down to where it broke.
        frames = extract_tb(error.__traceback__)
        places = [f"{Path(one.filename).name}, ligne {one.lineno}" for one in frames]
        text = " → ".join(dict.fromkeys((*places[1:2], places[-1])))
    return typeset(f"{name} : {text}")[:300]


def _mark_done(lease: Lease) -> bool:
    """Mark a leased effect as done, unless the lease is no longer this one."""
    # The one statement of each effect: by hand, as building it would cost as much as all the rest.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflows_effect SET state = 'done', lease_until = NULL, losses = 0, "
            "done_at = %s WHERE id = %s AND fence = %s AND state = 'leased'",
            [
                connection.ops.adapt_datetimefield_value(clock.now()),
                lease.effect.pk,
                lease.fence,
            ],
        )
        return bool(cursor.rowcount)


def _failed(lease: Lease, error: Exception, pace: Pace, at: datetime, random: Random) -> Outcome:
    attempts = lease.effect.attempts + 1
    dead = attempts >= pace.most_attempts
    changes: dict[str, Any] = {"state": EffectState.DEAD}
    if not dead:
        changes = {
            "state": EffectState.PENDING,
            "next_attempt_at": at + wait_before(attempts, pace, random),
        }
    cause = cause_of(error)
    if not lease.row().update(
        **changes, attempts=attempts, losses=0, lease_until=None, last_error=cause
    ):
        return _lost(lease)
    try:
        effects.tell_failure(lease.effect, error)
    except Exception:
        logger.exception("Effet %s : l’échec n’a pu être signalé.", lease.effect.pk)
    logger.log(
        logging.ERROR if dead else logging.WARNING,
        "Effet %s (%s), essai %s : %s",
        lease.effect.pk,
        lease.effect.handler,
        attempts,
        cause,
    )
    return Outcome.DEAD if dead else Outcome.FAILED


def _held_back(lease: Lease, held: effects.HeldBack, pace: Pace, at: datetime) -> Outcome:
    changes = {"state": EffectState.PENDING, "next_attempt_at": at + pace.held_wait}
    if not lease.row().update(**changes, losses=0, lease_until=None, last_error=cause_of(held)):
        return _lost(lease)
    if not breaker.open_runs().filter(measure=held.measure).exists():
        # What the handler saw, its transaction took back: it is written down here.
        breaker.hold(clock.today())
    return Outcome.HELD


def _lost(lease: Lease) -> Outcome:
    logger.warning("Effet %s : bail %s perdu.", lease.effect.pk, lease.fence)
    return Outcome.LOST


class Worker:
    """Drains the ledger again and again: a thread of ``serve``, or the process of ``work``."""

    def __init__(self, work: Callable[[Callable[[], bool]], object] | None = None) -> None:
        self._work = work or (lambda stopped: drain(stopped=stopped))
        self._stopped = Event()
        self._woken = Event()
        self._thread = Thread(target=self.loop, name="effects", daemon=True)

    def start(self) -> None:
        """Start the thread; it looks at the ledger at once, and when effects are emitted here."""
        effects.announce_with(self._wake_after_commit)
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Have the loop end after the effect it is at, the others given back."""
        self._stopped.set()
        self._woken.set()

    def stop(self) -> None:
        """Ask the thread to end and wait for it."""
        self.ask_to_stop()
        self._thread.join()
        effects.announce_no_more_with(self._wake_after_commit)

    def loop(self) -> None:
        """Drain until asked to stop. A database that is away is asked again after a pause."""
        try:
            while not self._stopped.is_set():
                self._woken.clear()
                close_old_connections()
                try:
                    self._work(self._stopped.is_set)
                except Exception:
                    logger.exception("Effets : passage interrompu ; nouvel essai bientôt.")
                if not self._stopped.is_set():
                    self._woken.wait(PACE.pause.total_seconds())
        finally:
            connection.close()

    def _wake_after_commit(self) -> None:
        transaction.on_commit(self._woken.set)
