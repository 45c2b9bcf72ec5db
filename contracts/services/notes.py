"""The notes of the staff about a convention."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, User
from contracts.models.notes import ConventionNote
from workflows import clock

LONGEST = 4_000
"""Characters of a note."""


def write_note(convention: Convention, author: User, text: str, token: UUID) -> ConventionNote:
    """Write a note, once for a ``token`` however often it is sent.

    Raises ``ValidationError`` for one that is empty, too long, holds a social security number, or
    whose token is that of a note elsewhere.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST:
        raise ValidationError(f"Écrivez une note, de {LONGEST} signes au plus.")
    validate_no_nir(text)
    try:
        with transaction.atomic():
            return ConventionNote.objects.create(
                convention=convention, author=author, text=text, at=clock.now(), token=token
            )
    except IntegrityError:
        known = ConventionNote.objects.filter(token=token, convention=convention, author=author)
        found = known.first()
        if found is None:
            raise ValidationError("Cette page a déjà servi. Rechargez-la.") from None
        return found
