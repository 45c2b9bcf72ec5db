"""Calendars that people subscribe to: their secret addresses, and what each of them was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

ALARMS = {0: "Sans rappel", 1: "La veille", 7: "7 jours avant", 15: "15 jours avant"}
"""Days before a date on which a calendar may remind of it; 0 for never."""


class CalendarAddress(models.Model):
    """A secret address at which a calendar program reads the dates of a caisse or of a person.

    The secret itself is kept nowhere: it is shown once, when it is made.
    """

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the page that asks for it, so that a form sent twice makes one address."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calendar_addresses"
    )
    """Whose powers are asked at each reading."""
    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="+", null=True, blank=True
    )
    """The conventions of that caisse; none: those that the user looks after."""
    alarm_days = models.PositiveSmallIntegerField("rappel", choices=list(ALARMS.items()), default=0)
    digest = models.CharField("empreinte de l’adresse", max_length=64, unique=True)
    """sha256 of the secret, in hexadecimal figures."""
    created_at = models.DateTimeField("créée le")
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)
    last_read_on = models.DateField("lue pour la dernière fois le", null=True, blank=True)

    class Meta:
        verbose_name = "adresse de calendrier"
        verbose_name_plural = "adresses de calendrier"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="notifications_calendaraddress_keeps_no_secret",
            ),
            models.CheckConstraint(
                condition=Q(alarm_days__in=list(ALARMS)),
                name="notifications_calendaraddress_alarm_known",
            ),
        ]

    def __str__(self) -> str:
        return f"adresse de calendrier {self.pk}"


class CalendarEvent(models.Model):
    """One date of one convention as calendars were last told it.

    It stays the same event when its day moves, and is told as cancelled once it has no object any
    more: calendar programs know it by ``uid``.
    """

    uid = models.UUIDField(unique=True)
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="calendar_events", db_index=False
    )
    kind = models.CharField("nature", max_length=60)
    slot = models.CharField("rang", max_length=100)
    """Which one of its kind: the number of its term, or the act that it comes from."""
    day = models.DateField("jour", db_index=True)
    sequence = models.PositiveIntegerField("version", default=0)
    modified_at = models.DateTimeField("modifié le")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    written = models.TextField("composant iCalendar")
    """The whole component, as it stands in the calendar: thousands of them are read at once."""

    class Meta:
        verbose_name = "date d’un calendrier"
        verbose_name_plural = "dates des calendriers"
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "kind", "slot"], name="notifications_calendarevent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.day}"


class ToldDates(models.Model):
    """The dates of a convention that calendars were told last."""

    convention = models.OneToOneField(
        "contracts.Convention", models.PROTECT, related_name="told_dates", primary_key=True
    )
    deadline_set = models.UUIDField("échéances", null=True)
    """What ``Convention.deadline_set`` was: it names all the dates that it holds."""
    until = models.DateField("jusqu’au")
    """The last day up to which they were told."""
    partner_name = models.CharField("partenaire", max_length=250)

    class Meta:
        verbose_name = "dates dites aux calendriers"
        verbose_name_plural = "dates dites aux calendriers"

    def __str__(self) -> str:
        return f"convention {self.convention_id}"
