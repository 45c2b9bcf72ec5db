"""Letters handed over to a provider, and what it told of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.letter_circuit import PASSAGES
from contracts.models.outgoing_letters import LetterPassage, OutgoingLetter


class LetterDeposit(models.Model):
    """A signed letter that a person handed over to the provider, once for all."""

    letter = models.OneToOneField(OutgoingLetter, models.PROTECT, related_name="deposit")
    electronic = models.BooleanField("recommandé électronique")
    consent = models.CharField("accord du destinataire", max_length=500, blank=True)
    """On what it rests, for an electronic letter."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    """In whose name what the provider tells of it is recorded."""
    asked_at = models.DateTimeField("confié le")
    handed_over_at = models.DateTimeField("remis au prestataire le", null=True, blank=True)

    class Meta:
        verbose_name = "courrier confié au prestataire"
        verbose_name_plural = "courriers confiés au prestataire"
        constraints = [
            models.CheckConstraint(
                condition=Q(electronic=False) | ~Q(consent=""),
                name="contracts_letterdeposit_electronic_consented",
            ),
        ]

    def __str__(self) -> str:
        return f"dépôt du courrier {self.letter_id}"


class ProviderStatus(models.Model):
    """One row that the provider told: recorded as a passage, or left for a person to look at."""

    digest = models.CharField("empreinte", max_length=64, unique=True)
    """Of what it tells: told again, it is the same."""
    source = models.CharField("fichier", max_length=255)
    line = models.PositiveIntegerField("ligne")
    reference = models.CharField("référence", max_length=100, blank=True)
    number = models.CharField("numéro de recommandé", max_length=100, blank=True)
    kind = models.CharField("statut", max_length=20, blank=True, choices=list(PASSAGES.items()))
    on = models.DateField("le", null=True, blank=True)
    proof = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )
    """Copied as soon as it was read: a provider does not keep it for ever."""
    letter = models.ForeignKey(
        OutgoingLetter, models.PROTECT, related_name="statuses", null=True, blank=True
    )
    passage = models.OneToOneField(
        LetterPassage, models.PROTECT, related_name="told_by", null=True, blank=True
    )
    problem = models.CharField("ce qui surprend", max_length=600, blank=True)
    read_at = models.DateTimeField("lu le")
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_why = models.CharField("suite donnée", max_length=500, blank=True)

    class Meta:
        verbose_name = "statut du prestataire"
        verbose_name_plural = "statuts du prestataire"
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["letter"],
                condition=Q(passage__isnull=True, settled_at__isnull=True),
                name="contracts_status_to_look_at",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(passage__isnull=False) | ~Q(problem="") | Q(settled_at__isnull=False),
                name="contracts_providerstatus_told_or_to_look_at",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settled_why="")
                | Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_why=""),
                name="contracts_providerstatus_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}, ligne {self.line}"
