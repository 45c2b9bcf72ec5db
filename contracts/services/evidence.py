"""Taking a file in as evidence."""

from __future__ import annotations

import mimetypes
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import File

from contracts.identifiers import validate_no_nir
from contracts.models import EvidenceFile, User
from contracts.models.evidence import CONTENT_TYPES
from contracts.services.upload_checks import check_content
from workflows import clock
from workflows.french import NO_BREAK_SPACE, typeset

LARGEST = 25 * 1024 * 1024
"""Bytes: a convention of forty pages scanned in colour takes less."""

_BEGINNINGS = {
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK\x03\x04",),
    "application/vnd.oasis.opendocument.text": (b"PK\x03\x04",),
}
"""How a file of each type begins, for those that have a mark of their own."""


def store_evidence(
    file: File, original_name: str, uploaded_by: User | None, *, largest: int = LARGEST
) -> EvidenceFile:
    """Store a file under a name drawn at random and return its row; ``largest`` is in bytes.

    Raises ``ValidationError`` for what ``check_evidence`` refuses; nothing is stored then.
    """
    content_type = check_evidence(file, original_name, largest=largest)
    digest = digest_of(file)
    row = EvidenceFile(
        sha256=digest,
        size=file.size,
        original_name=original_name[-255:],
        content_type=content_type,
        uploaded_by=uploaded_by,
        uploaded_at=clock.now(),
    )
    row.file.save(original_name, file, save=False)
    row.save(force_insert=True)
    return row


def digest_of(file: File) -> str:
    """The sha256 of a file, which is left at its beginning; a piece at a time in memory."""
    digest = sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def check_evidence(file: File, original_name: str, *, largest: int = LARGEST) -> str:
    """The content type of a file that may be kept.

    Raises ``ValidationError`` for an empty or too large file, a type that is not accepted, a file
    that is not of the type its name says, is damaged, locked or does something by itself, or a
    name that holds a social security number.
    """
    content_type = mimetypes.guess_type(original_name)[0] or ""
    if content_type not in CONTENT_TYPES:
        raise ValidationError(
            f"Les fichiers de ce type ne sont pas acceptés{NO_BREAK_SPACE}: "
            f"«{NO_BREAK_SPACE}{original_name}{NO_BREAK_SPACE}». "
            f"Types acceptés{NO_BREAK_SPACE}: {', '.join(CONTENT_TYPES.values())}.",
            code="evidence_type",
        )
    if not file.size:
        raise ValidationError(
            f"Le fichier «{NO_BREAK_SPACE}{original_name}{NO_BREAK_SPACE}» est vide.",
            code="evidence_empty",
        )
    if file.size > largest:
        raise ValidationError(
            typeset(
                f"Le fichier « {original_name} » dépasse {largest // 1024**2} Mo. "
                "Numérisez en moins haute définition, ou séparez les pièces."
            ),
            code="evidence_size",
        )
    file.seek(0)
    beginnings = _BEGINNINGS.get(content_type, (b"",))
    if not file.read(16).startswith(beginnings):
        raise ValidationError(
            typeset(
                f"Le fichier « {original_name} » n’est pas un fichier "
                f"{CONTENT_TYPES[content_type]}, ou il est abîmé. Ouvrez-le pour le vérifier, puis "
                "joignez-le de nouveau."
            ),
            code="evidence_content",
        )
    file.seek(0)
    validate_no_nir(original_name)
    check_content(file, content_type)
    return content_type
