"""The scans of a take-over, found by the names that its rows give: in a ZIP, or in a folder.

A name is looked for without its capitals and without any folder, that of the file or one that
somebody wrote before the name. Each file is looked into as any other that is uploaded
(``contracts.services``), and kept by the same way, quarantine included.
"""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from access.imports.cells import Fault
from access.imports.column import SEPARATOR, Format
from access.imports.columns import TABLES
from access.imports.source import SourceRow
from contracts.antivirus.choice import chosen
from contracts.models import EvidenceFile, User
from contracts.services.evidence import LARGEST, check_evidence
from contracts.services.file_names import check_file_name
from contracts.services.file_verification import take_in

MOST_FILES: Final = 50_000
LARGEST_ARCHIVE: Final = 500 * 1024**2
"""Bytes of a ZIP that a page takes; a folder, for a command, has no such limit."""

_LEFT_BY_SYSTEMS: Final = ("thumbs.db", "desktop.ini", ".ds_store")
_UTF8: Final = 0x800
"""The flag of a ZIP's name that is in UTF-8."""


class BadScans(ValueError):
    """The archive or the folder cannot be read; its text says what to do."""


class BadScan(ValueError):
    """A named scan cannot be taken in."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Found:
    """One file among the scans."""

    name: str
    read: Callable[[], bytes] = field(repr=False)


class ScanFiles:
    """The scans that came with a file, by their names; what is kept of them is ``author``'s."""

    def __init__(self, found: Iterable[Found], author: User | None) -> None:
        self._by_name: dict[str, list[Found]] = defaultdict(list)
        for one in found:
            self._by_name[_key(one.name)].append(one)
        self._author = author
        self._kept: dict[str, EvidenceFile] = {}

    def has(self, name: str) -> bool:
        """Whether a file of that name came along."""
        return _key(name) in self._by_name

    def near(self, name: str) -> str:
        """The name of a file that a name may have meant; empty when none is near."""
        found = get_close_matches(_key(name), self._by_name, n=1, cutoff=0.75)
        return self._by_name[found[0]][0].name if found else ""

    def stored(self, name: str) -> EvidenceFile:
        """That file, kept as evidence: the same however often it is asked for.

        To be called in the transaction of what it proves. Raises ``BadScan``, and then nothing is
        stored.
        """
        key = _key(name)
        if key not in self._kept:
            with self._opened(name) as file:
                self._kept[key] = take_in(file, _alone(name), self._author)
        return self._kept[key]

    def fault(self, name: str) -> Fault | None:
        """What is wrong with a scan that is there, virus included; None where nothing is.

        Raises ``AntivirusUnavailable``: it is to be asked again.
        """
        try:
            with self._opened(name) as file:
                check_evidence(file, _alone(name))
                if found := chosen().scan(file).found:
                    return _refused(name, "infected_scan", f"L’antivirus y trouve {found}.")
        except BadScan as bad:
            return bad.fault
        return None

    def unnamed(self, rows: Iterable[SourceRow]) -> list[str]:
        """The names of the scans that no row gives."""
        named = {_key(name) for row in rows for name in _names(row)}
        return sorted(
            one.name for key, found in self._by_name.items() if key not in named for one in found
        )

    @contextmanager
    def _opened(self, name: str) -> Iterator[ContentFile]:
        """The file of that name; what is wrong with it is a ``BadScan``."""
        try:
            one = self._found(name)
            check_file_name(_alone(name))
            yield ContentFile(one.read())
        except ValidationError as error:
            raise BadScan(_refused(name, "bad_scan", " ".join(error.messages))) from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
            raise BadScan(
                _refused(name, "bad_scan", "Ce fichier ne se lit pas parmi les pièces.")
            ) from error

    def _found(self, name: str) -> Found:
        found = self._by_name[_key(name)]
        if len(found) > 1:
            raise BadScan(
                Fault(
                    "scan_twice",
                    f"{len(found)} fichiers s’appellent « {name} » : on ne sait pas lequel "
                    "joindre.",
                    "un seul fichier de ce nom",
                    "Donnez à chacun son nom, et recopiez-le dans le tableau.",
                )
            )
        return found[0]


def _names(row: SourceRow) -> Iterator[str]:
    for column in TABLES[row.sheet].columns:
        if column.format is Format.FILES:
            yield from row.values.get(column.key, "").split(SEPARATOR)


def _refused(name: str, kind: str, words: str) -> Fault:
    return Fault(
        kind,
        f"« {name} » ne peut pas être gardé. {words}",
        "un PDF ou une image sans défaut",
        "Remplacez ce fichier parmi les pièces, ou videz la cellule.",
    )


def in_folder(folder: Path, author: User | None) -> ScanFiles:
    """The scans of a folder and of those within it. Raises ``BadScans``."""
    if not folder.is_dir():
        raise BadScans(f"« {folder} » n’est pas un dossier. Donnez celui des pièces numérisées.")
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    _check_number(len(paths))
    found = [
        Found(path.name, _reading_file(path))
        for path in paths
        if _is_scan(str(path.relative_to(folder)))
    ]
    return ScanFiles(found, author)


@contextmanager
def in_archive(file: IO[bytes], author: User | None) -> Iterator[ScanFiles]:
    """The scans of a ZIP, which is read while it is open. Raises ``BadScans``."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadScans(
            "Les pièces ne sont pas un fichier ZIP qui s’ouvre. Sélectionnez-les toutes, "
            "« Compresser » ou « Envoyer vers, dossier compressé », puis donnez le ZIP obtenu."
        ) from error
    with archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        _check_number(len(entries))
        if any(one.flag_bits & 1 for one in entries):
            raise BadScans("Le ZIP des pièces est protégé par un mot de passe. Refaites-le sans.")
        found = [
            Found(_alone(path), _reading(archive, entry))
            for entry in entries
            if _is_scan(path := _path(entry))
        ]
        yield ScanFiles(found, author)


def _reading_file(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        with path.open("rb") as stored:
            return stored.read(LARGEST + 1)

    return read


def _reading(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        with archive.open(entry) as stored:
            # A packed file may be a bomb: no more than is needed to see that it is too large.
            return stored.read(LARGEST + 1)

    return read


def _path(entry: zipfile.ZipInfo) -> str:
    """Where a file stands in the archive; Windows writes such names in the letters of MS-DOS."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        name = name.encode("cp437").decode("cp850")
    return name.replace("\\", "/")


def _check_number(number: int) -> None:
    if number > MOST_FILES:
        raise BadScans(
            f"Il y a {number} fichiers parmi les pièces, {MOST_FILES} au plus sont lus. Reprenez "
            "le portefeuille en plusieurs fois."
        )


def _is_scan(path: str) -> bool:
    """Whether somebody put the file there, and not a system by itself."""
    name = _alone(path).lower()
    return not (name in _LEFT_BY_SYSTEMS or name.startswith("._") or path.startswith("__MACOSX/"))


def _alone(name: str) -> str:
    """A name without the folder that somebody wrote before it."""
    return name.replace("\\", "/").rpartition("/")[2].strip()


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", _alone(name)).casefold()
