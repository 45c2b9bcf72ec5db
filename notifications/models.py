"""The ledger of messages: each once, under its key, with what was sent, to whom and when."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.bounces.models import DeadAddress
from notifications.calendars.models import CalendarAddress, CalendarEvent, ToldDates
from notifications.rhythms.models import Preference, Rhythm


class MessageState(models.TextChoices):
    PENDING = "pending", "À envoyer"
    SENT = "sent", "Envoyé"
    CANCELLED = "cancelled", "Sans objet"
    FAILED = "failed", "Non parti"
    """What it carried is lost. Other messages are tried again by the effects ledger."""
    WAITING = "waiting", "Au prochain récapitulatif"
    """Its reader wants it gathered with others: it is on the site already."""
    SHOWN = "shown", "Sur le site seulement"
    """Its reader wants no mail of it."""
    BOUNCED = "bounced", "Non reçu"
    """The mail server, here or at the other end, said that it does not reach its recipient."""


class Message(models.Model):
    """One mail to one recipient.

    What is kept of it shows neither a code nor a link that opens a page: they stand in the mail
    alone. ``context`` holds numbers and dates, never somebody's name.
    """

    key = models.CharField("clé", max_length=200, unique=True)
    """What makes it unique: asked for again under the same key, it is the same message."""
    kind = models.CharField("modèle", max_length=60)
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="messages", null=True, blank=True
    )
    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="messages", null=True, blank=True
    )
    """Whose message it is, where it is about no convention and not about its recipient alone."""
    person = models.ForeignKey(
        "contracts.Person", models.PROTECT, related_name="messages", null=True, blank=True
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages", null=True, blank=True
    )
    context = models.JSONField("faits", default=dict, blank=True)
    state = models.CharField(
        "état", max_length=20, choices=MessageState, default=MessageState.PENDING
    )
    created_at = models.DateTimeField("demandé le")
    problem = models.CharField("empêchement", max_length=300, blank=True)

    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    address = models.EmailField("envoyé à", blank=True)
    subject = models.CharField("objet", max_length=200, blank=True)
    text = models.TextField("texte", blank=True)
    html = models.TextField("page", blank=True)

    noticed_at = models.DateTimeField("paru sur le site le", null=True, blank=True)
    """Since when it is among the notices of its user; a code never is."""
    read_at = models.DateTimeField("lu le", null=True, blank=True)
    digest = models.ForeignKey(
        "self", models.PROTECT, related_name="gathered", null=True, blank=True
    )
    """The mail that gathers it with others; the latest, where one did not leave."""

    class Meta:
        verbose_name = "message"
        ordering = ["created_at", "pk"]
        indexes = [
            # Those that alerts of today take the place of, among all that ever left.
            models.Index(
                fields=["kind"],
                condition=Q(state="pending"),
                name="notifications_message_waits",
            ),
            # Kept by months under a rule of their own; the others go with their convention.
            models.Index(
                fields=["created_at"],
                condition=Q(convention__isnull=True),
                name="notifications_message_alone",
            ),
            models.Index(
                fields=["user"],
                condition=Q(noticed_at__isnull=False, read_at__isnull=True),
                name="notifications_message_unread",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(kind=""), name="notifications_message_named"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, user__isnull=False)
                | Q(person__isnull=False, user__isnull=True),
                name="notifications_message_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "pending",
                        "sent",
                        "cancelled",
                        "failed",
                        "waiting",
                        "shown",
                        "bounced",
                    ]
                ),
                name="notifications_message_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent")
                | Q(sent_at__isnull=False) & ~Q(address="") & ~Q(subject="") & ~Q(text=""),
                name="notifications_message_sent_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(noticed_at__isnull=False, user__isnull=False) & ~Q(subject="")
                | Q(noticed_at__isnull=True, read_at__isnull=True),
                name="notifications_message_noticed_by_a_user",
            ),
            models.CheckConstraint(
                condition=~Q(state="bounced") | ~Q(address="") & ~Q(problem=""),
                name="notifications_message_bounced_says_why",
            ),
            models.CheckConstraint(
                condition=Q(convention__isnull=True) | Q(caisse__isnull=True),
                name="notifications_message_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def recipient(self) -> Any:
        """The person or the user it goes to; both have an address and a name."""
        return self.person if self.user_id is None else self.user


# Beside the messages that carry them; last, as they point at messages.
from notifications.alert_models import (  # noqa: E402
    Alert,
    AlertRun,
    ReminderSettingChange,
    UnwarnedDeadline,
)
from notifications.confirmation_models import (  # noqa: E402
    Confirmation,
    ConfirmationRun,
    ProofReminder,
)
from notifications.partner_reminder_models import PartnerReminder  # noqa: E402

__all__ = [
    "Alert",
    "AlertRun",
    "CalendarAddress",
    "CalendarEvent",
    "Confirmation",
    "ConfirmationRun",
    "DeadAddress",
    "Message",
    "MessageState",
    "PartnerReminder",
    "Preference",
    "ProofReminder",
    "ReminderSettingChange",
    "Rhythm",
    "ToldDates",
    "UnwarnedDeadline",
]
