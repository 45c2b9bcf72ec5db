"""The daily head: one digest over the last entry of every journal, published outside.

Each subject has a chain of its own, so that parallel writers do not wait for each other. The head
ties all of them together once a civil day: whoever rewrites a chain, or removes its last entries,
no longer agrees with a head that somebody else keeps a copy of (``head_files``, and the mails that
``notifications`` sends).

A head must be computed again, years later, from the very entries that existed when it was taken.
They are told by their identifiers: a head notes the last one of each kind, and is computed from the
entries up to it, which nothing may change or add to. Their instants would not do, and neither would
the last identifier seen in passing: a transaction that drew a lower one may still be open, and
commit afterwards. So the last identifier is read while the table is locked against writers
(``LOCK TABLE … IN SHARE MODE`` on PostgreSQL): an INSERT or COPY draws its identifiers under a lock
that this one waits for, hence every identifier up to the last is committed, or given up for good.
The lock is held for that one look, on one table at a time: it can be part of no deadlock of its
own, and the long reading that follows holds nobody up. SQLite has one writer at a time, whose
identifiers grow from one commit to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import IntegrityError, connections, router, transaction
from django.db.models import CharField, Max, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from workflows import clock, effects
from workflows.journal import JournalEntry
from workflows.merkle import Tree
from workflows.models import JournalHead
from workflows.subjects import Subject, registered

LOCK_WAIT = 5
"""Seconds. Writers that arrive wait behind the lock, so it is given up early, and tried again."""

Progress = Callable[[int, int], None]


class Summary(NamedTuple):
    """What the journals add up to."""

    root: str
    subjects: int
    """How many have a journal."""
    entries: int
    """How many entries these hold, going by the number of the last of each."""


_publishers: list[str] = []


def publish_by(handler: str) -> None:
    """Have each new head handed to the effect handler of that name, as ``{"head": number}``."""
    if handler not in _publishers:
        _publishers.append(handler)


def take(today: date) -> JournalHead | None:
    """Take the head of ``today`` and emit its publication; None when that day has its head.

    Days on which nothing ran have no head: the next one covers them. Raises ``OperationalError``
    on PostgreSQL when a writer holds a journal for longer than ``LOCK_WAIT``.
    """
    if JournalHead.objects.filter(day=today).exists():
        return None
    previous = JournalHead.objects.last()
    last_entries = {name: _last_entry(entries_of(model)) for name, model in registered()}
    head = JournalHead(
        number=previous.number + 1 if previous else 1,
        previous_digest=previous.digest if previous else "",
        day=today,
        taken_at=clock.now(),
        last_entries=last_entries,
        **summary(last_entries)._asdict(),
    )
    head.digest = head.computed_digest()
    try:
        with transaction.atomic():
            head.save(force_insert=True)
            for handler in _publishers:
                key = f"journal_head:{head.number}:{handler}"
                effects.emit(handler, key, key, {"head": head.number})
    except IntegrityError:
        if JournalHead.objects.filter(day=today).exists():
            return None  # Another process was quicker.
        raise
    return head


def summary(last_entries: Mapping[str, int], progress: Progress | None = None) -> Summary:
    """The root over the last entry of each journal, by name of kind, then number of subject.

    Only the entries up to the identifier given for their kind count. ``progress`` is told how many
    subjects were read, and of how many. Raises ``KeyError`` for a kind that is not registered.
    """
    models = dict(registered())
    kinds = [(name, models[name], last_entries[name]) for name in sorted(last_entries)]
    total = sum(model._base_manager.count() for _, model, _ in kinds) if progress else 0
    tree, entries, done = Tree(), 0, 0
    for name, model, last_entry in kinds:
        for subject, last in _last_of_each(model, last_entry):
            if last is not None:
                tree.add(f"{name}:{subject}:{last}".encode())
                entries += int(last.partition(":")[0])
            done += 1
            if progress is not None:
                progress(done, total)
    return Summary(tree.root(), tree.size, entries)


def entries_of(model: type[Subject]) -> type[JournalEntry]:
    """The model of the entries of a kind of subject."""
    field: Any = model._meta.get_field("journal")
    entries: type[JournalEntry] = field.related_model
    return entries


def _last_of_each(model: type[Subject], last_entry: int) -> Iterator[tuple[int, str | None]]:
    """Each subject with « number:digest » of its last entry that counts, None without any.

    One look into the index of each journal: the cost is that of the subjects, not of the entries.
    """
    last = (
        entries_of(model)
        ._base_manager.filter(subject=OuterRef("pk"), pk__lte=last_entry)
        .order_by("-number")
        .values(said=Concat(Cast("number", CharField()), Value(":"), "digest"))[:1]
    )
    rows = model._base_manager.order_by("pk").annotate(last_said=Subquery(last))
    yield from rows.values_list("pk", "last_said").iterator(chunk_size=5000)


def _last_entry(entries: type[JournalEntry]) -> int:
    """The identifier up to which every entry is there that ever will be; 0 without any."""
    connection = connections[router.db_for_write(entries)]
    if connection.vendor != "postgresql":
        return _highest(entries)
    with transaction.atomic(using=connection.alias, durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}s'")
        cursor.execute(f'LOCK TABLE "{entries._meta.db_table}" IN SHARE MODE')
        return _highest(entries)


def _highest(entries: type[JournalEntry]) -> int:
    return int(entries._base_manager.aggregate(highest=Max("pk"))["highest"] or 0)
