"""Whether the directories answer: noted by whatever asks them, for the page that says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from math import inf
from time import monotonic
from typing import Any

from django.db import transaction

from access.directory.port import DirectoryUnreachable
from access.models import DirectoryHealth
from contracts.models import Caisse
from workflows import clock
from workflows.models import Effect

REFRESHED = timedelta(minutes=10)
"""How long a row that says the same is left as it is."""

REMEMBERED = 60
"""Seconds for which an answering directory is not even looked up."""


@contextmanager
def watched(caisse: Caisse, is_undone: bool = True) -> Iterator[None]:
    """Note whether the directory of ``caisse`` answered what is asked of it inside.

    A failure that undoes the transaction it happens in would undo the note as well: it is written
    by ``after_failure`` once that is over, or here where nothing ``is_undone``.
    """
    try:
        yield
    except DirectoryUnreachable as error:
        _answering.pop(caisse.pk, None)
        error.caisse = caisse.pk
        if not is_undone:
            note(caisse.pk, str(error))
        raise
    transaction.on_commit(partial(_answered, caisse.pk), robust=True)


def after_failure(effect: Effect, error: Exception) -> None:
    """Write what an effect that failed because of a directory says of it."""
    if isinstance(error, DirectoryUnreachable) and error.caisse is not None:
        note(error.caisse, str(error))


def note(caisse_pk: int, cause: str = "") -> None:
    """Write that a directory answers, or why it does not; nothing where that is known already."""
    now = clock.now()
    seen: dict[str, Any] = {"is_answering": not cause}
    seen |= {"last_failure_at": now, "cause": cause[:300]} if cause else {"last_success_at": now}
    with transaction.atomic():
        rows = DirectoryHealth.objects.select_for_update(of=("self",), no_key=True)
        row, created = rows.get_or_create(caisse_id=caisse_pk, defaults=seen | {"since": now})
        if created:
            return
        changed = row.is_answering != seen["is_answering"]
        last = row.last_failure_at if cause else row.last_success_at
        fresh = last is not None and abs(now - last) < REFRESHED
        if fresh and not changed and row.cause == seen.get("cause", row.cause):
            return
        since = {"since": now} if changed else {}
        DirectoryHealth.objects.filter(pk=row.pk).update(**seen, **since)


def logins_read(caisse: Caisse, day: date) -> None:
    """Write that the last logins of a whole directory were read on ``day``."""
    note(caisse.pk)
    DirectoryHealth.objects.filter(caisse=caisse).update(logins_read_on=day)


_answering: dict[int, float] = {}
"""When this process last looked at the row of each directory that answers."""


def _answered(caisse_pk: int) -> None:
    if monotonic() - _answering.get(caisse_pk, -inf) >= REMEMBERED:
        note(caisse_pk)
        _answering[caisse_pk] = monotonic()
