"""The queue of questions, from cached rows only: no life is replayed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from contracts.models import Convention, OpenQuestion
from contracts.services.rulebooks import published_rulebooks
from desk.questions.forms import BLOCKING, QueueForm
from workflows.question_kinds import QUESTION_KINDS


@dataclass(frozen=True, slots=True)
class Row:
    """One open question as the queue shows it."""

    row: OpenQuestion
    title: str
    asked: str
    type: str
    """Title of the type of convention."""


def waiting(conventions: QuerySet[Convention]) -> QuerySet[OpenQuestion]:
    """The open questions of some conventions, the one that matters first in front."""
    return OpenQuestion.objects.open().filter(convention__in=conventions.order_by().values("pk"))


def narrowed(found: QuerySet[OpenQuestion], form: QueueForm) -> QuerySet[OpenQuestion]:
    """Those that answer the filters; one that cannot be read narrows nothing, and says so."""
    form.is_valid()
    asked = form.cleaned_data
    if asked.get("genre"):
        found = found.filter(kind=asked["genre"])
    if asked.get("bloque"):
        found = found.filter(blocking=asked["bloque"] == BLOCKING)
    if asked.get("modele"):
        found = found.filter(convention__rulebook_code=asked["modele"])
    if asked.get("caisse"):
        found = found.filter(convention__caisse=asked["caisse"])
    return found.select_related("convention__caisse", "convention__partner")


def types_of_convention() -> dict[str, str]:
    """The code of each type with the title that its latest version bears."""
    rows = published_rulebooks()
    return {row.code: row.rulebook.title for row in rows}


def listed(rows: Iterable[OpenQuestion], types: dict[str, str]) -> list[Row]:
    """The rows of a page."""
    return [
        Row(
            row,
            row.title,
            QUESTION_KINDS[row.kind].asked,
            types.get(row.convention.rulebook_code, row.convention.rulebook_code),
        )
        for row in rows
    ]
