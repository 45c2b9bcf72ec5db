"""Many letters at once: the same letter for each of some conventions, one after the other.

Nothing is kept but the few letters being drawn, so that memory does not grow with the batch. A
letter that cannot be written says why and does not stop the others. Drawing takes most of the time
and needs no database: it may be shared between processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from multiprocessing import get_context
from typing import Any

from django.db.models import QuerySet

from contracts.models import Convention, IssuedDocument, User
from contracts.services.documents import (
    CannotIssue,
    Format,
    facts_of,
    file_name,
    issue,
    renderer,
)
from contracts.services.letters import chosen, proposed_document
from contracts.services.versions import new_stamp
from templates_conventions.document import Document
from templates_conventions.rendering.pdf import NotArchivable
from workflows import clock
from workflows.timeline import Timeline

CHUNK = 50
"""Conventions read at a time."""

AHEAD = 4
"""Letters that wait for each drawing process."""

Progress = Callable[[int, int], None]
"""Told after each letter: how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class BatchLetter:
    """One letter of a batch, or the reason why there is none."""

    convention: Convention
    name: str = ""
    """What its file is called."""
    content: bytes = b""
    issued: IssuedDocument | None = None
    """The row under which it is stored, where the batch issues."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What all the letters of a batch have in common."""

    code: str
    typed: Mapping[str, Any]
    """What no fact knows, the same in each letter."""
    signatory: tuple[str, str] = ("", "")
    file_format: Format = Format.PDF
    on: date | None = None
    """The day of the letters; today by default."""
    issued_by: User | None = None
    """Who issues them; without it they are written and not stored."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A letter on its way: the document, and its bytes to come."""

    convention: Convention
    document: Document | None = None
    bytes_of: Future[bytes] | None = None
    problem: str = ""


def written(
    conventions: QuerySet[Convention],
    batch: Batch,
    progress: Progress | None = None,
    processes: int = 0,
) -> Iterator[BatchLetter]:
    """The letters, in the order of the conventions' keys, made as they are asked for.

    ``processes`` draw them beside this one, which then only reads and puts together; 0 draws here.
    Run again after an interruption, a batch that issues stores nothing twice. Raises
    ``SourceFault`` when the text of the letter itself has a fault.
    """
    day = batch.on or clock.today()
    total = conventions.count()
    with _drawers(processes) as executor:
        drawings = _ahead(_drawings(conventions, batch, day, executor), AHEAD * processes)
        for done, drawing in enumerate(drawings, start=1):
            yield _finished(drawing, batch)
            if progress is not None:
                progress(done, total)


def _drawers(processes: int) -> AbstractContextManager[Executor | None]:
    if not processes:
        return nullcontext()
    # Started afresh: a forked process would share the database connections of this one.
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"))


def _ahead(drawings: Iterator[_Drawing], window: int) -> Iterator[_Drawing]:
    """The same, begun up to ``window`` letters before they are asked for."""
    waiting: deque[_Drawing] = deque()
    for drawing in drawings:
        waiting.append(drawing)
        if len(waiting) > window:
            yield waiting.popleft()
    yield from waiting


def _drawings(
    conventions: QuerySet[Convention], batch: Batch, day: date, executor: Executor | None
) -> Iterator[_Drawing]:
    draw = renderer(batch.file_format)
    for convention, life in _lives(conventions, day):
        try:
            document = _document(convention, life, batch, day)
            if batch.issued_by is not None:
                # Drawn before it is stored, it bears its stamp from here on.
                document = replace(document, stamp=new_stamp())
        except ValueError as fault:
            yield _Drawing(convention, problem=str(fault))
            continue
        begun = None if executor is None else executor.submit(draw, document)
        yield _Drawing(convention, document, begun)


def _lives(
    conventions: QuerySet[Convention], day: date
) -> Iterator[tuple[Convention, Timeline | Exception]]:
    keys = conventions.order_by("pk").values_list("pk", flat=True).iterator()
    while chunk := list(islice(keys, CHUNK)):
        of_chunk = Convention.to_sweep().filter(pk__in=chunk).order_by("pk")
        rows = list(of_chunk.select_related("partner", "caisse", "pinned"))
        yield from zip(rows, Convention.lives(rows, day), strict=True)


def _document(
    convention: Convention, life: Timeline | Exception, batch: Batch, day: date
) -> Document:
    if isinstance(life, Exception):
        raise ValueError(str(life)) from life
    return proposed_document(
        convention,
        chosen(life, batch.code),
        batch.typed,
        signatory=batch.signatory,
        on=day,
        facts=facts_of(convention, day),
    )


def _finished(drawing: _Drawing, batch: Batch) -> BatchLetter:
    convention, document = drawing.convention, drawing.document
    if document is None:
        return BatchLetter(convention, problem=drawing.problem)
    try:
        begun = drawing.bytes_of
        content = renderer(batch.file_format)(document) if begun is None else begun.result()
        stored = None
        if batch.issued_by is not None:
            stored = issue(convention, document, batch.issued_by, batch.file_format, content)
    except (ValueError, CannotIssue, NotArchivable) as fault:
        return BatchLetter(convention, problem=str(fault))
    return BatchLetter(convention, file_name(document, batch.file_format), content, stored)
