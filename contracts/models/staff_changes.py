"""What was changed of the roles and powers of a caisse's staff, when and by whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

LONGEST_REASON = 300


class StaffChange(models.Model):
    """A role or a power given or ended. Append-only; nobody changes their own.

    ``UserScope`` and ``Power`` hold what is true on a day; this, how it came to be.
    """

    class Kind(models.TextChoices):
        ROLE_GIVEN = "role_given", "Rôle donné"
        ROLE_ENDED = "role_ended", "Fin de rôle"
        POWER_GIVEN = "power_given", "Pouvoir délégué"
        POWER_ENDED = "power_ended", "Fin de délégation"

    identifier = models.UUIDField("identifiant", unique=True)
    """Made by the form: sent twice, it is recorded once."""
    kind = models.CharField("genre", max_length=20, choices=Kind)
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scope = models.ForeignKey(
        "contracts.UserScope", models.PROTECT, related_name="changes", null=True, blank=True
    )
    power = models.ForeignKey(
        "contracts.Power", models.PROTECT, related_name="changes", null=True, blank=True
    )
    last_day = models.DateField("jusqu’au", null=True, blank=True)
    """The last day as the change left it; none when it has none."""
    reason = models.CharField("motif", max_length=LONGEST_REASON, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "changement de rôle ou de pouvoir"
        verbose_name_plural = "changements de rôles et de pouvoirs"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["role_given", "role_ended"],
                    scope__isnull=False,
                    power__isnull=True,
                )
                | Q(
                    kind__in=["power_given", "power_ended"],
                    scope__isnull=True,
                    power__isnull=False,
                ),
                name="contracts_staffchange_of_a_role_or_a_power",
            ),
            models.CheckConstraint(
                condition=~Q(author=F("user")), name="contracts_staffchange_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, utilisateur {self.user_id}"
