"""The titles of a file: which table they are of, and which column stands where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from unicodedata import combining, normalize

from access.imports.column import Column, Table
from access.imports.columns import TABLES

REASON = "Motif du refus"
"""The title under which refused rows are given back with their reasons: it is not read."""

_SIGNS = re.compile(r"[\s*.,:;()°/’'\"_-]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a row of titles says."""

    table: Table
    columns: tuple[Column | None, ...]
    """Of each cell of the row; None where no column bears that title."""
    titles: tuple[str, ...]
    unknown: tuple[str, ...]
    """Titles of no column, with what they may have meant (``likely``)."""
    twice: tuple[str, ...]
    missing: tuple[Column, ...]
    """Columns that no file goes without."""

    def likely(self, title: str) -> str:
        """The title of the table that a title may have meant; empty when none is near."""
        by_key = {_key(one.header): one.header for one in self.table.columns}
        near = get_close_matches(_key(title), by_key, n=1, cutoff=0.84)
        return by_key[near[0]] if near else ""


def recognised(cells: Iterable[str]) -> int:
    """How many cells are titles of a table, letter for letter."""
    return sum(1 for cell in cells if cell.strip() in _titles())


def heading_of(cells: Sequence[str], sheet: str = "") -> Heading | None:
    """What a row of titles says; None where it is none.

    Capitals, accents, signs and spaces are not looked at. Where two tables fit alike, ``sheet``,
    the name of the sheet, tells.
    """
    keys = [_key(cell) for cell in cells]
    best, most = None, 0
    for table in TABLES.values():
        known = {_key(one.header) for one in table.columns}
        number = 2 * len(known & set(keys)) + (_key(table.title) == _key(sheet))
        if number > most:
            best, most = table, number
    if best is None or most < 4:
        return None
    by_key = {_key(one.header): one for one in best.columns}
    columns = tuple(by_key.get(key) for key in keys)
    found = [one for one in columns if one is not None]
    return Heading(
        best,
        columns,
        tuple(cells),
        tuple(
            cell
            for cell, one in zip(cells, columns, strict=True)
            if one is None and cell not in ("", REASON)
        ),
        tuple(dict.fromkeys(one.header for one in found if found.count(one) > 1)),
        tuple(one for one in best.columns if one.always and one not in found),
    )


@cache
def _titles() -> frozenset[str]:
    return frozenset(column.header for table in TABLES.values() for column in table.columns)


@cache
def _key(title: str) -> str:
    plain = "".join(one for one in normalize("NFKD", title.casefold()) if not combining(one))
    return _SIGNS.sub(" ", plain.replace("œ", "oe")).strip()
