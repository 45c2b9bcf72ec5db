"""The workbook to fill in: the tables with an example row, lists to choose from, the dictionary.

Made from the columns that the reader knows, so that what is filled in is what is read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from access.imports.column import FORMAT_WORDS, Column, Format, Table
from access.imports.columns import TABLES
from access.imports.dictionary import HEADINGS, lines
from access.imports.tables import DICTIONARY, LISTS
from workflows.french import typeset

_READY: Final = 20_001
"""Last row that the lists reach."""
_ALWAYS: Final = PatternFill("solid", fgColor="FFD9E2F0")
_SOMETIMES: Final = PatternFill("solid", fgColor="FFF0F0F0")
_EXAMPLE: Final = Font(italic=True, color="FF666666")
_TOP: Final = Alignment(vertical="top", wrap_text=True)


def template(choices: Mapping[str, Sequence[str]]) -> bytes:
    """The workbook; ``choices`` gives the words that only the database knows, by column key."""
    book = Workbook()
    book.remove(book.active)
    sheets = {table.key: book.create_sheet(table.title) for table in TABLES.values()}
    _write_dictionary(book.create_sheet(DICTIONARY))
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for table in TABLES.values():
        _write(sheets[table.key], table, _Lists(lists), choices)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Lists:
    """The sheet that holds the lists to choose from, one a column."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet

    def add(self, title: str, words: Sequence[str]) -> str:
        """Write a list; its place, as a validation names it."""
        first = self.sheet.cell(1, 1).value is None
        place = 1 if first else self.sheet.max_column + 1
        for row, word in enumerate((title, *words), 1):
            self.sheet.cell(row, place, word)
        letter = get_column_letter(place)
        return f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${len(words) + 1}"


def _write(sheet: Any, table: Table, lists: _Lists, choices: Mapping[str, Sequence[str]]) -> None:
    for place, column in enumerate(table.columns, 1):
        letter = get_column_letter(place)
        heading = sheet.cell(1, place, column.header)
        heading.font = Font(bold=True)
        heading.fill = _ALWAYS if column.always else _SOMETIMES
        heading.alignment = _TOP
        width = sheet.column_dimensions[letter]
        width.width = max(14, min(34, len(column.header) + 2, 60))
        # As text, no spreadsheet takes the zeros off a number or makes a date of it.
        width.number_format = "dd/mm/yyyy" if column.format is Format.DAY else "@"
        example = sheet.cell(2, place, _example(column))
        example.font, example.number_format = _EXAMPLE, width.number_format
        words = choices.get(column.key) or tuple(column.choices or ())
        _offer(
            sheet,
            f"{letter}2:{letter}{_READY}",
            column,
            lists.add(column.header, words) if words else "",
        )
    sheet.freeze_panes = "B2"


def _offer(sheet: Any, cells: str, column: Column, words: str) -> None:
    """What the spreadsheet says and checks when one of these cells is filled."""
    if words:
        rule = DataValidation(type="list", formula1=words, allow_blank=True)
        rule.error = "Choisissez un mot de la liste."
    elif column.format is Format.DAY:
        rule = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
        rule.error = typeset("Attendu : une date, JJ/MM/AAAA.")
    else:
        rule = DataValidation(allow_blank=True)
    rule.errorTitle = rule.promptTitle = column.header[:32]
    rule.prompt = typeset(f"{column.meaning} ({FORMAT_WORDS[column.format]})")[:255]
    rule.showInputMessage = rule.showErrorMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)


def _example(column: Column) -> str | datetime | None:
    if column.example and column.format is Format.DAY:
        return datetime.strptime(column.example, "%d/%m/%Y")  # noqa: DTZ007 (a day of a cell)
    return column.example or None


def _write_dictionary(sheet: Any) -> None:
    rows = [("Tableau", *HEADINGS)]
    rows += [(table.title, *line) for table in TABLES.values() for line in lines(table)]
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _ALWAYS
    for letter, width in zip("ABCDEFG", (14, 32, 24, 34, 60, 34, 44), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = _TOP
    sheet.freeze_panes = "C2"
