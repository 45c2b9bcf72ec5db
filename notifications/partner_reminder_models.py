"""What partners were asked or reminded of, convention by convention."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class PartnerReminder(models.Model):
    """One reader of the partner was told one thing of one convention: once.

    Several go in one message. What did not leave before a later message goes with that one.
    """

    class Matter(models.TextChoices):
        """Also the kind of the message that tells of one convention alone."""

        COURTESY = "courtesy_reminder", "Limite pour dénoncer"
        ATTESTATION = "attestation_request", "Attestation après la fin"

    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="partner_reminders"
    )
    matter = models.CharField("objet", max_length=30, choices=Matter)
    on = models.DateField("au titre du")
    """The limit to give notice, or the last day in force."""
    rung = models.PositiveSmallIntegerField("rang", default=0)
    """Of a request, how many days after the end; 0 where there is but one."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    person = models.ForeignKey(
        "contracts.Person", models.PROTECT, related_name="+", null=True, blank=True
    )
    message = models.ForeignKey(
        "notifications.Message", models.PROTECT, related_name="partner_reminders"
    )

    class Meta:
        verbose_name = "rappel à un partenaire"
        verbose_name_plural = "rappels aux partenaires"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "matter", "on", "rung", "user"],
                condition=Q(user__isnull=False),
                name="notifications_partner_reminded_once_a_user",
            ),
            models.UniqueConstraint(
                fields=["convention", "matter", "on", "rung", "person"],
                condition=Q(person__isnull=False),
                name="notifications_partner_reminded_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, user__isnull=False)
                | Q(person__isnull=False, user__isnull=True),
                name="notifications_partner_reminder_of_one_reader",
            ),
            models.CheckConstraint(
                condition=Q(matter__in=["courtesy_reminder", "attestation_request"]),
                name="notifications_partner_reminder_known",
            ),
        ]

    def __str__(self) -> str:
        return f"rappel au partenaire {self.pk}"
