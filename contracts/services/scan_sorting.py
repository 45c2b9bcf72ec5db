"""Sorting the pages of a batch into documents: decided from what was read, before any storing.

Every page of the batch is in one piece or in one doubt, never in both and never in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.services.page_reading import PageReading


class Doubt(StrEnum):
    """Why a page is for a person to file."""

    NO_CODE = "no_code"
    BLANK = "blank"
    SEVERAL_CODES = "several_codes"
    UNKNOWN_CODE = "unknown_code"
    ELSEWHERE = "elsewhere"
    MISSING_PAGE = "missing_page"
    PAGE_TWICE = "page_twice"
    PAGE_TOO_MANY = "page_too_many"
    LENGTH_UNKNOWN = "length_unknown"
    """Printed from a word processor's file: nobody knows how many pages it has."""
    LEFT_OVER = "left_over"
    """Whole again, now that a person has filed the pages that were in the way."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The pages of one copy of a document, whole, in printed order."""

    stamp: str
    pages: tuple[int, ...]
    """Their places in the batch."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Pages that a person has to look at."""

    doubt: Doubt
    pages: tuple[int, ...]
    stamp: str = ""
    """The document they may belong to; empty when nothing tells."""
    missing: tuple[int, ...] = ()
    """The printed pages that were not found."""
    twice: tuple[int, ...] = ()
    """The printed pages that were found more often than the others."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """What becomes of a whole batch."""

    pieces: tuple[Piece, ...]
    doubts: tuple[Doubtful, ...]


def sort(
    readings: Sequence[PageReading], lengths: Mapping[str, int], elsewhere: Iterable[str] = ()
) -> Sorting:
    """Sort the pages of a batch, read in its order.

    ``lengths`` gives the number of pages of each document that may be filed here, by its stamp, 0
    where nobody knows it; ``elsewhere`` the stamps of documents that exist and may not.
    """
    others = frozenset(elsewhere)
    pieces: list[Piece] = []
    doubts: list[Doubtful] = []
    by_stamp: dict[str, list[tuple[int, int]]] = {}
    before = ""
    for reading in readings:
        stamp = reading.codes[0].stamp if len(reading.codes) == 1 else ""
        if stamp in lengths:
            by_stamp.setdefault(stamp, []).append((reading.codes[0].page, reading.number))
            before = stamp
            continue
        doubts.append(_alone(reading, others, before))
        if stamp:
            before = ""
    for stamp, found in by_stamp.items():
        copies = _copies(found, lengths[stamp])
        if copies:
            pieces += [Piece(stamp, pages) for pages in copies]
        else:
            doubts.append(_incomplete(stamp, found, lengths[stamp]))
    return Sorting(tuple(pieces), tuple(sorted(doubts, key=lambda doubt: doubt.pages)))


def all_doubtful(sorting: Sorting) -> tuple[Doubtful, ...]:
    """The same pages, for a person alone to file: what is whole was not when the batch was read."""
    whole = (
        Doubtful(Doubt.LEFT_OVER, tuple(sorted(piece.pages)), piece.stamp)
        for piece in sorting.pieces
    )
    return tuple(sorted((*sorting.doubts, *whole), key=lambda doubt: doubt.pages))


def _alone(reading: PageReading, others: frozenset[str], before: str) -> Doubtful:
    """A page that no known code claims; one without any may go with what comes before it."""
    page = (reading.number,)
    if reading.blank:
        return Doubtful(Doubt.BLANK, page, before)
    if not reading.codes:
        return Doubtful(Doubt.NO_CODE, page, before)
    if len(reading.codes) > 1:
        return Doubtful(Doubt.SEVERAL_CODES, page)
    known = reading.codes[0].stamp in others
    return Doubtful(Doubt.ELSEWHERE if known else Doubt.UNKNOWN_CODE, page)


def _copies(found: Sequence[tuple[int, int]], length: int) -> list[tuple[int, ...]]:
    """The copies that the pages of one document make; empty unless each of them is whole.

    Two originals scanned together are two copies when their pages follow each other as two wholes,
    in whatever order within each; mixed, nobody can tell which sheet goes with which.
    """
    whole = set(range(1, length + 1))
    if not length or not found or len(found) % length:
        return []
    copies = []
    for start in range(0, len(found), length):
        part = found[start : start + length]
        if {printed for printed, _ in part} != whole:
            return []
        copies.append(tuple(place for _, place in sorted(part)))
    return copies


def _incomplete(stamp: str, found: Sequence[tuple[int, int]], length: int) -> Doubtful:
    printed = [page for page, _ in found]
    places = tuple(sorted(place for _, place in found))
    if not length:
        return Doubtful(Doubt.LENGTH_UNKNOWN, places, stamp)
    missing = tuple(page for page in range(1, length + 1) if page not in printed)
    twice = tuple(sorted({page for page in printed if printed.count(page) > 1}))
    if any(page > length for page in printed):
        doubt = Doubt.PAGE_TOO_MANY
    else:
        doubt = Doubt.MISSING_PAGE if missing else Doubt.PAGE_TWICE
    return Doubtful(doubt, places, stamp, missing, twice)
