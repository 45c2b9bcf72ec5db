"""What became of second factors that were lost: taken away by an administrator, for a reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SecondFactorReset(models.Model):
    """An administrator took away the second factors of somebody who lost them.

    Append-only. Without caisse and author, the command of the server did it, for a site whose only
    administrator is the one who is shut out.
    """

    identifier = models.UUIDField("identifiant", unique=True)
    """Made by the form: sent twice, it is recorded once."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_factor_resets"
    )
    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="+", null=True, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField("motif", max_length=300)
    removed = models.PositiveSmallIntegerField("moyens retirés")
    """How many, recovery codes counted as one."""
    reset_at = models.DateTimeField("réinitialisé le")

    class Meta:
        verbose_name = "réinitialisation d’un second facteur"
        verbose_name_plural = "réinitialisations de seconds facteurs"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="contracts_secondfactorreset_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True, caisse__isnull=True)
                | Q(author__isnull=False, caisse__isnull=False) & ~Q(author=F("user")),
                name="contracts_secondfactorreset_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"réinitialisation {self.pk}, utilisateur {self.user_id}"
