"""When what ought to be done regularly was last done, for those who watch over the site.

Only the last time of each is kept: the logs tell of the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflows import clock
from workflows.french import typeset
from workflows.models import LastRun

JOURNAL_CHECK = "journal.verify"
BACKUP = "backup"


def reconciliation(caisse_code: str) -> str:
    """The name under which the reconciliation of the directory of a caisse is noted."""
    return f"directory.reconcile:{caisse_code}"


def note(name: str, said: str, *, is_well: bool) -> None:
    """Note that it was done just now; ``said`` is a French sentence that names nobody."""
    run = LastRun(name=name, ended_at=clock.now(), is_well=is_well, said=typeset(said))
    LastRun.objects.bulk_create(
        [run],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["ended_at", "is_well", "said"],
    )


def last_of(names: Iterable[str]) -> dict[str, LastRun]:
    """The last run of each of these that was ever done, by name."""
    return {run.name: run for run in LastRun.objects.filter(name__in=list(names))}
