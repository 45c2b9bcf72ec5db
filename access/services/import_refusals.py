"""The rows that a run refused, as they came, with the reason beside: to correct and give again."""

from __future__ import annotations

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from access.imports.columns import TABLES
from access.imports.headers import REASON
from access.imports.source import Severity, SourceRow
from access.models import ImportDeposit, ImportRow, ImportRun
from access.services.import_deposits import read_rows

Place = tuple[str, int]
Refused = dict[str, tuple[list[str], list[list[str]]]]
"""By table: its titles, and its rows under them."""

_WITH_ANOTHER: Final = "Refusée avec les autres lignes de sa convention."


def tables_with(run: ImportRun) -> list[tuple[str, str]]:
    """The tables of which rows are refused, by key and title."""
    refused = run.rows.filter(outcome=ImportRow.Outcome.REFUSED)
    found = {
        problem["sheet"]
        for problems in refused.values_list("problems", flat=True)[:5000]
        for problem in problems
    }
    return [(key, table.title) for key, table in TABLES.items() if key in found]


def refused_rows(found: ImportDeposit, run: ImportRun) -> Refused:
    """Every row of the conventions that a run refused, with what was found wrong with each.

    Raises ``CannotRead``: the files are no longer what they were.
    """
    refused = run.rows.filter(outcome=ImportRow.Outcome.REFUSED)
    numbers: set[str] = set()
    places: set[Place] = set()
    told: dict[Place, list[str]] = {}
    for number, sheet, line, problems in refused.values_list("number", "sheet", "line", "problems"):
        if number:
            numbers.add(number)
        places.add((sheet, line))
        for one in problems:
            if one["severity"] == Severity.REFUSED:
                told.setdefault((one["sheet"], one["row"]), []).append(_reason(one))
    result: Refused = {
        key: ([*(column.header for column in table.columns), REASON], [])
        for key, table in TABLES.items()
    }
    rows, _ = read_rows(found)
    for row in rows:
        place = (row.sheet, row.number)
        if place in places or row.values.get("number") in numbers:
            reason = " ".join(told.get(place, [_WITH_ANOTHER]))
            result[row.sheet][1].append(_cells(row, reason))
    return result


def workbook(found: ImportDeposit, run: ImportRun) -> bytes:
    """The same as a workbook, a sheet a table: what may be given again as it stands."""
    book = Workbook(write_only=True)
    for key, (titles, rows) in refused_rows(found, run).items():
        sheet = book.create_sheet(TABLES[key].title)
        for row in (titles, *rows):
            cells = []
            for text in row:
                cell = WriteOnlyCell(sheet, text)
                # Whatever it begins with, it is text.
                cell.data_type, cell.number_format = "s", "@"
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(row: SourceRow, reason: str) -> list[str]:
    return [*(row.values.get(one.key, "") for one in TABLES[row.sheet].columns), reason]


def _reason(problem: dict[str, str]) -> str:
    column = f"{problem['column']}\N{NO-BREAK SPACE}: " if problem["column"] else ""
    return f"{column}{problem['message']} {problem['to_do']}".strip()
