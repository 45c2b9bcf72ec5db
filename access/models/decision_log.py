"""What the API answered: every denial, and some of the permissions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DecisionLog(models.Model):
    """One answer that was given. It names nobody but by the identifier that was asked about.

    Never changed: a trigger refuses it. Rows older than the time of keeping are removed
    (``access.services.decision_log``).
    """

    at = models.DateTimeField("répondu le")
    client = models.ForeignKey("access.ApiClient", models.PROTECT, related_name="+", db_index=False)
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+", db_index=False)
    identifier = models.CharField("identifiant", max_length=64)
    service = models.CharField("service", max_length=100)
    permit = models.BooleanField("accès ouvert")
    code = models.CharField("motif", max_length=40)
    asked_about = models.DateTimeField("instant demandé", null=True, blank=True)
    """The instant that the question was about; none for the present."""
    version = models.BigIntegerField("version")

    class Meta:
        verbose_name = "réponse de l’API"
        verbose_name_plural = "réponses de l’API"
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="access_decisionlog_reasoned"),
        ]
        indexes = [models.Index(fields=["at"], name="access_decisionlog_at")]

    def __str__(self) -> str:
        return f"réponse {self.pk}"
