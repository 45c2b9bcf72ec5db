"""The journals of conventions and habilitations as one stream that can be followed for ever.

A row gets its number before its transaction commits, so a row with a smaller number may appear
after one with a greater. Who remembered the greatest number seen would miss it. On PostgreSQL, a
page therefore goes no further than the greatest number that was visible before the writers of that
moment had all ended: whoever was to commit a smaller one has done so by then. SQLite has one writer
at a time, and numbers appear in order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, QuerySet

from access.models import HabilitationJournalEntry
from access.services.clients import Caller
from access.services.reading import offering
from contracts.models import Convention, ConventionJournalEntry
from workflows.journal import JournalEntry

PATIENCE = 2.0
"""Seconds for which a page waits for writers to end."""
_PAUSE = 0.02

_MODELS: tuple[type[JournalEntry], ...] = (ConventionJournalEntry, HabilitationJournalEntry)


class Position(NamedTuple):
    """How far a reader went in each journal."""

    conventions: int = 0
    habilitations: int = 0


class Read(NamedTuple):
    """Entries, where to go on from, and whether there are more now."""

    entries: list[Any]
    position: Position
    more: bool


def read(caller: Caller, after: Position, limit: int, patience: float = PATIENCE) -> Read:
    """The entries after a position that concern the caller, at most ``limit``.

    Those of one convention or habilitation come in their order. Nothing is passed over: while a
    writer keeps its transaction open for longer than ``patience``, nothing new is given.
    """
    ends = [model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in _MODELS]
    if all(end <= start for end, start in zip(ends, after, strict=True)):
        return Read([], after, False)
    if not _writers_ended(patience):
        return Read([], after, False)
    pages = [
        list(rows.filter(pk__gt=start, pk__lte=end).order_by("pk")[: limit + 1])
        for rows, start, end in zip(_rows(caller), after, ends, strict=True)
    ]
    merged = list(islice(_in_order(pages), limit + 1))
    kept = merged[:limit]
    if len(merged) <= limit:
        # Also past what concerns others, which need not be read again.
        position = Position(*map(max, zip(after, ends, strict=True)))
        return Read(kept, position, False)
    reached = list(after)
    for entry in kept:
        reached[_MODELS.index(type(entry))] = entry.pk
    return Read(kept, Position(*reached), True)


def _in_order(pages: Sequence[list[Any]]) -> Iterator[Any]:
    return merge(*pages, key=lambda entry: entry.believed_at)


def _rows(caller: Caller) -> tuple[QuerySet[Any], QuerySet[Any]]:
    caisses, services = caller.caisses.values(), caller.client.services
    conventions = ConventionJournalEntry.objects.filter(subject__caisse__in=caisses)
    habilitations = HabilitationJournalEntry.objects.filter(subject__convention__caisse__in=caisses)
    if services:
        offered = Convention.objects.filter(offering(services))
        conventions = conventions.filter(subject__in=offered)
        habilitations = habilitations.filter(subject__service__in=services)
    return (
        conventions.select_related("subject__caisse"),
        habilitations.select_related("subject__convention__caisse"),
    )


def _writers_ended(patience: float) -> bool:
    """Wait until every transaction that is writing a journal now has ended; False if one has not.

    Whoever inserts holds this lock from before the row is numbered to the end of its transaction.
    """
    if connection.vendor != "postgresql":
        return True
    writers = _writers()
    until = time.monotonic() + patience
    while writers:
        if time.monotonic() >= until:
            return False
        time.sleep(_PAUSE)
        writers &= _writers()
    return True


def _writers() -> set[str]:
    tables = [model._meta.db_table for model in _MODELS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks "
            "WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND relation = ANY (%s::text[]::regclass[]::oid[]) "
            "AND pid IS DISTINCT FROM pg_backend_pid()",
            [tables],
        )
        return {transaction for (transaction,) in cursor.fetchall()}
