"""Invitations: the link by which a partner's director comes in for the first time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.models import Convention, Site


class Invitation(models.Model):
    """A link sent to one address, for one partner, good once and until a date.

    The link is signed and holds no secret of its own: it is made again from the row when the
    message leaves, so that no table keeps it.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="invitations")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations")
    """Who is invited: an account that only a code sent to its address opens."""
    role = models.CharField("rôle", max_length=30)
    request = models.ForeignKey(
        "forms_annexes.AccessRequest",
        models.PROTECT,
        related_name="invitations",
        null=True,
        blank=True,
    )
    """The annex opened with the invitation, on which whoever claims it lands."""
    nonce = models.CharField("tirage", max_length=43)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField("créée le")
    expires_at = models.DateTimeField("expire le")
    claimed_at = models.DateTimeField("acceptée le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="forms_annexes_invitation_expires"
            ),
            models.CheckConstraint(
                condition=Q(claimed_at__isnull=True) | Q(revoked_at__isnull=True),
                name="forms_annexes_invitation_claimed_or_revoked",
            ),
            models.UniqueConstraint(
                fields=["convention", "user"],
                condition=Q(claimed_at__isnull=True, revoked_at__isnull=True),
                name="forms_annexes_invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
