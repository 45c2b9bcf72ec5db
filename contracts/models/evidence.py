"""Files that prove an act: letters, envelopes, signed copies.

They live in a private storage, under names that say nothing; only their row knows what they are.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

CONTENT_TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "message/rfc822": "Courriel",
    "text/plain": "Texte",
}

FOLDER = "evidence"
"""Where the storage keeps them."""


def evidence_storage() -> Storage:
    """The storage without address; chosen when used, so that settings may replace it."""
    return storages["evidence"]


def unguessable_name(_row: EvidenceFile, _original: str) -> str:
    """A name drawn at random: neither the sequence nor the original name gives it away."""
    return f"{FOLDER}/{uuid.uuid4().hex}"


class EvidenceFile(models.Model):
    """One stored file with what identifies it; never changed."""

    file = models.FileField(
        "fichier", storage=evidence_storage, upload_to=unguessable_name, max_length=60, unique=True
    )
    sha256 = models.CharField("empreinte sha256", max_length=64)
    size = models.PositiveBigIntegerField("taille en octets")
    original_name = models.CharField("nom d’origine", max_length=255)
    content_type = models.CharField("type", max_length=100, choices=list(CONTENT_TYPES.items()))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    uploaded_at = models.DateTimeField("déposé le")

    class Meta:
        verbose_name = "pièce"
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="contracts_evidence_sha256_form"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="contracts_evidence_not_empty"),
            models.CheckConstraint(
                condition=Q(file__regex=r"^evidence/[0-9a-f]{32}$"),
                name="contracts_evidence_name_unguessable",
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=list(CONTENT_TYPES)),
                name="contracts_evidence_type_allowed",
            ),
        ]

    def __str__(self) -> str:
        return f"pièce {self.pk}"

    @property
    def quarantine(self) -> Any:
        """Its ``FileVerification``; None for a file that was never in quarantine."""
        return getattr(self, "verification", None)
