"""Checking the journals: each entry is the one that was written, after the one before it.

A row changed, removed from the middle or slipped in breaks the chain of digests. The last rows of a
journal removed together leave no gap in it: the daily heads (``head_checks``) miss them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from workflows.french import typeset
from workflows.journal import JournalEntry
from workflows.subjects import registered


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first entry of one subject's journal that is not as it was written."""

    subject: str
    """Name of the kind of subject."""
    pk: int
    number: int
    problem: str
    """What is wrong with it, in a French sentence."""


def broken_links(progress: Callable[[int, int], None] | None = None) -> Iterator[BrokenLink]:
    """Follow the journal of every subject, and yield the first broken link of each that has one.

    ``progress`` is told how many entries are followed, and of how many.
    """
    journals = [(name, _entries(model)) for name, model in registered()]
    total = sum(model.objects.count() for _, model in journals)
    done = 0
    for name, model in journals:
        previous: JournalEntry | None = None
        broken = 0
        rows = model.objects.order_by("subject_id", "number")
        for entry in rows.iterator(chunk_size=2000):
            owner = _owner(entry)
            if previous is None or _owner(previous) != owner:
                previous, broken = None, 0
            if not broken and (problem := _problem(entry, previous)):
                broken = entry.number
                yield BrokenLink(name, owner, entry.number, typeset(problem))
            previous = entry
            done += 1
            if progress is not None:
                progress(done, total)


def _problem(entry: JournalEntry, previous: JournalEntry | None) -> str:
    """What is wrong with an entry after the one before it; empty when nothing is."""
    expected = previous.number + 1 if previous else 1
    if entry.number != expected:
        return f"la ligne {expected} manque : une ligne au moins a été retirée"
    if entry.previous_digest != (previous.digest if previous else ""):
        return "elle ne suit pas la ligne d’avant : l’une des deux a été remplacée"
    if entry.digest != entry.computed_digest():
        return "son contenu n’est plus celui qui a été écrit"
    return ""


def _entries(model: Any) -> Any:
    return model._meta.get_field("journal").related_model


def _owner(entry: Any) -> int:
    return int(entry.subject_id)
