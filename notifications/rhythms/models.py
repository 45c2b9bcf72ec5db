"""What each person chose of the messages that they may do without."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", "Aussitôt"
    DAILY = "daily", "Un récapitulatif par jour"
    WEEKLY = "weekly", "Un récapitulatif par semaine, le lundi"
    ON_SITE = "on_site", "Sur le site seulement"


class Preference(models.Model):
    """When one person receives one kind of optional message; without a row, at once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    person = models.ForeignKey(
        "contracts.Person", models.CASCADE, related_name="+", null=True, blank=True
    )
    kind = models.CharField("modèle", max_length=60)
    rhythm = models.CharField("rythme", max_length=10, choices=Rhythm)
    changed_at = models.DateTimeField("choisi le")

    class Meta:
        verbose_name = "préférence de réception"
        verbose_name_plural = "préférences de réception"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], name="notifications_preference_one_a_user"
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], name="notifications_preference_one_a_person"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, user__isnull=False)
                | Q(person__isnull=False, user__isnull=True),
                name="notifications_preference_of_one",
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=["at_once", "daily", "weekly", "on_site"]) & ~Q(kind=""),
                name="notifications_preference_known",
            ),
        ]

    def __str__(self) -> str:
        return f"préférence {self.pk}"
