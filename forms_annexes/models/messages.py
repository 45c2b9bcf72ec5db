"""What the partner and the caisse write to each other about a request, and what each has read.

Messages, their files and the marks of reading are only ever added. The notes that the agents of the
caisse write for themselves stand in a table of their own, which no page of the partner reads.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models import EvidenceFile
from forms_annexes.models.requests import AccessRequest


class Side(models.TextChoices):
    """Who of the two writes or reads."""

    PARTNER = "partner", "Partenaire"
    CAISSE = "caisse", "Caisse"

    @property
    def other(self) -> Side:
        """To whom this side writes."""
        return Side.CAISSE if self == Side.PARTNER else Side.PARTNER


class RequestMessage(models.Model):
    """One message of one side to the other."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="messages")
    side = models.CharField("de", max_length=10, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField("message")
    at = models.DateTimeField("le")
    token = models.UUIDField("identifiant d’envoi", unique=True)
    """Made by the page: a page sent twice writes one message."""

    if TYPE_CHECKING:
        files: Any
        reading: Any

    class Meta:
        verbose_name = "message sur une demande"
        verbose_name_plural = "messages sur une demande"
        ordering = ["request", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=Side.values), name="forms_annexes_message_side_known"
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="forms_annexes_message_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}, demande {self.request_id}"

    @property
    def read_at(self) -> datetime | None:
        """When the other side read it; None while it has not."""
        reading = getattr(self, "reading", None)
        return None if reading is None else reading.at


class MessageFile(models.Model):
    """A file joined to a message."""

    message = models.ForeignKey(RequestMessage, models.PROTECT, related_name="files")
    evidence = models.OneToOneField(EvidenceFile, models.PROTECT, related_name="message_file")

    class Meta:
        verbose_name = "fichier d’un message"
        verbose_name_plural = "fichiers d’un message"
        ordering = ["message", "pk"]

    def __str__(self) -> str:
        return f"fichier {self.pk}, message {self.message_id}"


class MessageReading(models.Model):
    """The other side has read a message: who first, and when."""

    message = models.OneToOneField(RequestMessage, models.PROTECT, related_name="reading")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("lu le")

    class Meta:
        verbose_name = "lecture d’un message"
        verbose_name_plural = "lectures de messages"

    def __str__(self) -> str:
        return f"lecture du message {self.message_id}"


class InternalNote(models.Model):
    """What an agent writes for the other agents of the caisse; never the partner's to see."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="internal_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField("note")
    at = models.DateTimeField("le")
    token = models.UUIDField("identifiant d’envoi", unique=True)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["request", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="forms_annexes_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"note interne {self.pk}, demande {self.request_id}"
