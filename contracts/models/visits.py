"""Who has ended the guided visit of the demonstration: it is not proposed to them again."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class EndedVisit(models.Model):
    """The visit ended by one user."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="ended_visit"
    )
    ended_at = models.DateTimeField("terminée le")

    class Meta:
        verbose_name = "visite guidée terminée"
        verbose_name_plural = "visites guidées terminées"

    def __str__(self) -> str:
        return f"visite de l’utilisateur {self.user_id}"
