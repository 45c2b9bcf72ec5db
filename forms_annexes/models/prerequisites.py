"""The papers without which no access may be given: as they came, and what the caisse found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.models import Convention, EvidenceFile
from contracts.models.periods import Period


class PrerequisiteDocument(Period):
    """One paper, given for one convention, from ``first_day`` to ``last_day``; never changed.

    A paper read wrongly, or that ends earlier than it said, is corrected by another row that takes
    its place. No row names a person: whoever gave it is told by the office held.
    """

    convention = models.ForeignKey(
        Convention, models.PROTECT, related_name="prerequisite_documents"
    )
    document = models.CharField("pièce", max_length=100)
    """Code under which the rulebook knows it."""
    given_by = models.CharField("donnée par", max_length=200)
    """The office of whoever gave it: « président du conseil départemental »."""
    service = models.CharField("service", max_length=100, blank=True)
    """Code of the service it is given for; empty: all those of the convention."""
    received_on = models.DateField("reçue le")
    evidence = models.ForeignKey(
        EvidenceFile, models.PROTECT, related_name="prerequisite_documents"
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, blank=True
    )
    """The row that this one corrects, and which counts no more."""
    correction = models.CharField("motif de la correction", max_length=300, blank=True)
    deposited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    deposited_at = models.DateTimeField("enregistrée le")

    if TYPE_CHECKING:
        check_made: Any

    class Meta(Period.Meta):
        verbose_name = "pièce préalable"
        verbose_name_plural = "pièces préalables"
        ordering = ["convention", "pk"]
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(document=""), name="forms_annexes_prerequisite_document_known"
            ),
            models.CheckConstraint(
                condition=~Q(given_by=""), name="forms_annexes_prerequisite_given_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, correction="")
                | Q(replaces__isnull=False) & ~Q(correction=""),
                name="forms_annexes_prerequisite_correction_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
                name="forms_annexes_prerequisite_replaces_another",
            ),
        ]

    def __str__(self) -> str:
        return f"pièce préalable {self.pk}"

    @property
    def verdict(self) -> PrerequisiteCheck | None:
        """What the caisse found of it; None while nobody has looked."""
        return getattr(self, "check_made", None)


class PrerequisiteRefusal(models.TextChoices):
    """Why a paper does not do, as the partner reads it."""

    UNSIGNED = "unsigned", "La pièce n’est pas signée"
    WRONG_AUTHORITY = "wrong_authority", "Elle n’est pas donnée par l’autorité attendue"
    WRONG_PARTNER = "wrong_partner", "Elle ne désigne pas votre organisme"
    WRONG_SCOPE = "wrong_scope", "Elle ne porte pas sur ce service"
    WRONG_DATES = "wrong_dates", "Ses dates ne conviennent pas"
    UNREADABLE = "unreadable", "Le fichier est illisible ou incomplet"
    OTHER = "other", "Autre motif"


class PrerequisiteCheck(models.Model):
    """What the caisse found of one paper, who looked and when; never changed."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Vérifiée"
        REFUSED = "refused", "Refusée"

    paper = models.OneToOneField(PrerequisiteDocument, models.PROTECT, related_name="check_made")
    outcome = models.CharField("conclusion", max_length=10, choices=Outcome)
    reason = models.CharField(
        "motif du refus", max_length=20, choices=PrerequisiteRefusal, blank=True
    )
    note = models.CharField("précision", max_length=500, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField("vérifiée le")

    class Meta:
        verbose_name = "vérification d’une pièce préalable"
        verbose_name_plural = "vérifications de pièces préalables"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="accepted", reason="") | Q(outcome="refused") & ~Q(reason=""),
                name="forms_annexes_prerequisitecheck_refusal_reasoned",
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(note=""),
                name="forms_annexes_prerequisitecheck_other_said",
            ),
        ]

    def __str__(self) -> str:
        return f"vérification {self.pk}"
