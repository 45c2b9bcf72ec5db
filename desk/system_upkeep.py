"""What « État du système » says of the upkeep: checks, backups, mails, versions."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

import django
from django.db import connection
from django.db.models import Count, Max, Min, Q

from notifications.models import Message, MessageState
from workflows import clock, last_runs
from workflows.models import LastRun

LONGEST = timedelta(days=2)
"""Without a check or a backup: what is done each day is late after that."""

_ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True, slots=True)
class Regular:
    """What is done each day, or should be."""

    last: LastRun | None
    """None when it never was, as far as is known here."""

    @property
    def is_old(self) -> bool:
        """Whether it was not done for longer than it should."""
        return self.last is not None and clock.now() - self.last.ended_at > LONGEST

    @property
    def asks_for_somebody(self) -> bool:
        """Whether it ended badly, or was not done for too long."""
        return self.is_old or (self.last is not None and not self.last.is_well)


@dataclass(frozen=True, slots=True)
class Mail:
    """The mails, all caisses together."""

    sent_at: datetime | None
    """When the last one left."""
    waiting: int
    oldest: datetime | None
    refused: int
    """Those that did not leave, or that a mail server sent back, of the last thirty days."""


def upkeep() -> dict[str, Regular]:
    """The check of the journals and the backup."""
    found = last_runs.last_of([last_runs.JOURNAL_CHECK, last_runs.BACKUP])
    return {
        "journals": Regular(found.get(last_runs.JOURNAL_CHECK)),
        "backup": Regular(found.get(last_runs.BACKUP)),
    }


def mail() -> Mail:
    """How the mails go."""
    waiting = Q(state=MessageState.PENDING)
    refused = Q(state__in=[MessageState.FAILED, MessageState.BOUNCED])
    lately = Q(created_at__gte=clock.now() - timedelta(days=30))
    told = Message.objects.aggregate(
        sent_at=Max("sent_at"),
        waiting=Count("pk", filter=waiting),
        oldest=Min("created_at", filter=waiting),
        refused=Count("pk", filter=refused & lately),
    )
    return Mail(**told)


def versions() -> list[tuple[str, str]]:
    """What runs here: Tacite, and what it stands on."""
    numbers = ".".join(map(str, connection.get_database_version()))
    return [
        ("Tacite", version("tacite")),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
        (_ENGINES[connection.vendor], numbers),
    ]
