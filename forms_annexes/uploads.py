"""What may be uploaded: an allow-list by type, size and structure.

A file that passes is not safe for all that: it is only ever given out as an attachment, to who may
see it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pikepdf
from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL import Image

from workflows.french import typeset

LARGEST = 10 * 1024 * 1024
"""Bytes: a sheet scanned in colour takes less than two million."""
MOST_PIXELS = 60_000_000
"""An A4 sheet at 600 points an inch has 35 million."""

_ACTIVE = {"/JS", "/JavaScript", "/AA", "/Launch", "/EmbeddedFiles", "/XFA"}
_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMedia"}

DEEPEST = 50
"""Objects one inside the other, past which no scanner goes."""

_TYPES = {
    b"%PDF-": ("application/pdf", (".pdf",)),
    b"\x89PNG\r\n\x1a\n": ("image/png", (".png",)),
    b"\xff\xd8\xff": ("image/jpeg", (".jpg", ".jpeg")),
}

ACCEPT = ".pdf,.png,.jpg,.jpeg"


def checked_upload(file: File) -> str:
    """The media type of an acceptable file, which is left at its beginning.

    Raises ``ValidationError`` saying what is wrong and what to do.
    """
    if not file.size:
        raise _refused("Ce fichier est vide. Choisissez-en un autre.", "upload_empty")
    if file.size > LARGEST:
        raise _refused(
            f"Ce fichier dépasse {LARGEST // 1024**2} Mo. Numérisez en moins haute définition.",
            "upload_size",
        )
    media_type = _type_of(file)
    if media_type == "application/pdf":
        _check_pdf(file)
    else:
        _check_image(file, media_type)
    file.seek(0)
    return media_type


def _type_of(file: File) -> str:
    file.seek(0)
    head = file.read(16)
    name = (file.name or "").lower()
    for signature, (media_type, endings) in _TYPES.items():
        if head.startswith(signature):
            if not name.endswith(endings):
                raise _refused(
                    f"Le nom de ce fichier devrait finir par {endings[0]}. Renommez-le.",
                    "upload_name",
                )
            return media_type
    raise _refused(
        "Ce fichier n’est ni un PDF, ni une image PNG ou JPEG. Numérisez la feuille signée.",
        "upload_type",
    )


def _check_pdf(file: File) -> None:
    file.seek(0)
    try:
        with pikepdf.open(file) as pdf:
            if not len(pdf.pages):
                raise _refused("Ce PDF n’a pas de page. Choisissez-en un autre.", "upload_empty")
            whole = (*pdf.objects, pdf.trailer)
            active = any(True for thing in whole for _ in _active_names(thing))
    except pikepdf.PasswordError as error:
        raise _refused(
            "Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection.",
            "upload_locked",
        ) from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise _refused(
            "Ce PDF est abîmé et ne s’ouvre pas. Numérisez ou enregistrez-le de nouveau.",
            "upload_damaged",
        ) from error
    if active:
        raise _refused(
            "Ce PDF contient un programme ou une pièce jointe, ce qu’une feuille signée n’a pas. "
            "Imprimez-le puis numérisez-le, ou enregistrez-le par « Imprimer en PDF ».",
            "upload_active",
        )


def _active_names(thing: Any, depth: int = 0) -> Iterator[str]:
    """The names, in one object and what it holds directly, of what may act or hide a file."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        yield from (key for key, value in thing.items() if _acts(key, value))
        held = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        held = list(thing)
    else:
        return
    for value in held:
        if not getattr(value, "is_indirect", False):
            yield from _active_names(value, depth + 1)


def _acts(key: str, value: Any) -> bool:
    if key == "/OpenAction":
        # A place to open the document at, as word processors write it, does nothing.
        return not isinstance(value, pikepdf.Array)
    if key == "/S":
        return isinstance(value, pikepdf.Name) and str(value) in _ACTIVE_ACTIONS
    if key == "/Type":
        return isinstance(value, pikepdf.Name) and str(value) == "/EmbeddedFile"
    return key in _ACTIVE


def _check_image(file: File, media_type: str) -> None:
    expected = media_type.split("/")[1].upper()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            file.seek(0)
            with Image.open(file, formats=[expected]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _refused(
                        "Cette image est trop grande. Numérisez en moins haute définition.",
                        "upload_size",
                    )
                image.verify()
            file.seek(0)
            with Image.open(file, formats=[expected]) as image:
                image.load()
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise _refused(
            "Cette image est abîmée et ne s’ouvre pas. Numérisez la feuille de nouveau.",
            "upload_damaged",
        ) from error


def _refused(words: str, code: str) -> ValidationError:
    return ValidationError(typeset(words), code=code)
