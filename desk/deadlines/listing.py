"""The lines of the list: a page of them, the explanation of one, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from contracts import convention_life
from contracts.convention_life import life_of
from contracts.models import Convention
from contracts.services.deadline_portfolio import Asked, DeadlineLine, Place, lines
from desk.deadlines.words import condition_in_words, kind_in_words
from workflows.french import article_number
from workflows.keys import LARGEST_KEY

ROWS_A_PAGE = 50
COLUMNS = (
    "limite",
    "dernier jour ouvré",
    "nature",
    "échéance",
    "article",
    "condition",
    "autre lecture",
    "convention",
    "partenaire",
    "caisse",
)


class Row(NamedTuple):
    """One deadline as the list shows it."""

    line: DeadlineLine
    identity: str
    """Names it in addresses and on the page."""
    condition: str
    article: str
    why: convention_life.DeadlineLine | None
    """Its explanation, where it was asked for and the life still has it."""
    asked_why: bool


class Rows(NamedTuple):
    """One page of the list."""

    rows: tuple[Row, ...]
    following: str
    """Where the next page begins, as addresses write it; empty on the last one."""


def page_of(
    conventions: QuerySet[Convention],
    asked: Asked,
    after: Place | None,
    why: str,
    today: date,
    size: int = ROWS_A_PAGE,
) -> Rows:
    """One page, with the explanation of the deadline named ``why``."""
    found = [DeadlineLine(*row) for row in lines(conventions, asked, after)[: size + 1]]
    shown = found[:size]
    rows = tuple(_row(conventions, line, why, today) for line in shown)
    return Rows(rows, _written(shown[-1].place) if len(found) > size else "")


def place_of(text: str) -> Place | None:
    """The place that an address names; None where it names none."""
    try:
        day, deadline, convention = text.split("_")
        place = Place(date.fromisoformat(day), int(deadline), int(convention))
    except ValueError:
        return None
    return place if 0 <= place.deadline <= LARGEST_KEY >= place.convention >= 0 else None


def exported(conventions: QuerySet[Convention], asked: Asked) -> Iterator[Sequence[str]]:
    """Every deadline as a line of a file."""
    for values in lines(conventions, asked).iterator(chunk_size=2000):
        line = DeadlineLine(*values)
        yield (
            f"{line.due_on:%d/%m/%Y}",
            f"{line.last_working_day:%d/%m/%Y}",
            kind_in_words(line.kind),
            line.title,
            article_number(line.article),
            condition_in_words(line.renewals),
            "oui" if line.other_reading else "",
            line.number,
            line.partner,
            line.caisse,
        )


def _row(conventions: QuerySet[Convention], line: DeadlineLine, why: str, today: date) -> Row:
    identity = f"{line.deadline}_{line.convention}"
    asked_why = identity == why
    return Row(
        line,
        identity,
        condition_in_words(line.renewals),
        article_number(line.article),
        explained(conventions, line, today) if asked_why else None,
        asked_why,
    )


def explained(
    conventions: QuerySet[Convention], line: DeadlineLine, today: date
) -> convention_life.DeadlineLine | None:
    """The deadline replayed from the acts of its convention; None if its life has it no more."""
    convention = conventions.select_related("caisse", "partner", "pinned").get(pk=line.convention)
    # A term far ahead is told from a later day only: the replay itself goes no further.
    for day in (today, max(today, line.due_on)):
        for one in life_of(convention, day).deadlines:
            if (one.deadline.kind, one.deadline.due_on) == (line.kind, line.due_on):
                return one
    return None


def _written(place: Place) -> str:
    return f"{place.day.isoformat()}_{place.deadline}_{place.convention}"
