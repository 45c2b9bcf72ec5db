"""The dictionary of the columns: for the template, for the page of the site, for the docs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from access.imports.column import FORMAT_WORDS, Column, Table
from access.imports.columns import TABLES
from workflows.french import typeset

HEADINGS: Final = (
    "Colonne",
    "Ce que c’est",
    "À remplir",
    "Signification",
    "Format",
    "Exemple",
)


class Line(NamedTuple):
    """One column, in words."""

    header: str
    group: str
    wanted: str
    meaning: str
    format: str
    example: str


def lines(table: Table) -> Iterator[Line]:
    """The columns of a table in its order."""
    for column in table.columns:
        yield Line(
            column.header,
            column.group.value,
            typeset(column.wanted or "facultatif"),
            typeset(column.meaning),
            _format(column),
            column.example,
        )


def example_of(table: Table) -> dict[str, str]:
    """The example row, by the keys of the columns: the reader knows it, and passes over it."""
    return {column.key: column.example for column in table.columns if column.example}


def _format(column: Column) -> str:
    if column.choices:
        return typeset(f"un mot de la liste : {', '.join(column.choices)}")
    return typeset(FORMAT_WORDS[column.format])


def as_markdown() -> str:
    """``docs/imports_columns.md`` whole."""
    return "\n".join(
        [
            "# The columns of a take-over",
            "",
            "Written by `manage.py import_columns PAGE` from `access/imports/*_columns.py`; a test "
            "holds it. [imports](imports.md) says what becomes of the rows. The same dictionary "
            "stands in the template to fill in and on the page « Reprise ». Titles are known "
            "whatever their capitals, accents and order.",
            *(part for table in TABLES.values() for part in _table(table)),
            "",
        ]
    )


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"## {table.title}", "", typeset(table.meaning), "")
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    for line in lines(table):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |"
