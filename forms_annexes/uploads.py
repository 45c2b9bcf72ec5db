"""What may be uploaded: an allow-list by type, name, size and structure.

Stricter than what the caisse itself may keep (``contracts.services.upload_checks``): a signed
sheet is small, is one thing only and carries no file. A word processor's file is not taken: nothing
that a partner is asked for needs one, and it is the usual carrier of macros.
"""

from __future__ import annotations

from django.core.files.base import File

from contracts.services.disguises import check_one_thing_only, check_packed_objects
from contracts.services.file_names import check_file_name
from contracts.services.upload_checks import check_image, check_pdf, refused

LARGEST = 10 * 1024 * 1024
"""Bytes: a sheet scanned in colour takes less than two million."""

MOST_PAGES = 100
"""Of a PDF: an annex has two, a deliberation with its annexes thirty."""

MOST_PICTURES = 4
"""In one image: telephones add a thumbnail or a map of the light; more is an animation."""

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
    check_file_name(file.name or "")
    if not file.size:
        raise refused("Ce fichier est vide. Choisissez-en un autre.", "upload_empty")
    if file.size > LARGEST:
        raise refused(
            f"Ce fichier dépasse {LARGEST // 1024**2} Mo. Numérisez en moins haute définition.",
            "upload_size",
        )
    media_type = _type_of(file)
    check_one_thing_only(file, media_type)
    if media_type == "application/pdf":
        check_packed_objects(file)
        check_pdf(file, carries_data=False, most_pages=MOST_PAGES)
    else:
        check_image(file, media_type.split("/")[1].upper(), most_pictures=MOST_PICTURES)
    file.seek(0)
    return media_type


def _type_of(file: File) -> str:
    file.seek(0)
    head = file.read(16)
    name = (file.name or "").lower()
    for signature, (media_type, endings) in _TYPES.items():
        if head.startswith(signature):
            if not name.endswith(endings):
                raise refused(
                    f"Le nom de ce fichier devrait finir par {endings[0]}. Renommez-le.",
                    "upload_name",
                )
            return media_type
    raise refused(
        "Ce fichier n’est ni un PDF, ni une image PNG ou JPEG. Numérisez la feuille signée.",
        "upload_type",
    )
