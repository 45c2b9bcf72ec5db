"""The chains of every subject, and checking them: each row is as written, after the one before it.

A subject has two: its acts, in the order in which they were recorded, and its journal. A row
changed, removed from the middle or slipped in breaks its chain. The last rows of a chain removed
together leave no gap in it: the daily heads (``head_checks``) miss them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import models

from workflows import bulk
from workflows.french import typeset
from workflows.journal import JournalEntry
from workflows.subject_acts import SubjectAct, act_digest
from workflows.subjects import Subject, registered

AT_ONCE = 500
"""Subjects whose acts are chained together."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The rows of one table, chained a subject."""

    name: str
    """Under which a head notes it: « convention » is the journal, « convention.acts » the acts."""
    kind: str
    """Name of the kind of subject."""
    subjects: type[Subject]
    rows: type[SubjectAct] | type[JournalEntry]
    place: str
    """The column that orders the rows of a subject."""

    @property
    def is_journal(self) -> bool:
        """Whether the rows are numbered from 1 without a gap; acts bear revisions."""
        return issubclass(self.rows, JournalEntry)


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first row of one subject's chain that is not as it was written."""

    chain: Chain
    pk: int
    """Of the subject."""
    number: int
    """The row's: its number in the journal, or the revision that the act made."""
    problem: str
    """What is wrong with it, in a French sentence."""

    @property
    def row(self) -> str:
        """« ligne du journal 3 », « événement de la révision 7 »."""
        kind = "ligne du journal" if self.chain.is_journal else "événement de la révision"
        return f"{kind} {self.number}"


def chains() -> list[Chain]:
    """Both chains of every registered kind of subject, in the order of their names."""
    found = []
    for kind, model in registered():
        found.append(Chain(kind, kind, model, _rows(model, "journal"), "number"))
        found.append(Chain(f"{kind}.acts", kind, model, _rows(model, "acts"), "revision"))
    return sorted(found, key=lambda chain: chain.name)


def broken_links(progress: Callable[[int, int], None] | None = None) -> Iterator[BrokenLink]:
    """Follow both chains of every subject, and yield the first broken link of each that has one.

    ``progress`` is told how many rows are followed, and of how many.
    """
    followed = chains()
    total = sum(chain.rows._default_manager.count() for chain in followed)
    done = 0
    for chain in followed:
        previous: Any = None
        broken = False
        for row in _in_order(chain):
            if previous is None or previous.subject_id != row.subject_id:
                previous, broken = None, False
            if not broken and (problem := _problem(chain, row, previous)):
                broken = True
                yield BrokenLink(chain, row.subject_id, getattr(row, chain.place), typeset(problem))
            previous = row
            done += 1
            if progress is not None:
                progress(done, total)


def chain_acts(acts: type[models.Model], proved_by: Iterable[str] = ()) -> None:
    """Write the digests of all acts of a table, for a migration that has lifted its triggers.

    ``proved_by`` names the relation to the files that prove them, as on ``SubjectAct``.
    """
    rows: Any = acts._base_manager
    subjects = list(rows.values_list("subject_id", flat=True).order_by("subject_id").distinct())
    for start in range(0, len(subjects), AT_ONCE):
        chunk = rows.filter(subject__in=subjects[start : start + AT_ONCE])
        written: list[tuple[Any, ...]] = []
        previous: Any = None
        for row in chunk.order_by("subject_id", "revision").prefetch_related(*proved_by):
            follows = previous is not None and previous.subject_id == row.subject_id
            row.previous_digest = previous.digest if follows else ""
            row.digest = act_digest(
                row, [file.sha256 for name in proved_by for file in getattr(row, name).all()]
            )
            written.append((row.pk, row.previous_digest, row.digest))
            previous = row
        bulk.update(acts, ["id", "previous_digest", "digest"], written)


def _in_order(chain: Chain) -> Iterator[Any]:
    rows: Any = chain.rows._default_manager.order_by("subject_id", chain.place)
    if issubclass(chain.rows, SubjectAct):
        rows = rows.prefetch_related(*chain.rows.proved_by)
    return iter(rows.iterator(chunk_size=2000))


def _problem(chain: Chain, row: Any, previous: Any) -> str:
    """What is wrong with a row after the one before it; empty when nothing is."""
    follows = row.previous_digest == (previous.digest if previous else "")
    if chain.is_journal:
        expected = previous.number + 1 if previous else 1
        if row.number != expected:
            return f"la ligne {expected} manque : une ligne au moins a été retirée"
        if not follows:
            return "elle ne suit pas la ligne d’avant : l’une des deux a été remplacée"
    elif not follows and previous is None:
        return "l’événement d’avant manque : il a été retiré"
    elif not follows:
        return (
            "il ne suit pas l’événement d’avant : l’un des deux a été remplacé, ou un autre retiré "
            "ou glissé entre eux"
        )
    return "" if _is_as_written(row) else "son contenu n’est plus celui qui a été écrit"


def _is_as_written(row: Any) -> bool:
    try:
        return bool(row.digest == row.computed_digest())
    except orjson.JSONEncodeError:
        return False  # Nothing that Tacite wrote: a number or a text that has no canonical form.


def _rows(model: type[Subject], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    return field.related_model
