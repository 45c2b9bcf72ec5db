"""The accounts taken over beside the entries of the directory: what a comparison found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class DirectoryComparison(models.Model):
    """One reading of a caisse's directory for the accounts that wait for their entry.

    It changes nothing there. The latest that ended is the one shown.
    """

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="comparisons")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("demandée le")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    failure = models.TextField("raison de l’échec", blank=True)

    class Meta:
        verbose_name = "comparaison avec l’annuaire"
        verbose_name_plural = "comparaisons avec l’annuaire"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(failure="") | Q(ended_at__isnull=False),
                name="access_directorycomparison_failed_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"comparaison {self.pk}"


class ComparedAccount(models.Model):
    """One account and the entries that may be its own; or an entry that no account knows."""

    class Result(models.TextChoices):
        FOUND = "found", "Trouvé"
        DIFFERS = "differs", "Trouvé, dans un autre état"
        SEVERAL = "several", "Plusieurs entrées possibles"
        MISSING = "missing", "Introuvable"
        UNKNOWN = "unknown", "Inconnu de Tacite"

    comparison = models.ForeignKey(DirectoryComparison, models.PROTECT, related_name="accounts")
    account = models.ForeignKey(
        "access.Account", models.PROTECT, related_name="comparisons", null=True, blank=True
    )
    """None for an entry that no account knows."""
    result = models.CharField("résultat", max_length=10, choices=Result)
    candidates = models.JSONField("entrées", default=list)
    """Each entry that it may be: ``identifier``, ``by`` (what made it found), ``state``,
    ``services``, and ``drift``, how it differs from what is wanted."""

    class Meta:
        verbose_name = "compte comparé"
        verbose_name_plural = "comptes comparés"
        indexes = [
            models.Index(
                fields=["comparison", "result", "id"], name="access_comparedaccount_result"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "account"], name="access_comparedaccount_once"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True, result="unknown")
                | Q(account__isnull=False, result__in=["found", "differs", "several", "missing"]),
                name="access_comparedaccount_result_of_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"compte comparé {self.pk}"
