"""Reading CSV as French spreadsheets write it: their separators, their encodings, their quotes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

from access.imports.headers import recognised

ENCODINGS: Final = ("utf-8-sig", "cp1252", "mac_roman", "cp850")
"""UTF-8; Excel on Windows; Excel on a Mac; « CSV (MS-DOS) »."""
_WITH_MARK: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""How « Texte Unicode » of Excel begins."""
SEPARATORS: Final = (";", ",", "\t")
_HEAD: Final = 64 * 1024
"""Bytes in which the titles are looked for."""
_TOLD: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""A first line by which Excel is told the separator."""


class NotCsv(ValueError):
    """The file is no CSV that can be read; its text says what to do."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written."""

    encoding: str
    separator: str
    skipped: int
    """Lines before the table: that by which Excel is told the separator."""


def dialect_of(file: IO[bytes]) -> Dialect:
    """How a file is written, told by the titles that can be recognised. Raises ``NotCsv``."""
    file.seek(0)
    head = file.read(_HEAD)
    marked = _WITH_MARK.get(head[:2])
    if marked is None and b"\x00" in head:
        raise NotCsv(
            "Ce fichier n’est pas du texte. Enregistrez le tableau en XLSX ou en CSV, puis "
            "redonnez-le."
        )
    best, most = Dialect(marked or ENCODINGS[0], SEPARATORS[0], 0), -1
    for encoding in [marked] if marked else ENCODINGS:
        text = head.decode(encoding, errors="replace")
        told = _TOLD.match(text)
        skipped = 1 if told else 0
        for separator in [told[1]] if told else SEPARATORS:
            first = _first_rows(text[told.end() :] if told else text, separator)
            number = max((recognised(row) for row in first), default=0)
            if number > most:
                best, most = Dialect(encoding, separator, skipped), number
    return best


def _first_rows(text: str, separator: str, most: int = 20) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == most:
                break
    except csv.Error:
        pass
    return rows


def check_quotes(file: IO[bytes], dialect: Dialect) -> None:
    """Raise ``NotCsv`` where a quotation mark is left open or stands in the middle of a cell."""
    number = dialect.skipped
    try:
        with _reader(file, dialect) as rows:
            for _ in rows:
                number += 1
    except csv.Error as error:
        raise NotCsv(
            f"Les guillemets de la ligne {number + 1} ne vont pas par deux, ou un guillemet ouvert "
            "avant elle n’est pas fermé : on ne sait plus où finit la cellule. Enregistrez le "
            "tableau de nouveau depuis le tableur, ou donnez-le en XLSX."
        ) from error


def rows_of(file: IO[bytes], dialect: Dialect) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows of a file by their number, as a spreadsheet counts them, empty ones left out."""
    with _reader(file, dialect) as rows:
        for number, row in enumerate(rows, dialect.skipped + 1):
            if any(cell.strip() for cell in row):
                yield number, row


@contextmanager
def _reader(file: IO[bytes], dialect: Dialect) -> Iterator[Iterator[list[str]]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=dialect.encoding, errors="replace", newline="")
    try:
        for _ in range(dialect.skipped):
            text.readline()
        yield csv.reader(text, delimiter=dialect.separator, strict=True)
    finally:
        # The file is its owner's to close.
        text.detach()
