"""Which users answer for a partner on the site, in which role, over which period."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from contracts.models.partners import Partner, Site
from contracts.models.periods import Period
from contracts.models.users import User


class PartnerMembership(Period):
    """A user's place among the people of a partner, or of one of its structures alone."""

    class Role(models.TextChoices):
        DIRECTOR = "director", "Direction de la structure"
        MANAGER = "manager", "Gestionnaire"
        SIGNATORY = "signatory", "Signataire"

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="memberships")
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="memberships", null=True, blank=True
    )
    """Absent: the partner as a whole."""
    role = models.CharField("rôle", max_length=30, choices=Role)

    class Meta(Period.Meta):
        verbose_name = "membre d’un partenaire"
        verbose_name_plural = "membres des partenaires"
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role__in=["director", "manager", "signatory"]),
                name="contracts_partnermembership_role_known",
            ),
            models.UniqueConstraint(
                fields=["user", "partner", "role"],
                condition=Q(last_day__isnull=True, site__isnull=True),
                name="contracts_partnermembership_one_open",
            ),
            models.UniqueConstraint(
                fields=["user", "site", "role"],
                condition=Q(last_day__isnull=True, site__isnull=False),
                name="contracts_partnermembership_one_open_a_site",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_role_display()}, utilisateur {self.user_id}, partenaire {self.partner_id}"
        )
