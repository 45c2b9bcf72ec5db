"""Settling: the journal and the cache of subjects brought in line with their lives, many at once.

What is to be written is computed first, a subject at a time (``settlement``), and written for all
of them in a few statements (``write``). Recording an act settles one subject, the sweep a chunk.
Where only days passed and no act has to be read again, ``Together`` computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import compress
from operator import attrgetter, itemgetter, ne
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.dispatch import Signal

from workflows import bulk, clock, journal
from workflows.advance import Advance, GoneOn
from workflows.journal import Change, JournalEntry
from workflows.journal_head import Head
from workflows.life import Life
from workflows.replay import ENGINE_VERSION

if TYPE_CHECKING:
    from workflows.subjects import Subject

settled = Signal()
"""Sent with ``settlements``, all of one model, in the transaction that wrote them."""


@dataclass
class Settlement:
    """What one subject's life makes of its journal and its cache."""

    subject: Subject
    """Locked, and already bearing its new values."""
    life: Life | Advance
    changed: Change
    rows: list[dict[str, Any]]
    """The new lines of its journal."""
    because: str
    """Identifier of the act that was recorded; empty when days alone passed."""
    moved: frozenset[str]
    """The columns of the subject that bear another value."""

    @property
    def only_renews(self) -> bool:
        """Whether days alone passed, and did nothing but open another term."""
        return not self.because and isinstance(self.life, Advance) and self.life.only_renews

    @cached_property
    def timeline(self) -> Any:
        """The whole life, past and projected: replayed from the acts when it was only advanced."""
        if isinstance(self.life, Advance):
            return self.subject.timeline(self.life.as_of)
        return self.life


def settle(subject: Subject, life: Life, because: str = "") -> Change:
    """Bring the journal and the cache of one locked subject in line with its life.

    ``because`` is the identifier of the act that made earlier beliefs untrue. The revision is the
    caller's to raise. Returns what changed in the journal.
    """
    entries = list(subject.journal.order_by("number"))
    one = settlement(subject, life, entries, because, clock.now())
    write([one])
    return one.changed


def settlement(
    subject: Subject,
    life: Life,
    entries: Sequence[JournalEntry],
    because: str,
    believed_at: datetime,
) -> Settlement:
    """What settling a subject is to write; ``entries`` is its whole journal."""
    changed, head = journal.change(entries, life.past_steps), journal.head_of(entries)
    drafts, retracted = journal.drafted(
        head.retracted,
        changed,
        subject.once_per_term,
        life.article_of,
        because=because,
        believed_at=believed_at,
        engine_version=ENGINE_VERSION,
    )
    rows, head = _rows(subject, drafts, head._replace(retracted=retracted))
    moved = _bring(subject, life, cache_of(subject, life), snapshot_of(subject, life, head))
    return Settlement(subject, life, changed, rows, because, moved)


class Together:
    """Settles subjects of one kind that only days moved; those that share a life, share its words.

    As ``settlement`` does, from the head of the journal and without its entries.
    """

    def __init__(self, believed_at: datetime) -> None:
        self._believed_at = believed_at
        self._alike: dict[int, _Alike] = {}

    def settlement(self, subject: Subject, gone_on: GoneOn) -> Settlement:
        """What settling a subject is to write."""
        alike = self._found(subject, gone_on)
        rows, head = _rows(subject, alike.drafts, gone_on.head)
        snapshot = "" if alike.cache["next_change_on"] is None else gone_on.snapshot(head)
        moved = _bring(subject, gone_on.life, alike.cache, snapshot)
        return Settlement(subject, gone_on.life, alike.changed, rows, "", moved)

    def _found(self, subject: Subject, gone_on: GoneOn) -> _Alike:
        life, retracted = gone_on.life, gone_on.head.retracted
        if retracted:
            # Its beliefs bear other numbers.
            return self._made(subject, life, retracted)
        if id(life) not in self._alike:
            self._alike[id(life)] = self._made(subject, life, retracted)
        return self._alike[id(life)]

    def _made(self, subject: Subject, life: Advance, retracted: Mapping[str, int]) -> _Alike:
        changed = Change((), life.steps)
        drafts, _ = journal.drafted(
            retracted,
            changed,
            subject.once_per_term,
            life.article_of,
            because="",
            believed_at=self._believed_at,
            engine_version=ENGINE_VERSION,
        )
        return _Alike(life, changed, drafts, cache_of(subject, life))


class _Alike(NamedTuple):
    """What the subjects that share a life have in common; it keeps that life alive."""

    life: Advance
    changed: Change
    drafts: list[dict[str, Any]]
    cache: dict[str, Any]


def _rows(
    subject: Subject, drafts: Sequence[Mapping[str, Any]], head: Head
) -> tuple[list[dict[str, Any]], Head]:
    return journal.chained(
        drafts,
        head,
        model=journal_model(type(subject)),
        subject_id=subject.pk,
        revision=subject.revision,
    )


def _bring(
    subject: Subject, life: Life | Advance, cache: Mapping[str, Any], snapshot: str
) -> frozenset[str]:
    """Bring the subject itself in line with its life; which of its columns moved."""
    columns = _columns(type(subject))
    before = columns.of(subject)
    vars(subject).update(cache)
    subject.before_storing(life)
    subject.sweep_error = ""
    subject.snapshot = snapshot
    return frozenset(compress(columns.names, map(ne, before, columns.of(subject))))


class _Columns(NamedTuple):
    """What settling may change of a subject, its revision apart."""

    names: tuple[str, ...]
    of: Callable[[Subject], tuple[Any, ...]]


@cache
def _columns(model: type[Subject]) -> _Columns:
    names = ("sweep_error", "snapshot", *cached_columns(model))
    return _Columns(names, attrgetter(*names))


def write(settlements: Sequence[Settlement]) -> None:
    """Write settlements of one model in the current transaction, and have others follow."""
    if not settlements:
        return
    store(settlements)
    settled.send(type(settlements[0].subject), settlements=settlements)


def store(settlements: Sequence[Settlement]) -> None:
    """Write settlements of one model, and tell nobody: for what happened before it was known."""
    if not settlements:
        return
    model = type(settlements[0].subject)
    entries = journal_model(model)
    columns = (*journal.row_columns(entries), *journal.CHAINED)
    rows = (row for one in settlements for row in one.rows)
    bulk.insert(entries, columns, map(itemgetter(*columns), rows))
    moved = frozenset[str]().union(*(one.moved for one in settlements))
    # A column written is a cost for its indexes and its constraints, even where nothing changes.
    columns = ("id", "revision", *(name for name in _columns(model).names if name in moved))
    subjects = (one.subject for one in settlements)
    bulk.update(model, columns, map(attrgetter(*columns), subjects))
    model.store_beside(settlements)


def cache_of(subject: Subject, life: Life | Advance) -> dict[str, Any]:
    """The cached columns of ``subject`` with the values that its life gives them."""
    return {
        "state": life.state,
        "as_of": life.as_of,
        "next_change_on": life.next_change_on,
        "open_questions": sum(question.blocking for question in life.open_questions),
        "engine_version": ENGINE_VERSION,
        **subject.cache_of(life),
    }


def snapshot_of(subject: Subject, life: Life, head: Head) -> str:
    """The snapshot that a life leaves behind a journal; none where no date will move it."""
    return "" if life.next_change_on is None else subject.snapshot_of(life, head)


def cached_columns(model: type[Subject]) -> tuple[str, ...]:
    """Every column that settling may change, the revision and the error apart."""
    return (
        "state",
        "as_of",
        "next_change_on",
        "open_questions",
        "engine_version",
        *model.settled_columns,
    )


def journal_model(model: type[Subject]) -> type[JournalEntry]:
    """The journal of a kind of subject."""
    entries: Any = model._meta.get_field("journal").related_model
    return cast("type[JournalEntry]", entries)


def journals(model: type[Subject], keys: Iterable[int]) -> dict[int, list[Any]]:
    """The whole journals of several subjects of one kind, with one query."""
    found: dict[int, list[Any]] = {key: [] for key in keys}
    rows: Any = journal_model(model)._default_manager.filter(subject__in=list(found))
    for entry in rows.order_by("number"):
        found[entry.subject_id].append(entry)
    return found
