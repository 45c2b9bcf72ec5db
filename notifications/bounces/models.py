"""The addresses that receive nothing any more, until somebody corrects them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class DeadAddress(models.Model):
    """An address to which a mail server says that nothing arrives: a task for the caisse."""

    address = models.EmailField("adresse")
    """In lower case."""
    message = models.ForeignKey(
        "notifications.Message", models.PROTECT, related_name="dead_addresses"
    )
    """The one that showed it: its recipient has, or had, the address."""
    reason = models.CharField("motif", max_length=300)
    since = models.DateTimeField("depuis le")
    settled_at = models.DateTimeField("réglée le", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    corrected = models.EmailField("nouvelle adresse", blank=True)
    """Empty, once settled: the address was said to be good again."""

    class Meta:
        verbose_name = "adresse qui ne reçoit plus"
        verbose_name_plural = "adresses qui ne reçoivent plus"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(settled_at__isnull=True),
                name="notifications_deadaddress_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(address="") & Q(address=Lower("address")) & ~Q(reason=""),
                name="notifications_deadaddress_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, corrected="")
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="notifications_deadaddress_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"adresse {self.pk}"
