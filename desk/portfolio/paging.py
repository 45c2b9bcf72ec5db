"""A page of a list of any length: begun after a row, not at a number, so that all cost the same.

The order is that of the next change, the soonest first, those without one last. What answers is
looked for in two ways: few rows are found first and sorted, many are met soon enough in the order
of an index. Which, the count of them says; without it a database would walk through a million rows
in their order for the few that answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, prefetch_related_objects

from contracts.models import Convention
from desk.portfolio.counting import MOST_COUNTED, Counts

ROWS_A_PAGE = 25
MOST_JOINED = 200
"""Above, what is shown beside the rows found is read for those of the page alone."""
_SHOWN = ("caisse", "partner", "assignee")
_PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})?\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the order."""

    day: date | None
    pk: int

    def __str__(self) -> str:
        return f"{self.day.isoformat() if self.day else ''}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows that follow each other."""

    rows: list[Convention]
    before: str
    """The place before which the page that precedes ends; empty when this is the first."""
    after: str
    """The place after which the next page begins; empty when this is the last."""


def page_of(
    found: QuerySet[Convention], counts: Counts, after: str | None, before: str | None
) -> Page:
    """The page after a place, or before one; the first where neither can be read."""
    if counts.are_all:
        # A limit is a fence: what is within is found before it is put in order.
        few = found.order_by().values("pk")[: MOST_COUNTED + 1]
        found = found.model._default_manager.filter(pk__in=few)
    parts = _parts(found, counts)
    found, beside = found.defer("snapshot"), _SHOWN
    if counts.total <= MOST_JOINED or not counts.are_all:
        found, beside = found.select_related(*_SHOWN), ()
    if place := _read(before):
        rows = _some(found, parts, place, backwards=True)
        more, rows = len(rows) > ROWS_A_PAGE, rows[:ROWS_A_PAGE][::-1]
        prefetch_related_objects(rows, *beside)
        return Page(rows, _place_of(rows[0]) if more else "", _place_of(rows[-1]) if rows else "")
    place = _read(after)
    rows = _some(found, parts, place)
    more, rows = len(rows) > ROWS_A_PAGE, rows[:ROWS_A_PAGE]
    prefetch_related_objects(rows, *beside)
    return Page(
        rows,
        _place_of(rows[0]) if rows and place else "",
        _place_of(rows[-1]) if more else "",
    )


def _parts(found: QuerySet[Convention], counts: Counts) -> tuple[bool, ...]:
    """Whether to look among those with a day, then among those without: in order, where any are."""
    some_dated, some_not = counts.dated > 0, counts.dated < counts.total
    if not counts.are_all:
        # In no order, an index tells at once that there is none.
        some_dated = some_dated or found.filter(next_change_on__isnull=False).exists()
        some_not = True
    return tuple(part for part, any_are in ((True, some_dated), (False, some_not)) if any_are)


def _read(text: str | None) -> Place | None:
    match = _PLACE.fullmatch(text or "")
    if match is None:
        return None
    try:
        return Place(date.fromisoformat(match[1]) if match[1] else None, int(match[2]))
    except ValueError:
        return None


def _place_of(convention: Convention) -> str:
    return str(Place(convention.next_change_on, convention.pk))


def _some(
    found: QuerySet[Convention],
    parts: tuple[bool, ...],
    place: Place | None,
    *,
    backwards: bool = False,
) -> list[Convention]:
    """One row more than a page, in the order asked: those with a day and those without apart.

    Asked together, no index would give them in their order on every database.
    """
    rows: list[Convention] = []
    for has_day in reversed(parts) if backwards else parts:
        if len(rows) > ROWS_A_PAGE or (place and backwards and not has_day and place.day):
            continue
        if place and not backwards and has_day and place.day is None:
            continue
        part = found.filter(next_change_on__isnull=not has_day)
        if place and has_day == (place.day is not None):
            part = _beyond(part, place, backwards)
        sign = "-" if backwards else ""
        order = [f"{sign}next_change_on", f"{sign}pk"] if has_day else [f"{sign}pk"]
        rows += part.order_by(*order)[: ROWS_A_PAGE + 1 - len(rows)]
    return rows


def _beyond(part: QuerySet[Convention], place: Place, backwards: bool) -> QuerySet[Convention]:
    side = "lte" if backwards else "gte"
    if place.day is None:
        return part.filter(**{f"pk__{side}": place.pk}).exclude(pk=place.pk)
    passed = "gte" if backwards else "lte"
    return part.filter(**{f"next_change_on__{side}": place.day}).exclude(
        **{"next_change_on": place.day, f"pk__{passed}": place.pk}
    )
