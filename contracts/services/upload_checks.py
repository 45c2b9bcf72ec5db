"""What a file must be before anything keeps it: of the type its name says, whole, and harmless.

A file that passes is not safe for all that: it is only ever given out as an attachment, to who may
see it. A PDF may carry data (the documents of Tacite carry their facts), never a program.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import pikepdf
from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL import Image, ImageSequence

from workflows.french import typeset

MOST_PAGES = 600
"""Pages of one PDF or TIFF: a long convention, scanned, has sixty."""
MOST_PIXELS = 60_000_000
"""An A4 sheet at 600 points an inch has 35 million."""
MOST_UNPACKED = 200 * 1024**2
"""Bytes that an office document may take once unpacked."""
DEEPEST = 50
"""Objects one inside the other, past which no scanner and no word processor goes."""

DATA_ENDINGS = (".json", ".xml", ".csv", ".txt")
"""Names of the files that a PDF may carry: data, which nothing runs."""

_ACTIVE: Final = frozenset({"/JS", "/JavaScript", "/AA", "/Launch", "/XFA"})
_ACTIVE_ACTIONS: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/RichMedia",
        "/RichMediaExecute",
        "/Rendition",
        "/GoToE",
    }
)
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"PK\x03\x04",
)
"""How programs and archives begin, whatever their name says."""

_OFFICE_PARTS: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/document.xml",
    "application/vnd.oasis.opendocument.text": "content.xml",
}
_IMAGES: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF"}


def check_content(file: File, content_type: str) -> None:
    """Check what is inside a file of one of the accepted types, left at its beginning.

    Raises ``ValidationError`` naming the fault and what to do.
    """
    if content_type == "application/pdf":
        check_pdf(file)
    elif content_type in _IMAGES:
        check_image(file, _IMAGES[content_type])
    elif content_type in _OFFICE_PARTS:
        check_office(file, _OFFICE_PARTS[content_type])
    else:
        _check_text(file)
    file.seek(0)


def check_pdf(file: File, *, carries_data: bool = True, most_pages: int = MOST_PAGES) -> int:
    """The number of pages of an acceptable PDF; ``carries_data``: whether it may hold data files.

    Raises ``ValidationError``.
    """
    file.seek(0)
    try:
        with pikepdf.open(file) as pdf:
            if pdf.is_encrypted:
                raise _locked()
            pages = len(pdf.pages)
            whole = (*pdf.objects, pdf.trailer)
            active = any(_acts(key, value) for thing in whole for key, value in _pairs(thing))
            carried = [_carried(value) for thing in whole for _, value in _files(thing)]
    except pikepdf.PasswordError as error:
        raise _locked() from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise refused(
            "Ce PDF est abîmé et ne s’ouvre pas. Numérisez ou enregistrez-le de nouveau.",
            "upload_damaged",
        ) from error
    if not pages:
        raise refused("Ce PDF n’a pas de page. Choisissez-en un autre.", "upload_empty")
    if pages > most_pages:
        raise refused(
            f"Ce PDF a {pages} pages, {most_pages} au plus sont acceptées. Séparez les documents.",
            "upload_pages",
        )
    if active:
        raise refused(
            "Ce PDF contient un programme ou une action qui se lance seule. Imprimez-le puis "
            "numérisez-le, ou enregistrez-le par « Imprimer en PDF ».",
            "upload_active",
        )
    _check_carried(carried, carries_data)
    return pages


def check_image(file: File, expected: str, *, most_pictures: int = MOST_PAGES) -> None:
    """Check an image of the format that Pillow calls ``expected``. Raises ``ValidationError``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _check_first_dimensions(file, expected)
            _each_picture(file, expected, _check_dimensions, most_pictures)
            file.seek(0)
            with Image.open(file, formats=[expected]) as image:
                image.verify()
            _each_picture(file, expected, lambda image: image.load(), most_pictures)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, EOFError, Warning, MemoryError) as error:
        raise refused(
            "Cette image est abîmée et ne s’ouvre pas. Numérisez la feuille de nouveau.",
            "upload_damaged",
        ) from error


def check_office(file: File, part: str) -> None:
    """Check a DOCX or ODT: an archive that holds its text and no program of its own."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            unpacked = sum(entry.file_size for entry in archive.infolist())
            calls = unpacked <= MOST_UNPACKED and _calls_for_something(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        OSError,
        RuntimeError,
    ) as error:
        raise refused(
            "Ce document est abîmé et ne s’ouvre pas. Enregistrez-le de nouveau.", "upload_damaged"
        ) from error
    if part not in names:
        raise refused(
            "Ce fichier n’est pas un document de traitement de texte, malgré son nom. Joignez le "
            "document lui-même.",
            "upload_type",
        )
    if unpacked > MOST_UNPACKED:
        raise refused(
            f"Ce document dépasse {MOST_UNPACKED // 1024**2} Mo une fois ouvert. Allégez-le.",
            "upload_size",
        )
    if any(_runs(name.lower()) for name in names):
        raise refused(
            "Ce document contient une macro ou un objet qui s’exécute. Enregistrez-le sans macro, "
            "ou en PDF.",
            "upload_active",
        )
    if calls:
        raise refused(
            "Ce document va chercher un modèle ou une image sur un autre site quand il s’ouvre. "
            "Enregistrez-le en PDF.",
            "upload_active",
        )


def _runs(name: str) -> bool:
    """Whether a part of an office document is a program: macros, controls, scripts, objects."""
    return (
        name.endswith(("vbaproject.bin", "vbadata.xml", ".exe", ".js"))
        or any(folder in f"/{name}" for folder in ("/activex/", "/basic/", "/scripts/"))
        or ("/embeddings/" in f"/{name}" and name.endswith(".bin"))
    )


def _calls_for_something(archive: zipfile.ZipFile) -> bool:
    """Whether a DOCX fetches something from elsewhere when it opens: all but a link one follows."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith(".rels"):
            continue
        relations = archive.read(entry)
        if b"<!DOCTYPE" in relations or b"<!ENTITY" in relations:
            return True
        for relation in re.findall(rb"<[\w:]*Relationship\b[^>]*>", relations):
            outside = re.search(rb"TargetMode\s*=\s*[\"']External", relation)
            if outside and not re.search(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", relation):
                return True
    return False


def refused(words: str, code: str) -> ValidationError:
    """A refusal in French, with its code."""
    return ValidationError(typeset(words), code=code)


def _check_text(file: File) -> None:
    file.seek(0)
    head = file.read(4096)
    if b"\x00" in head or head.startswith(_PROGRAMS):
        raise refused(
            "Ce fichier n’est pas du texte, malgré son nom. Joignez le document lui-même.",
            "upload_type",
        )


def _locked() -> ValidationError:
    return refused(
        "Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection.", "upload_locked"
    )


def _too_large() -> ValidationError:
    return refused(
        "Cette image est trop grande. Numérisez en moins haute définition.", "upload_size"
    )


def _pairs(thing: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The names and values in one object and what it holds directly."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        pairs = list(thing.items())
        yield from pairs
        held = [value for _, value in pairs]
    elif isinstance(thing, pikepdf.Array):
        held = list(thing)
    else:
        return
    for value in held:
        if not getattr(value, "is_indirect", False):
            yield from _pairs(value, depth + 1)


def _acts(key: str, value: Any) -> bool:
    """Whether a name of a PDF makes something run."""
    if key == "/OpenAction":
        # A place to open the document at, as word processors write it, does nothing.
        return not isinstance(value, pikepdf.Array)
    if key == "/S":
        return isinstance(value, pikepdf.Name) and str(value) in _ACTIVE_ACTIONS
    return key in _ACTIVE


def _files(thing: Any) -> Iterator[tuple[str, Any]]:
    """The specifications of the files that an object carries, and files that nobody names."""
    if isinstance(thing, pikepdf.Stream) and thing.get("/Type") == pikepdf.Name.EmbeddedFile:
        yield "", thing
    for holder in _dictionaries(thing):
        if "/EF" in holder:
            yield str(holder.get("/UF", holder.get("/F", ""))), holder


def _dictionaries(thing: Any) -> Iterator[Any]:
    if isinstance(thing, pikepdf.Dictionary):
        yield thing
    for _, value in _pairs(thing):
        if isinstance(value, pikepdf.Dictionary) and not value.is_indirect:
            yield value
        if isinstance(value, pikepdf.Array):
            yield from (one for one in value if isinstance(one, pikepdf.Dictionary))


def _carried(holder: Any) -> tuple[str | None, bytes]:
    """The name of a carried file (None for its bare content) and how its content begins."""
    if isinstance(holder, pikepdf.Stream):
        return None, _beginning(holder)
    return str(holder.get("/UF", holder.get("/F", ""))), b""


def _beginning(stream: pikepdf.Stream) -> bytes:
    raw = stream.read_raw_bytes()
    if stream.get("/Filter") is None:
        return raw[:16]
    try:
        # No more than what is looked at: a packed file may be a bomb.
        return zlib.decompressobj().decompress(raw, 16)
    except zlib.error:
        return raw[:16]


def _check_carried(carried: list[tuple[str | None, bytes]], carries_data: bool) -> None:
    if not carried:
        return
    names = [name for name, _ in carried if name is not None]
    if not carries_data:
        raise refused(
            "Ce PDF contient un programme ou une pièce jointe, ce qu’une feuille signée n’a pas. "
            "Imprimez-le puis numérisez-le, ou enregistrez-le par « Imprimer en PDF ».",
            "upload_active",
        )
    bad = [name for name in names if not name.lower().endswith(DATA_ENDINGS)]
    if bad or not names or any(content.startswith(_PROGRAMS) for _, content in carried):
        told = f" (« {bad[0]} »)" if bad else ""
        raise refused(
            f"Ce PDF transporte un fichier qui n’est pas de simples données{told}. Retirez la "
            "pièce jointe du PDF, puis déposez-le de nouveau.",
            "upload_carried",
        )


def _check_first_dimensions(file: File, expected: str) -> None:
    """Before anything is decoded, which turning the pages of an animation does."""
    file.seek(0)
    with Image.open(file, formats=[expected]) as image:
        _check_dimensions(image)


def _each_picture(
    file: File, expected: str, check: Callable[[Image.Image], Any], most: int
) -> None:
    file.seek(0)
    with Image.open(file, formats=[expected]) as image:
        for number, picture in enumerate(ImageSequence.Iterator(image), start=1):
            if number > most:
                raise refused(
                    f"Cette image a plus de {most} pages. Séparez les documents.",
                    "upload_pages",
                )
            check(picture)


def _check_dimensions(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
