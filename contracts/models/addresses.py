"""The addresses that a partner, or one of its structures, told from a day on."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.partners import Partner, Site
from workflows.read_once import once


class AddressChange(models.Model):
    """A new address from a day on; a trigger refuses any change of the row.

    The address of a day is that of the latest first day not after it, the last told where two share
    that day; before the first change, the one with which the partner or the structure was entered.
    """

    identifier = models.UUIDField("envoi", unique=True, default=uuid.uuid4)
    """Made by whoever tells it, so that what is sent twice changes the address once."""
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="address_changes")
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="address_changes", null=True, blank=True
    )
    """The structure of the partner that moves; none when it is the partner itself."""
    address = models.TextField("adresse")
    first_day = models.DateField("à compter du")
    recorded_at = models.DateTimeField("enregistré le")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "changement d’adresse"
        verbose_name_plural = "changements d’adresse"
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(address=""), name="contracts_addresschange_says_where"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site or self.partner}, {self.address}"


def told_of(owner: Partner | Site) -> list[AddressChange]:
    """The new addresses of a partner, or of a structure, the earliest first day first."""
    is_partner = isinstance(owner, Partner)
    partner, site = (owner.pk, None) if is_partner else (owner.partner_id, owner.pk)
    # All those of the partner at once, as a page shows it with its structures.
    told = once(
        ("addresses", partner),
        lambda: list(AddressChange.objects.filter(partner=partner).order_by("first_day", "pk")),
    )
    return [one for one in told if one.site_id == site]
