"""How the site stands today: the directories, what is to be done outside, the daily run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Q

from access.services.directory_states import DirectoryStanding, standings
from access.setting_checks import unreadable
from contracts.antivirus.choice import chosen
from contracts.models import FileVerification, User
from contracts.rules import caisses_where
from workflows import breaker, clock, effects
from workflows.models import EffectState, JournalHead
from workflows.subjects import registered

SEE = "access.view_system_state"

LATE = 600
"""Seconds after which an effect that is due, and that nobody took up, tells of a missing worker."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is still to be done outside the database."""

    waiting: int
    oldest: datetime | None
    failed_once: int
    """Among those that wait, how many failed already."""
    dead: int
    is_late: bool
    """Whether something is due for so long that no worker can be running."""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The uploaded files that nobody may have yet."""

    antivirus: str
    """Its name; ``none`` where the structure of files alone is looked at."""
    waiting: int
    oldest: datetime | None
    is_late: bool
    """Whether one waits for so long that the antivirus cannot be answering."""


@dataclass(frozen=True, slots=True)
class DailyRun:
    """What the sweep and what follows it left behind."""

    taken_at: datetime | None
    """When the work of a day was last done to its end; None when it never was."""
    taken_today: bool
    overdue: int
    """Subjects whose date has come and that nothing has swept yet."""
    oldest: date | None
    """Since when the first of them waits; what was set aside or is held back waits for a person."""
    is_late: bool
    """Whether a day went by without its sweep."""
    set_aside: int
    held: int


def directories(user: User, today: date) -> list[DirectoryStanding]:
    """Those of the caisses that the user administers or directs; the ones away first."""
    seen = standings(caisses_where(user, SEE, today))
    return sorted(seen, key=lambda one: not one.is_away)


def unreadable_settings(user: User, today: date) -> list[tuple[str, str]]:
    """The settings that cannot be read, of the caisses that the user administers or directs.

    Each with the name of the caisse; what it settles is left out until it is mended.
    """
    seen = caisses_where(user, SEE, today).order_by("name", "pk")
    return [(caisse.name, str(fault)) for caisse, fault in unreadable(seen)]


def ledger() -> Ledger:
    """How the effects stand, all caisses together."""
    told = effects.unfinished().aggregate(
        waiting=Count("pk", filter=~Q(state=EffectState.DEAD)),
        oldest=Min("created_at", filter=~Q(state=EffectState.DEAD)),
        failed_once=Count("pk", filter=Q(state=EffectState.PENDING, attempts__gt=0)),
        dead=Count("pk", filter=Q(state=EffectState.DEAD)),
        due=Min("next_attempt_at"),
    )
    due = told.pop("due")
    is_late = due is not None and (clock.system_time() - due).total_seconds() > LATE
    return Ledger(**told, is_late=is_late)


def quarantine() -> Quarantine:
    """How many uploaded files wait for the antivirus, all caisses together."""
    waiting = FileVerification.objects.filter(state=FileVerification.State.PENDING)
    told = waiting.aggregate(waiting=Count("pk"), oldest=Min("asked_at"))
    oldest = told["oldest"]
    is_late = oldest is not None and (clock.now() - oldest).total_seconds() > LATE
    return Quarantine(chosen().name, **told, is_late=is_late)


def daily_run(today: date) -> DailyRun:
    """How far the days were swept. Their end is told by the head of the journals, taken after."""
    last = JournalHead.objects.aggregate(day=Max("day"), taken_at=Max("taken_at"))
    is_due, is_aside = Q(next_change_on__lte=today), ~Q(sweep_error="")
    overdue, set_aside, waiting = 0, 0, []
    for _, model in registered():
        told = model._default_manager.aggregate(
            overdue=Count("pk", filter=is_due),
            aside=Count("pk", filter=is_aside),
            oldest=Min("next_change_on", filter=is_due & ~is_aside),
        )
        overdue, set_aside = overdue + told["overdue"], set_aside + told["aside"]
        waiting.append(told["oldest"])
    held = breaker.open_runs().count()
    oldest = min((day for day in waiting if day is not None), default=None)
    yesterday = today - timedelta(days=1)
    missed = last["day"] is not None and last["day"] < yesterday
    is_late = not held and (missed or (oldest is not None and oldest <= yesterday))
    return DailyRun(
        last["taken_at"], last["day"] == today, overdue, oldest, is_late, set_aside, held
    )
