"""Reading the files of a take-over: CSV or XLSX in, rows of texts out, with what is wrong told.

A row is given with the problems of its cells; whoever takes it over refuses it for them. What makes
a whole file unreadable, or a table without one of its columns, is said before the first row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, Final

from access.imports import csv_tables, workbooks
from access.imports.cells import one_line
from access.imports.column import Table
from access.imports.columns import CONVENTIONS, TABLES
from access.imports.dictionary import example_of
from access.imports.faults import about_table, unreadable
from access.imports.headers import Heading, heading_of
from access.imports.source import Problem, Severity, SourceRow
from access.imports.table_rows import CsvRows, ReadRow, WorkbookRows
from workflows.french import count

LARGEST: Final = 50 * 1024**2
"""Bytes of one file: 20,000 conventions and their users take five."""
MOST_ROWS: Final = 200_000
"""Rows of one table."""
ENDINGS: Final = (".xlsx", ".csv")

_TITLES_WITHIN: Final = 20
"""Rows from the top among which the titles are looked for."""
_TOLD_AT_MOST: Final = 5
DICTIONARY: Final = "Dictionnaire"
LISTS: Final = "Listes"
"""Sheets of the template that hold no row."""


class CannotRead(Exception):
    """Nothing of the file can be read: ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(one.message for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """One table found in a file."""

    table: Table
    sheet: str
    """Name of the sheet, or of the CSV file."""
    _heading: Heading
    _source: Callable[[Heading], Iterator[ReadRow]]

    def rows(self) -> Iterator[ReadRow]:
        """Its rows under the titles, but for the example of the template.

        Raises ``CannotRead`` past ``MOST_ROWS``.
        """
        example = example_of(self.table)
        for number, read in enumerate(self._source(self._heading), 1):
            if number > MOST_ROWS:
                raise CannotRead(
                    [
                        about_table(
                            "too_many_rows",
                            f"Le tableau « {self.sheet} » a plus de {MOST_ROWS} lignes.",
                            f"{MOST_ROWS} lignes au plus",
                            "Séparez-le en plusieurs fichiers.",
                            self.table,
                        )
                    ]
                )
            if read.row.values != example:
                yield read


def wrong_together(tables: Sequence[FoundTable]) -> Problem | None:
    """Why open tables make no take-over: one twice, no conventions, nothing to read.

    Raises ``CannotRead``.
    """
    keys = [one.table.key for one in tables]
    if len(keys) > len(set(keys)):
        return unreadable(
            "table_in_two_files",
            "Deux fichiers contiennent le même tableau.",
            "Réunissez leurs lignes dans un seul.",
        )
    if CONVENTIONS.key not in keys:
        return unreadable(
            "no_conventions",
            "Il manque le tableau « Conventions » : les événements et les utilisateurs se "
            "reprennent avec la convention dont ils sont.",
            "Joignez-le aux autres.",
        )
    if all(next(one.rows(), None) is None for one in tables):
        return unreadable(
            "no_row",
            "Il n’y a aucune ligne à reprendre sous les titres.",
            "Remplissez le tableau, à partir de la ligne qui suit les titres.",
        )
    return None


def rows_of(tables: Iterable[FoundTable]) -> tuple[list[SourceRow], list[Problem]]:
    """The rows of open tables, and what is wrong with them. Raises ``CannotRead``."""
    rows: list[SourceRow] = []
    problems: list[Problem] = []
    for table in tables:
        for read in table.rows():
            rows.append(read.row)
            problems += read.problems
    return rows, problems


@dataclass(slots=True)
class OpenedFile:
    """The tables of a file, in the order in which they are taken over."""

    tables: list[FoundTable] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    """What a person should know before going on: columns and sheets that are not taken over."""


@contextmanager
def opened(file: IO[bytes], name: str) -> Iterator[OpenedFile]:
    """Open a file of a take-over; its rows are read while it is open.

    ``file`` can be sought, and stays its owner's to close. Raises ``CannotRead``, even while rows
    are read.
    """
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if not size:
        raise CannotRead([unreadable("empty_file", f"« {name} » est vide.", "Donnez-en un autre.")])
    if size > LARGEST:
        raise CannotRead(
            [
                unreadable(
                    "too_large",
                    f"« {name} » dépasse {LARGEST // 1024**2} Mo.",
                    "Retirez les images, ou séparez-le en plusieurs fichiers.",
                )
            ]
        )
    beginning = file.read(8)
    try:
        if beginning.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
            with workbooks.opened(file, name) as sheets:
                yield _of_workbook(sheets)
        else:
            yield _of_csv(file, name)
    except (workbooks.NotAWorkbook, csv_tables.NotCsv) as error:
        raise CannotRead([unreadable("unreadable_file", str(error), "")]) from error


def _of_workbook(sheets: Sequence[workbooks.Sheet]) -> OpenedFile:
    found, problems = OpenedFile(), []
    for sheet in sheets:
        if sheet.title in (DICTIONARY, LISTS):
            continue
        top, heading = _titles(
            ((number, [_title(cell) for cell in row]) for number, row in sheet.rows()), sheet.title
        )
        if not sheet.is_visible:
            if heading is not None:
                found.notices.append(_not_read(f"La feuille masquée « {sheet.title} »"))
            continue
        if heading is None:
            if top is not None:
                found.notices.append(_not_read(f"La feuille « {sheet.title} »"))
            continue
        assert top is not None
        problems += _wrong_titles(heading, sheet.title, found)
        merged = [
            one.reference for one in sheet.hidden.merged if one.first_row <= top <= one.last_row
        ]
        if merged:
            problems.append(
                about_table(
                    "merged_titles",
                    f"Des titres sont fusionnés ({', '.join(merged[:_TOLD_AT_MOST])}).",
                    "un titre par colonne",
                    "Annulez la fusion, et donnez à chaque colonne son titre.",
                    heading.table,
                )
            )
        if sheet.hidden.hidden_rows:
            found.notices.append(_hidden_rows(sheet, heading.table))
        found.tables.append(
            FoundTable(heading.table, sheet.title, heading, WorkbookRows(sheet, top))
        )
    return _settled(found, problems)


def _of_csv(file: IO[bytes], name: str) -> OpenedFile:
    found = OpenedFile()
    dialect = csv_tables.dialect_of(file)
    csv_tables.check_quotes(file, dialect)
    top, heading = _titles(csv_tables.rows_of(file, dialect), name)
    problems = []
    if heading is not None:
        assert top is not None
        problems = _wrong_titles(heading, name, found)
        found.tables.append(FoundTable(heading.table, name, heading, CsvRows(file, dialect, top)))
    return _settled(found, problems)


def _settled(found: OpenedFile, problems: list[Problem]) -> OpenedFile:
    """The file, its tables in order. Raises ``CannotRead``."""
    order = list(TABLES)
    found.tables.sort(key=lambda one: order.index(one.table.key))
    keys = [one.table.key for one in found.tables]
    problems += [
        about_table(
            "table_twice",
            f"La feuille « {one.sheet} » n’est pas la seule du tableau « {one.table.title} ».",
            "une seule feuille par tableau",
            "Réunissez leurs lignes dans une seule.",
            one.table,
        )
        for one in found.tables
        if keys.count(one.table.key) > 1
    ]
    if not found.tables:
        wanted = " ; ".join(
            f"{table.title} : {', '.join(one.header for one in table.columns if one.always)}"
            for table in TABLES.values()
        )
        problems.append(
            unreadable(
                "no_table",
                "Aucun tableau de reprise n’est reconnu : les titres des colonnes ne sont pas ceux "
                "du modèle.",
                "Recopiez vos données dans le modèle à remplir, ou donnez à vos colonnes les "
                "titres du dictionnaire.",
                wanted,
            )
        )
    if problems:
        raise CannotRead(problems)
    return found


def _titles(
    rows: Iterator[tuple[int, Sequence[str]]], sheet: str
) -> tuple[int | None, Heading | None]:
    """The row of the titles and what it says; the first row that is not empty where none is."""
    first = None
    for number, cells in rows:
        first = number if first is None else first
        if number > _TITLES_WITHIN:
            break
        heading = heading_of([one_line(cell) for cell in cells], sheet)
        if heading is not None:
            return number, heading
    return first, None


def _title(cell: workbooks.Cell) -> str:
    return "" if cell.value is None else str(cell.value)


def _wrong_titles(heading: Heading, sheet: str, found: OpenedFile) -> list[Problem]:
    """What is wrong with the titles; those of no column, but near none, are only told."""
    table = heading.table
    meant = {title: heading.likely(title) for title in heading.unknown}
    strangers = ", ".join(f"« {title} »" for title, likely in meant.items() if not likely)
    problems = [
        about_table(
            "missing_column",
            f"La colonne « {column.header} » manque dans « {sheet} ».",
            column.header,
            f"Ajoutez-la, ou donnez ce titre à celle qui la contient, si c’est l’une de ces "
            f"colonnes inconnues : {strangers}."
            if strangers
            else "Ajoutez-la, avec ce titre.",
            table,
            column.header,
        )
        for column in heading.missing
        # One whose title is only misspelt is told below.
        if column.header not in meant.values()
    ]
    problems += [
        about_table(
            "column_twice",
            f"La colonne « {title} » est deux fois dans « {sheet} ».",
            "une seule colonne de ce titre",
            "Retirez celle qui ne sert pas.",
            table,
            title,
        )
        for title in heading.twice
    ]
    for title, likely in meant.items():
        if likely:
            problems.append(
                about_table(
                    "misspelt_column",
                    f"Aucune colonne ne s’appelle « {title} ».",
                    likely,
                    f"S’il s’agit de « {likely} », corrigez le titre ; sinon changez-le.",
                    table,
                    title,
                )
            )
        else:
            found.notices.append(
                about_table(
                    "unknown_column",
                    f"La colonne « {title} » n’est pas du modèle : elle ne sera pas reprise.",
                    "",
                    "Si elle compte, voyez dans le dictionnaire où la recopier.",
                    table,
                    title,
                    Severity.DOUBTFUL,
                )
            )
    return problems


def _not_read(what: str) -> Problem:
    return replace(
        unreadable(
            "sheet_not_read",
            f"{what} ne sera pas reprise.",
            "Si elle compte, affichez-la et donnez à ses colonnes les titres du modèle.",
        ),
        severity=Severity.DOUBTFUL,
    )


def _hidden_rows(sheet: workbooks.Sheet, table: Table) -> Problem:
    hidden = sheet.hidden.hidden_rows
    return about_table(
        "hidden_rows",
        f"La feuille « {sheet.title} » a {count(hidden, 'ligne masquée', 'lignes masquées')} par "
        "un filtre ou à la main : elles sont lues comme les autres.",
        "",
        "Si elles ne sont pas à reprendre, supprimez-les.",
        table,
        severity=Severity.DOUBTFUL,
    )
