"""The daily head: one digest over the last row of every chain, published outside.

Each subject has two chains of its own (``chains``), so that parallel writers do not wait for each
other. The head ties all of them together once a civil day: whoever rewrites a chain, or removes its
last rows, no longer agrees with a head that somebody else keeps a copy of (``head_files``, and the
mails that ``notifications`` sends).

A head must be computed again, years later, from the very rows that existed when it was taken. They
are told by their identifiers: a head notes the last one of each table, and is computed from the
rows up to it, which nothing may change or add to. Their instants would not do, and neither would
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
from typing import NamedTuple

from django.db import IntegrityError, connections, router, transaction
from django.db.models import CharField, Max, Model, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from workflows import clock, effects
from workflows.chains import Chain, chains
from workflows.merkle import Tree
from workflows.models import JournalHead

LOCK_WAIT = 5
"""Seconds. Writers that arrive wait behind the lock, so it is given up early, and tried again."""

Progress = Callable[[int, int], None]


class Summary(NamedTuple):
    """What the chains add up to."""

    root: str
    subjects: int
    """How many have a journal."""
    entries: int
    """How many rows the chains hold; in a journal, going by the number of the last."""


_publishers: list[str] = []


def publish_by(handler: str) -> None:
    """Have each new head handed to the effect handler of that name, as ``{"head": number}``."""
    if handler not in _publishers:
        _publishers.append(handler)


def take(today: date) -> JournalHead | None:
    """Take the head of ``today`` and emit its publication; None when that day has its head.

    Days on which nothing ran have no head: the next one covers them. Raises ``OperationalError``
    on PostgreSQL when a writer holds a table for longer than ``LOCK_WAIT``.
    """
    if JournalHead.objects.filter(day=today).exists():
        return None
    previous = JournalHead.objects.last()
    last_entries = {chain.name: settled_up_to(chain.rows) for chain in chains()}
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
    """The root over the last row of each chain, by name of chain, then number of subject.

    Only the rows up to the identifier given for their chain count. ``progress`` is told how many
    chains were read, and of how many. Raises ``KeyError`` for a name that is no chain's.
    """
    known = {chain.name: chain for chain in chains()}
    covered = [known[name] for name in sorted(last_entries)]
    total = sum(chain.subjects._base_manager.count() for chain in covered) if progress else 0
    tree, subjects, entries, done = Tree(), 0, 0, 0
    for chain in covered:
        last_entry = last_entries[chain.name]
        for subject, last in _last_of_each(chain, last_entry):
            if last is not None:
                tree.add(f"{chain.name}:{subject}:{last}".encode())
                if chain.is_journal:
                    subjects += 1
                    entries += int(last.partition(":")[0])
            done += 1
            if progress is not None:
                progress(done, total)
        if not chain.is_journal:  # Few a subject, and their revisions leave gaps.
            entries += chain.rows._base_manager.filter(pk__lte=last_entry).count()
    return Summary(tree.root(), subjects, entries)


def _last_of_each(chain: Chain, last_entry: int) -> Iterator[tuple[int, str | None]]:
    """Each subject with « place:digest » of its last row that counts, None without any.

    One look into the index of each chain: the cost is that of the subjects, not of the rows.
    """
    last = (
        chain.rows._base_manager.filter(subject=OuterRef("pk"), pk__lte=last_entry)
        .order_by(f"-{chain.place}")
        .values(said=Concat(Cast(chain.place, CharField()), Value(":"), "digest"))[:1]
    )
    rows = chain.subjects._base_manager.order_by("pk").annotate(last_said=Subquery(last))
    yield from rows.values_list("pk", "last_said").iterator(chunk_size=5000)


def settled_up_to(entries: type[Model]) -> int:
    """The identifier up to which every row is there that ever will be; 0 without any.

    Not within a transaction. Raises ``OperationalError`` as ``take`` does.
    """
    connection = connections[router.db_for_write(entries)]
    if connection.vendor != "postgresql":
        return _highest(entries)
    with transaction.atomic(using=connection.alias, durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}s'")
        cursor.execute(f'LOCK TABLE "{entries._meta.db_table}" IN SHARE MODE')
        return _highest(entries)


def _highest(entries: type[Model]) -> int:
    return int(entries._base_manager.aggregate(highest=Max("pk"))["highest"] or 0)
