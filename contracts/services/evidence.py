"""Taking a file in as evidence."""

from __future__ import annotations

import mimetypes
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import File

from contracts.identifiers import validate_no_nir
from contracts.models import EvidenceFile, User
from contracts.models.evidence import CONTENT_TYPES
from workflows import clock
from workflows.french import NO_BREAK_SPACE


def store_evidence(file: File, original_name: str, uploaded_by: User | None) -> EvidenceFile:
    """Store a file under a name drawn at random and return its row.

    Raises ``ValidationError`` for an empty file, a type that is not accepted, or a name that holds
    a social security number. The type is that of the name; what is inside is checked elsewhere.
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
    validate_no_nir(original_name)
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    row = EvidenceFile(
        sha256=digest.hexdigest(),
        size=file.size,
        original_name=original_name[-255:],
        content_type=content_type,
        uploaded_by=uploaded_by,
        uploaded_at=clock.now(),
    )
    row.file.save(original_name, file, save=False)
    row.save(force_insert=True)
    return row
