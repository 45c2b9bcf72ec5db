"""What happened to a request: append-only, without any personal data."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from forms_annexes.models.requests import AccessRequest, RequestStatus


class RequestTransition(models.Model):
    """One move of a request's status; a trigger refuses any change of the row."""

    class Name(models.TextChoices):
        START = "start", "Ouverture"
        SUBMIT = "submit", "Envoi"
        GIVE_BACK = "give_back", "Retour pour complément"
        ACCEPT = "accept", "Acceptation"
        REFUSE = "refuse", "Refus"
        LAPSE = "lapse", "Caducité"
        WITHDRAW = "withdraw", "Retrait"
        DECIDE = "decide", "Décision sur une partie des personnes"
        CORRECT = "correct", "Correction d’une faute de frappe"
        REOPEN = "reopen", "Réouverture"
        TAKE = "take", "Prise en charge"
        HAND_BACK = "hand_back", "Remise à la file"
        ASSIGN = "assign", "Confiée à un agent"

    INTERNAL = (Name.TAKE, Name.HAND_BACK, Name.ASSIGN)
    """Lines that the caisse alone reads: who of its agents has the request in charge."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField("rang")
    name = models.CharField("quoi", max_length=20, choices=Name)
    source = models.CharField("de", max_length=20, choices=RequestStatus, blank=True)
    target = models.CharField("à", max_length=20, choices=RequestStatus)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """Nobody when the signatory, who has no account, sent it by signing."""
    at = models.DateTimeField("le")
    reasons = models.JSONField("motifs", default=list, blank=True)
    """Codes of ``forms_annexes.reasons``."""
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """To whom a request was given, or from whom it was taken over."""

    class Meta:
        verbose_name = "étape d’une demande"
        verbose_name_plural = "étapes d’une demande"
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="forms_annexes_transition_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_name_display()}"
