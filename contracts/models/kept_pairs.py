"""Two conventions of one type that a succession gave one partner, and that a person keeps."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class KeptPair(models.Model):
    """« Les deux sont gardées »: two conventions of one type, and why both go on.

    A trigger refuses any change of the row, but that its reason goes with the file.
    """

    identifier = models.UUIDField("envoi du formulaire", unique=True, default=uuid.uuid4)
    """Made by the page, so that a form sent twice keeps them once."""
    first = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="+", db_index=False
    )
    """The one that was drafted first; found by the constraint that makes the pair unique."""
    second = models.ForeignKey("contracts.Convention", models.PROTECT, related_name="+")
    reason = models.CharField("motif", max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "paire de conventions gardée"
        verbose_name_plural = "paires de conventions gardées"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="contracts_keptpair_once"),
            models.CheckConstraint(
                condition=Q(second__gt=F("first")), name="contracts_keptpair_in_order"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="contracts_keptpair_reasoned"),
        ]

    def __str__(self) -> str:
        return f"conventions {self.first_id} et {self.second_id}"
