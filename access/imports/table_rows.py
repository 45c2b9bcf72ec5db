"""The rows under the titles of a table, each with the problems of its cells."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple

from openpyxl.utils import get_column_letter

from access.imports import csv_tables, workbooks
from access.imports.cells import BadCell, Fault, one_line, plain_text, typed_text
from access.imports.column import Column
from access.imports.faults import of_row
from access.imports.headers import Heading
from access.imports.source import Problem, SourceRow
from workflows.french import count


class ReadRow(NamedTuple):
    """One row, and what is wrong with its cells; those are left out of its values."""

    row: SourceRow
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The rows of a CSV file under its titles."""

    file: IO[bytes]
    dialect: csv_tables.Dialect
    top: int

    def __call__(self, heading: Heading) -> Iterator[ReadRow]:
        width = len(heading.columns)
        for number, cells in csv_tables.rows_of(self.file, self.dialect):
            if number <= self.top:
                continue
            beyond = any(cell.strip() for cell in cells[width:])
            faults = [_wrong_width(len(cells), width)] if beyond or len(cells) < width else []
            yield _read(number, heading, cells[:width], faults)


@dataclass(frozen=True, slots=True)
class WorkbookRows:
    """The rows of a sheet under its titles."""

    sheet: workbooks.Sheet
    top: int

    def __call__(self, heading: Heading) -> Iterator[ReadRow]:
        waiting = deque(self.sheet.hidden.merged)
        across: list[workbooks.Merged] = []
        for number, cells in self.sheet.rows():
            while waiting and waiting[0].first_row <= number:
                across.append(waiting.popleft())
            across = [one for one in across if one.last_row >= number]
            if number > self.top:
                yield _read(number, heading, cells, [_merged(one) for one in across])


def _read(
    number: int,
    heading: Heading,
    cells: Sequence[str | workbooks.Cell],
    faults: Sequence[Fault],
) -> ReadRow:
    """A row, from its cells under their titles and what is wrong with it as a whole."""
    key = heading.table.key
    values: dict[str, str] = {}
    problems = [of_row(number, key, fault) for fault in faults]
    for place, cell in enumerate(cells):
        column = heading.columns[place] if place < len(heading.columns) else None
        if column is None:
            if _shown(cell) and (place >= len(heading.titles) or not heading.titles[place]):
                problems.append(of_row(number, key, _without_title(place)))
            continue
        try:
            text = _text(cell, column)
        except BadCell as bad:
            problems.append(of_row(number, key, bad.fault, column, _shown(cell)))
        else:
            if text:
                values[column.key] = text
    return ReadRow(SourceRow(number, key, values), tuple(problems))


def _text(cell: str | workbooks.Cell, column: Column) -> str:
    if isinstance(cell, str):
        return plain_text(cell, column)
    return typed_text(cell.value, cell.data_type, cell.number_format, column)


def _shown(cell: str | workbooks.Cell) -> str:
    value = cell if isinstance(cell, str) else cell.value
    return "" if value is None else one_line(str(value))


def _merged(merged: workbooks.Merged) -> Fault:
    return Fault(
        "merged_cells",
        f"Des cellules de cette ligne sont fusionnées ({merged.reference}) : une seule d’entre "
        "elles a gardé une valeur.",
        "une valeur par cellule",
        "Annulez la fusion, et recopiez la valeur dans chaque ligne où elle vaut.",
    )


def _wrong_width(found: int, wanted: int) -> Fault:
    return Fault(
        "wrong_width",
        f"Cette ligne a {count(found, 'cellule')} pour {count(wanted, 'titre')} : un séparateur de "
        "trop ou en moins a décalé les valeurs.",
        count(wanted, "cellule"),
        "Mettez entre guillemets le texte qui contient le séparateur, ou donnez le tableau en "
        "XLSX.",
    )


def _without_title(place: int) -> Fault:
    return Fault(
        "without_title",
        f"Il y a une valeur dans la colonne {get_column_letter(place + 1)}, qui n’a pas de titre.",
        "un titre en haut de chaque colonne",
        "Donnez un titre à la colonne, ou effacez la valeur.",
    )
