"""Files that are two things at once, or that unpack into far more than they are.

A PDF followed by an archive is a PDF to the one who looks at its beginning, and an archive to the
one who looks at its end. Nothing that a scanner or a word processor writes is so.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.base import File

from contracts.services.upload_checks import refused

MOST_UNPACKED: Final = 50 * 1024**2
"""Bytes into which the packed objects of a PDF may unfold: ten thousand pages have a tenth."""

_HEAD: Final = 1024
"""Bytes at the beginning within which browsers look for a page."""

_PAGES: Final = re.compile(
    rb"<(?:!doctype\s+html|html|script|iframe|svg|body|\?php)\b", re.IGNORECASE
)
_ARCHIVES: Final = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
"""Long enough never to be met by chance in a picture; a zip archive is known by its end."""
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")

_STREAM: Final = re.compile(rb"stream\r?\n")
_NAME_CODE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_FILTER: Final = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+|\S+)")
_DICTIONARY: Final = 4096
"""Bytes before the word « stream » in which its dictionary is looked for."""


def check_one_thing_only(file: File, media_type: str) -> None:
    """Check that a PDF, PNG or JPEG is nothing else beside. Raises ``ValidationError``."""
    content = _content(file)
    after = _after_its_end(content, media_type)
    if media_type == "application/pdf":
        # Only what follows the end may be anything; a PDF's own content is full of everything.
        double = bool(_PAGES.search(content[:_HEAD])) or bool(after.strip(b"\0 \t\r\n\f"))
    else:
        # A JPEG of a telephone goes on after its end, with other pictures and its own marks.
        double = bool(_PAGES.search(content)) or b"%PDF-" in content or after.startswith(_PROGRAMS)
    file.seek(0)
    if double or any(mark in content for mark in _ARCHIVES) or zipfile.is_zipfile(file):
        raise refused(
            "Ce fichier contient autre chose que le document : quelque chose y a été ajouté. "
            "Numérisez la feuille de nouveau, ou enregistrez-la par « Imprimer en PDF ».",
            "upload_double",
        )
    file.seek(0)


def check_packed_objects(file: File) -> None:
    """Check that the packed objects of a PDF unfold into a bearable size, before it is opened.

    Opening a PDF unfolds them all in memory, whatever their size. Raises ``ValidationError``.
    """
    content, room = _content(file), MOST_UNPACKED
    for found in _STREAM.finditer(content):
        start = found.start()
        if content[start - 3 : start] == b"end":
            continue
        before = content[max(0, start - _DICTIONARY) : start]
        dictionary = _NAME_CODE.sub(
            lambda code: bytes([int(code[1], 16)]), before[before.rfind(b" obj") + 1 :]
        )
        if b"/ObjStm" not in dictionary and b"/XRef" not in dictionary:
            continue
        packing = _FILTER.search(dictionary)
        if packing is None:
            continue
        if re.findall(rb"/\w+", packing[1]) != [b"/FlateDecode"]:
            raise _too_packed()
        room -= _unfolded(content, found.end(), room)
        if room <= 0:
            raise _too_packed()


def _unfolded(content: bytes, start: int, room: int) -> int:
    """How many bytes a packed stream unfolds into, counted up to a little more than ``room``."""
    unpacking, size, place = zlib.decompressobj(), 0, start
    try:
        while size <= room and not unpacking.eof:
            packed = unpacking.unconsumed_tail
            if not packed:
                packed = content[place : place + 65536]
                place += 65536
                if not packed:
                    break
            size += len(unpacking.decompress(packed, 1024**2))
    except zlib.error:
        # Damaged: opening it says so, and unfolds no more than this.
        return size
    return size


def _after_its_end(content: bytes, media_type: str) -> bytes:
    """What follows the mark by which a file of that type ends; all of it after the last mark."""
    mark, length = {
        "application/pdf": (b"%%EOF", 5),
        "image/png": (b"IEND", 8),
        "image/jpeg": (b"\xff\xd9", 2),
    }[media_type]
    place = content.rfind(mark)
    return content[place + length :] if place >= 0 else b""


def _content(file: File) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    file.seek(0)
    return content


def _too_packed() -> ValidationError:
    return refused(
        "Ce PDF se déplie en beaucoup plus que sa taille. Enregistrez-le par « Imprimer en PDF », "
        "ou numérisez la feuille.",
        "upload_size",
    )
