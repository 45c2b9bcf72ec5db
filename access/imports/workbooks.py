"""Opening an XLSX workbook that anybody may have made: what it must be, what each sheet hides.

openpyxl reads it row by row, however long. What it does not tell when it reads so (merged cells,
hidden rows) is taken from the parts of the archive themselves, in one pass that also refuses what
no spreadsheet writes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Final, NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

MOST_UNPACKED: Final = 200 * 1024**2
"""Bytes of all the parts once unpacked: 50,000 rows of sixty columns take half of it."""
MOST_SHEETS: Final = 50
MOST_COLUMNS: Final = 300
MOST_MERGED: Final = 10_000
LAST_ROW: Final = 1_048_576
"""Of a sheet in this format."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the older format begins, and the envelope of a workbook with a password."""
_AT_ONCE: Final = 1024**2
_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*\bref=[\"']([A-Z0-9:]+)[\"']")
_HIDDEN_ROW: Final = re.compile(rb"<(?:\w+:)?row\s[^>]*\bhidden=[\"'](?:1|true)[\"']")
_DECLARES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")

_AGAIN: Final = "Ouvrez-le dans le tableur, puis enregistrez-le de nouveau en XLSX."


class NotAWorkbook(ValueError):
    """The file is no workbook that can be read; its text says why and what to do."""


class Merged(NamedTuple):
    """Cells merged into one."""

    first_row: int
    last_row: int
    reference: str
    """``A2:A5``."""


@dataclass(slots=True)
class Hidden:
    """What a sheet does not show, or shows as something else."""

    merged: list[Merged] = field(default_factory=list)
    """From the top."""
    hidden_rows: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty."""

    value: Any
    data_type: str
    """``f`` of a formula, ``e`` of an error (openpyxl's)."""
    number_format: str


_EMPTY: Final = Cell(None, "n", "General")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of an open workbook."""

    title: str
    is_visible: bool
    hidden: Hidden
    _worksheet: Any

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The rows that are not empty, by their number."""
        rows = self._worksheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS)
        before = None
        for number, row in enumerate(rows, 1):
            if row is before:
                # openpyxl gives the same empty row for each that the sheet leaves out.
                continue
            before = row
            cells = [
                _EMPTY
                if cell.value is None
                else Cell(cell.value, cell.data_type, cell.number_format)
                for cell in row
            ]
            while cells and cells[-1] is _EMPTY:
                cells.pop()
            if cells:
                yield number, cells


@contextmanager
def opened(file: IO[bytes], name: str) -> Iterator[list[Sheet]]:
    """The sheets of a workbook, in their order. Raises ``NotAWorkbook``, even while rows are read.

    The file stays its owner's to close.
    """
    try:
        parts = _checked_parts(file, name)
        file.seek(0)
        book = load_workbook(file, read_only=True, keep_links=False)
        try:
            yield _sheets(book, parts)
        finally:
            book.close()
    except NotAWorkbook:
        raise
    except _DAMAGES as error:
        raise NotAWorkbook(f"Ce classeur est abîmé et ne se lit pas. {_AGAIN}") from error


_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    SyntaxError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    OverflowError,
    ValueError,
    EOFError,
)
"""What openpyxl and the archive raise of a part that is not as the format wants it."""


def _sheets(book: Any, parts: dict[str, Hidden]) -> list[Sheet]:
    worksheets = book.worksheets
    if len(worksheets) > MOST_SHEETS:
        raise NotAWorkbook(
            f"Ce classeur a {len(worksheets)} feuilles, {MOST_SHEETS} au plus sont lues. Gardez "
            "celles de la reprise."
        )
    found = []
    for worksheet in worksheets:
        # What the file says of its own size is not always so.
        worksheet.reset_dimensions()
        part = worksheet._worksheet_path.lstrip("/")
        visible = worksheet.sheet_state == "visible"
        found.append(Sheet(worksheet.title, visible, parts.get(part, Hidden()), worksheet))
    return found


def _checked_parts(file: IO[bytes], name: str) -> dict[str, Hidden]:
    """What the sheets hide, by the names of their parts. Raises ``NotAWorkbook``."""
    file.seek(0)
    if file.read(len(_OLE)) == _OLE:
        raise NotAWorkbook(_told_of_ole(file))
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        names = {entry.filename.lower() for entry in entries}
        _check_kind(names, name)
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > MOST_UNPACKED:
            raise NotAWorkbook(
                f"Ce classeur dépasse {MOST_UNPACKED // 1024**2} Mo une fois ouvert. Retirez les "
                "images et les feuilles inutiles, ou séparez-le en plusieurs fichiers."
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise NotAWorkbook(_locked())
        return {
            entry.filename: _hidden(archive, entry)
            for entry in entries
            if entry.filename.lower().endswith((".xml", ".rels"))
        }


def _check_kind(names: set[str], name: str) -> None:
    if "content.xml" in names and "xl/workbook.xml" not in names:
        raise NotAWorkbook(
            "Ce fichier est un classeur OpenDocument (ODS). Enregistrez-le en XLSX : « Fichier », "
            "« Enregistrer sous », « Classeur Excel »."
        )
    if "xl/workbook.bin" in names:
        raise NotAWorkbook("Ce classeur est dans le format binaire XLSB. Enregistrez-le en XLSX.")
    if any(one.endswith("vbaproject.bin") for one in names) or name.lower().endswith(".xlsm"):
        raise NotAWorkbook(
            "Ce classeur contient des macros. Enregistrez-le en XLSX, sans macro : rien d’autre "
            "que les valeurs n’est repris."
        )
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook(
            "Ce fichier n’est pas un classeur, malgré son nom. Donnez le tableau lui-même, en XLSX "
            "ou en CSV."
        )


def _hidden(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Hidden:
    found, rest = Hidden(), b""
    with archive.open(entry) as part:
        while chunk := part.read(_AT_ONCE):
            if b"\x00" in chunk:
                raise NotAWorkbook(f"Une partie de ce classeur n’est pas en UTF-8. {_AGAIN}")
            # Whole marks only: the one that is cut goes with what follows.
            text = rest + chunk
            cut = max(text.rfind(b"<"), 0)
            whole, rest = text[:cut], text[cut:]
            _look_into(whole, found)
        _look_into(rest, found)
    found.merged.sort()
    return found


def _look_into(text: bytes, found: Hidden) -> None:
    if _DECLARES.search(text):
        raise NotAWorkbook(
            f"Ce classeur contient des déclarations qu’aucun tableur n’écrit. {_AGAIN}"
        )
    found.hidden_rows += len(_HIDDEN_ROW.findall(text))
    for reference in _MERGED.findall(text):
        _, first, _, last = range_boundaries(reference.decode())
        if first is not None and last is not None:
            found.merged.append(Merged(first, last, reference.decode()))
    if len(found.merged) > MOST_MERGED:
        raise NotAWorkbook(
            f"Une feuille a plus de {MOST_MERGED} cellules fusionnées. Séparez-les : sélectionnez "
            "la feuille, puis « Fusionner », « Annuler la fusion »."
        )


def _told_of_ole(file: IO[bytes]) -> str:
    file.seek(0)
    # The names of what it holds are written in UTF-16, near the beginning or at the end.
    if "EncryptedPackage".encode("utf-16-le") in file.read(MOST_UNPACKED):
        return _locked()
    return (
        "Ce fichier est un classeur de l’ancien format XLS. Enregistrez-le en XLSX : « Fichier », "
        "« Enregistrer sous », « Classeur Excel »."
    )


def _locked() -> str:
    return (
        "Ce classeur est protégé par un mot de passe. Retirez-le dans le tableur (« Fichier », "
        "« Informations », « Protéger le classeur »), puis enregistrez."
    )
