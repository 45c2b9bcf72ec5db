"""How each caisse's directory stands: whether it answers, and what waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from access.directory.choice import MANUAL, directory_name
from access.measures import asked_for
from access.models import Account, DirectoryHealth, DirectoryTask
from contracts.models import Caisse
from workflows import last_runs
from workflows.models import LastRun


@dataclass(frozen=True, slots=True)
class DirectoryStanding:
    """What is known of one directory."""

    caisse: Caisse
    is_manual: bool
    """Only people look into it: it neither answers nor fails to."""
    health: DirectoryHealth | None
    """What was last seen; None while it was never asked."""
    waiting: int
    """Accounts with a change still to be made: by a machine, or by an agent."""
    oldest: datetime | None
    """When the oldest of these changes was asked for."""
    reconciled: LastRun | None
    """When it was last compared with what it should hold, and what came of it."""

    @property
    def is_away(self) -> bool:
        """Whether it did not answer when it was last asked."""
        return not self.is_manual and self.health is not None and not self.health.is_answering


def standings(caisses: QuerySet[Caisse]) -> Iterator[DirectoryStanding]:
    """How the directories of some caisses stand, in the order of their names."""
    found = list(caisses.order_by("name"))
    seen = {one.caisse_id: one for one in DirectoryHealth.objects.filter(caisse__in=found)}
    names = {caisse.pk: last_runs.reconciliation(caisse.code) for caisse in found}
    runs = last_runs.last_of(names.values())
    for caisse in found:
        is_manual = directory_name(caisse) == MANUAL
        waiting, oldest = (_tasks if is_manual else _changes)(caisse)
        reconciled = runs.get(names[caisse.pk])
        yield DirectoryStanding(caisse, is_manual, seen.get(caisse.pk), waiting, oldest, reconciled)


def _changes(caisse: Caisse) -> tuple[int, datetime | None]:
    own = Account.objects.filter(caisse=caisse).values("pk")
    found = asked_for().filter(account__in=own)
    told = found.aggregate(count=Count("account", distinct=True), oldest=Min("created_at"))
    return told["count"], told["oldest"]


def _tasks(caisse: Caisse) -> tuple[int, datetime | None]:
    found = DirectoryTask.objects.filter(account__caisse=caisse, outcome="")
    told = found.aggregate(count=Count("pk"), oldest=Min("opened_at"))
    return told["count"], told["oldest"]
