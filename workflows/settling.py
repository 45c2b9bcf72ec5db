"""Settling: the journal and the cache of subjects brought in line with their lives, many at once.

What is to be written is computed first, a subject at a time (``settlement``), and written for all
of them in a few statements (``write``). Recording an act settles one subject, the sweep a chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from django.dispatch import Signal

from workflows import bulk, clock, journal
from workflows.advance import Advance
from workflows.journal import Change, JournalEntry
from workflows.journal_head import Head
from workflows.life import Life
from workflows.replay import ENGINE_VERSION

if TYPE_CHECKING:
    from workflows.subjects import Subject

settled = Signal()
"""Sent with ``settlements``, all of one model, in the transaction that wrote them."""

_WRITTEN = ("revision", "sweep_error", "snapshot")


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

    @cached_property
    def only_renews(self) -> bool:
        """Whether days alone passed, and did nothing but open another term."""
        return (
            isinstance(self.life, Advance)
            and not self.because
            and all(step.name == "renew" for step in self.life.steps)
        )

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
    life: Life | Advance,
    entries: Sequence[JournalEntry],
    because: str,
    believed_at: datetime,
) -> Settlement:
    """What settling a subject is to write; ``entries`` is its whole journal, unless it advanced."""
    if isinstance(life, Advance):
        changed, head = Change((), life.steps), life.head
    else:
        changed, head = journal.change(entries, life.past_steps), journal.head_of(entries)
    rows, head = journal.new_rows(
        head,
        changed,
        subject.once_per_term,
        life.article_of,
        model=journal_model(type(subject)),
        because=because,
        subject_id=subject.pk,
        believed_at=believed_at,
        engine_version=ENGINE_VERSION,
        revision=subject.revision,
    )
    for column, value in cache_of(subject, life).items():
        setattr(subject, column, value)
    subject.before_storing(life)
    subject.sweep_error = ""
    subject.snapshot = snapshot_of(subject, life, head)
    return Settlement(subject, life, changed, rows, because)


def write(settlements: Sequence[Settlement]) -> None:
    """Write settlements of one model in the current transaction, and have others follow."""
    if not settlements:
        return
    model = type(settlements[0].subject)
    entries = journal_model(model)
    columns = (*journal.row_columns(entries), *journal.CHAINED)
    rows = (row for one in settlements for row in one.rows)
    bulk.insert(entries, columns, ([row[name] for name in columns] for row in rows))
    columns = ("id", *_WRITTEN, *cached_columns(model))
    subjects = (one.subject for one in settlements)
    bulk.update(model, columns, ([getattr(one, name) for name in columns] for one in subjects))
    settled.send(model, settlements=settlements)


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


def snapshot_of(subject: Subject, life: Life | Advance, head: Head) -> str:
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
