"""Checking the cache: every subject replayed and compared with what is stored of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from workflows import journal, snapshots
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.life import Life
from workflows.settling import cache_of, settle, snapshot_of
from workflows.subjects import Subject, locked, registered

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One subject whose cache or journal is not what its acts say."""

    subject: str
    """Name of the kind of subject."""
    pk: int
    label: str
    differences: tuple[str, ...]
    """Each in a French sentence: what is stored, what is computed."""
    computed: bool = True
    """Whether the replay itself worked."""


Examine = Callable[[bool], Iterator[Disagreement]]
"""What disagrees in a cache of another kind; made right when it is told to rebuild."""

_others: list[Examine] = []


def also_examine(examine: Examine) -> None:
    """Have a cache that is no subject's state examined with the others."""
    if examine not in _others:
        _others.append(examine)


def verify(progress: Callable[[int, int], None] | None = None) -> Iterator[Disagreement]:
    """Replay every subject as of the day its cache speaks of, and yield those that disagree."""
    yield from _each(compared, progress)
    for examine in _others:
        yield from examine(False)


def rebuild(progress: Callable[[int, int], None] | None = None) -> Iterator[Disagreement]:
    """Write what the replay says over every cache that disagrees, and yield these.

    The journal is never rewritten: beliefs that no longer stand are retracted in it.
    """
    yield from _each(rebuild_one, progress)
    for examine in _others:
        yield from examine(True)


def rebuild_one(subject: Subject) -> tuple[str, ...]:
    """Write what the replay says over one cache, and say what differed; nothing if nothing did."""
    with transaction.atomic():
        current = locked(type(subject)._default_manager.all(), subject.pk)
        timeline = current.timeline(current.as_of)
        differences = _differences(current, timeline)
        if differences:
            current.revision += 1
            settle(current, timeline)
    return differences


def _each(
    examine: Callable[[Subject], tuple[str, ...]], progress: Callable[[int, int], None] | None
) -> Iterator[Disagreement]:
    total = sum(model._default_manager.count() for _, model in registered())
    keys = ((name, model, pk) for name, model in registered() for pk in _keys(model))
    for done, (name, model, pk) in enumerate(keys, start=1):
        subject = model._default_manager.get(pk=pk)
        try:
            differences, computed = examine(subject), True
        except Exception as error:
            differences = (f"Calcul impossible ({type(error).__name__}){NO_BREAK_SPACE}: {error}",)
            computed = False
        if differences:
            yield Disagreement(name, pk, str(subject), differences, computed)
        if progress is not None:
            progress(min(done, total), total)


def _keys(model: type[Subject]) -> Iterator[int]:
    """Every key in order, some at a time: a national portfolio does not fit in a list."""
    last = 0
    while some := list(
        model._default_manager.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    ):
        yield from some
        last = some[-1]


def compared(subject: Subject) -> tuple[str, ...]:
    """What its replay, as of the day its cache speaks of, says otherwise than what is stored."""
    return _differences(subject, subject.timeline(subject.as_of))


def _differences(subject: Subject, timeline: Life) -> tuple[str, ...]:
    found = [
        f"{_name_of(subject, column)}{NO_BREAK_SPACE}: enregistré {_shown(stored)}, "
        f"calculé {_shown(computed)}"
        for column, computed in cache_of(subject, timeline).items()
        # A newer engine that computes the same dates is no disagreement.
        if column != "engine_version" and (stored := getattr(subject, column)) != computed
    ]
    found += subject.differences_beside(timeline)
    entries = list(subject.journal.order_by("number"))
    changed = journal.change(entries, timeline.past_steps)
    if subject.snapshot and not found and not any(changed):
        expected = snapshot_of(subject, timeline, journal.head_of(entries))
        if snapshots.disagree(subject.snapshot, expected):
            found.append("L’état replié n’est pas celui que donnent les événements.")
    found += [
        f"Étape inscrite au journal mais non retrouvée{NO_BREAK_SPACE}: {entry.name}, "
        f"{date_in_words(entry.on)}"
        for entry in changed.retracted
    ]
    found += [
        f"Étape absente du journal{NO_BREAK_SPACE}: {timeline.label_of_step(step)}, "
        f"{date_in_words(step.on)}"
        for step in changed.asserted
    ]
    return tuple(found)


def _name_of(subject: Subject, column: str) -> str:
    name = str(getattr(subject._meta.get_field(column), "verbose_name", column))
    return name[:1].upper() + name[1:]


def _shown(value: Any) -> str:
    return "(vide)" if value in (None, "") else str(value)
