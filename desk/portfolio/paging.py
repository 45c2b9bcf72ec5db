"""A page of a list of any length: begun after a row, not at a number, so that all cost the same.

The order is that of the next change, the soonest first, those without one last. What answers is
looked for in two ways: of a few thousand, the places are read and sorted here; many are met soon
enough in the order of an index. Which, the count of them says; without it a database would walk
through a million rows in their order for the few that answer.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from contracts.models import Convention
from desk.most_counted import MOST_COUNTED
from desk.portfolio.counting import Counts

ROWS_A_PAGE = 25
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
    found: QuerySet[Convention],
    counts: Counts,
    after: str | None,
    before: str | None,
    *,
    kept_together: bool = False,
) -> Page:
    """The page after a place, or before one; the first where neither can be read.

    Those that an index finds together, as those of one partner, are read at once where one page
    holds them.
    """
    if kept_together and counts.total <= ROWS_A_PAGE:
        rows = found.order_by().select_related(*_SHOWN).defer("snapshot")
        known = {Place(row.next_change_on, row.pk): row for row in rows}
        return Page([known[place] for place in sorted(known, key=_rank)], "", "")
    if counts.are_all:
        return _page_of_few(found, counts, _read(after), _read(before))
    parts = _parts(found, counts)
    found = found.select_related(*_SHOWN).defer("snapshot")
    if place := _read(before):
        rows = _some(found, parts, place, backwards=True)
        more, rows = len(rows) > ROWS_A_PAGE, rows[:ROWS_A_PAGE][::-1]
        return Page(rows, _place_of(rows[0]) if more else "", _place_of(rows[-1]) if rows else "")
    place = _read(after)
    rows = _some(found, parts, place)
    more, rows = len(rows) > ROWS_A_PAGE, rows[:ROWS_A_PAGE]
    return Page(
        rows,
        _place_of(rows[0]) if rows and place else "",
        _place_of(rows[-1]) if more else "",
    )


def _page_of_few(
    found: QuerySet[Convention], counts: Counts, after: Place | None, before: Place | None
) -> Page:
    """The same page, of those that were all counted: one index gives their places, in any order."""
    if not counts.total:
        return Page([], "", "")
    # No more than its place is asked of each: whole rows are not in an index.
    columns = found.order_by().values_list("next_change_on", "pk")
    places = [Place(day, pk) for day, pk in columns[:MOST_COUNTED]]
    places.sort(key=_rank)
    if before is not None:
        end = bisect_left(places, _rank(before), key=_rank)
        start = max(0, end - ROWS_A_PAGE)
    else:
        start = bisect_right(places, _rank(after), key=_rank) if after is not None else 0
        end = min(len(places), start + ROWS_A_PAGE)
    page = places[start:end]
    shown = found.model._default_manager.select_related(*_SHOWN).defer("snapshot")
    known = shown.in_bulk([one.pk for one in page])
    return Page(
        [known[one.pk] for one in page if one.pk in known],
        str(page[0]) if page and (start if before else after) else "",
        str(page[-1]) if page and (before or end < len(places)) else "",
    )


def _rank(place: Place) -> tuple[bool, date, int]:
    """Those with a day first, the soonest first."""
    return place.day is None, place.day or date.max, place.pk


def _parts(found: QuerySet[Convention], counts: Counts) -> tuple[bool, ...]:
    """Whether to look among those with a day, then among those without."""
    # In no order, an index tells at once that there is none.
    dated = counts.dated > 0 or found.filter(next_change_on__isnull=False).exists()
    return (True, False) if dated else (False,)


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
