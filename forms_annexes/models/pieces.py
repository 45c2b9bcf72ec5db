"""The files joined to a request."""

from __future__ import annotations

from django.db import models

from contracts.models import EvidenceFile
from forms_annexes.models.requests import AccessRequest


class RequestPiece(models.Model):
    """One file of a request, and what it is."""

    class Kind(models.TextChoices):
        SIGNED_FORM = "signed_form", "Formulaire signé"
        DELEGATION = "delegation", "Délégation de signature"
        OTHER = "other", "Autre pièce"

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="pieces")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    evidence = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="request_pieces")

    class Meta:
        verbose_name = "pièce d’une demande"
        verbose_name_plural = "pièces d’une demande"
        ordering = ["request", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "evidence"], name="forms_annexes_piece_joined_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, demande {self.request_id}"
