"""CSV as French spreadsheets read it, line by line: however long, it weighs nothing in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""At the head of the file: a mark of UTF-8 without which spreadsheets misread the accents."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of the file, the names of its columns first."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield MARK + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: typed by others, it is only text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
