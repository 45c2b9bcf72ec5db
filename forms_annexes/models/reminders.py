"""That somebody was reminded of a request that waits: who, of what, on which day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forms_annexes.models.history import RequestTransition
from forms_annexes.models.requests import AccessRequest


class RequestReminder(models.Model):
    """One reminder about one wait of a request, made once; a trigger refuses any change."""

    class Audience(models.TextChoices):
        PARTNER = "partner", "au partenaire"
        CAISSE = "caisse", "à la caisse"

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="reminders")
    since = models.ForeignKey(RequestTransition, models.PROTECT, related_name="reminders")
    """The move from which the request waits."""
    audience = models.CharField("à qui", max_length=10, choices=Audience)
    number = models.PositiveSmallIntegerField("rang")
    """1 for the first of that wait."""
    asked_on = models.DateField("demandé le")
    lapses_after = models.DateField("caduque après le", null=True, blank=True)
    """The last day on which the request may still be completed, which this reminder announces; None
    where the caisse lets no request lapse, or for a reminder before the last."""

    class Meta:
        verbose_name = "rappel"
        verbose_name_plural = "rappels"
        ordering = ["request", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["since", "audience", "number"], name="forms_annexes_reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="forms_annexes_reminder_numbered"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["partner", "caisse"]),
                name="forms_annexes_reminder_audience_known",
            ),
            models.CheckConstraint(
                condition=Q(lapses_after__isnull=True)
                | Q(audience="partner", lapses_after__gt=F("asked_on")),
                name="forms_annexes_reminder_lapse_announced_before",
            ),
        ]

    def __str__(self) -> str:
        return f"rappel {self.number}, demande {self.request_id}"
