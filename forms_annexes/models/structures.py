"""What a partner declares of its structures in the life of a convention, and what was answered.

Neither is an avenant: a structure more is one sheet more, a structure closed is users who leave.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models import Convention, Site


class StructureChange(models.Model):
    """A structure that the partner adds, or closes; a trigger refuses any change of the row.

    An addition waits for the caisse's answer. A closing waits for nobody: it only takes accesses
    away, and took effect as it was declared.
    """

    class Kind(models.TextChoices):
        ADD = "add", "Structure ajoutée"
        CLOSE = "close", "Structure fermée"

    identifier = models.UUIDField("envoi du formulaire", unique=True, default=uuid.uuid4)
    """Made by the page, so that a form sent twice declares one change."""
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="structure_changes")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    site = models.ForeignKey(Site, models.PROTECT, related_name="changes", null=True, blank=True)
    """The structure that closes; the one added is named by the answer."""
    name = models.CharField("nom", max_length=250, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    address = models.TextField("adresse", blank=True)
    closes_on = models.DateField("ferme le", null=True, blank=True)
    """First day without the structure, past or to come."""
    follows = models.OneToOneField(
        "forms_annexes.ClosingCorrection",
        models.PROTECT,
        related_name="followed_by",
        null=True,
        blank=True,
    )
    """The correction after which the structure closes again: one closing at a time stands."""
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField("déclarée le")

    class Meta:
        verbose_name = "changement de structure"
        verbose_name_plural = "changements de structures"
        ordering = ["declared_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="add", site__isnull=True, closes_on__isnull=True) & ~Q(name=""))
                | Q(kind="close", site__isnull=False, closes_on__isnull=False, name=""),
                name="forms_annexes_structurechange_says_what",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="forms_annexes_structurechange_siret_form",
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(kind="close", follows__isnull=True),
                name="forms_annexes_structurechange_closed_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="close") | Q(follows__isnull=True),
                name="forms_annexes_structurechange_follows_a_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, convention {self.convention_id}"

    @property
    def answered(self) -> StructureAnswer | None:
        """What the caisse answered; None while it has not."""
        return getattr(self, "answer", None)

    @property
    def corrected(self) -> ClosingCorrection | None:
        """What annulled this closing; None while it stands."""
        return getattr(self, "correction", None)


class StructureAnswer(models.Model):
    """What the caisse answers to a structure added: once, and never changed."""

    change = models.OneToOneField(StructureChange, models.PROTECT, related_name="answer")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", null=True, blank=True)
    """The structure as the caisse now knows it; absent: the addition is refused."""
    reason = models.TextField("motif du refus", blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("répondu le")

    class Meta:
        verbose_name = "réponse à un changement de structure"
        verbose_name_plural = "réponses aux changements de structures"
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, reason="") | Q(site__isnull=True) & ~Q(reason=""),
                name="forms_annexes_structureanswer_one_way",
                violation_error_message="Donnez le motif du refus.",
            ),
        ]

    def __str__(self) -> str:
        return f"réponse au changement de structure {self.change_id}"


class ClosingCorrection(models.Model):
    """The closing of a structure never was: it was declared by mistake, and the caisse says why.

    Triggers refuse any change. The departures that the closing recorded are annulled with it.
    """

    change = models.OneToOneField(StructureChange, models.PROTECT, related_name="correction")
    reason = models.TextField("motif")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("corrigée le")

    class Meta:
        verbose_name = "correction d’une fermeture"
        verbose_name_plural = "corrections de fermetures"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="forms_annexes_closingcorrection_for_a_reason",
                violation_error_message="Donnez le motif de la correction.",
            ),
        ]

    def __str__(self) -> str:
        return f"correction de la fermeture {self.change_id}"
