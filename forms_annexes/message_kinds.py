"""The mails that say that a message waits, or that a file was refused: no word of their content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from contracts.models import FileVerification
from forms_annexes.models import AccessRequest, RequestMessage
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from workflows import clock


class _MessageWaits(MessageKind):
    action = "Lire le message"
    page: str

    def values(self, message: Message) -> Mapping[str, Any]:
        written = _message(message)
        if written.read_at is not None:
            raise NothingToSend("Le message a été lu avant que le courriel ne parte.")
        return {"number": written.request.number}

    def path(self, message: Message) -> str:
        return reverse(self.page, args=[_message(message).request_id])


@register
class MessageToPartner(_MessageWaits):
    """The caisse has written to the partner."""

    code = "request_message_to_partner"
    label = "Message de la caisse sur une demande"
    leaves = "quand la caisse écrit sur la demande"
    recipients = (Recipient.PARTNER,)
    group = Group.REQUESTS
    optional = True
    why = "Vous recevez ce message parce que vous répondez pour cette structure."
    page = "space_request"


@register
class MessageToCaisse(_MessageWaits):
    """The partner has written to the caisse."""

    code = "request_message_to_caisse"
    label = "Message du partenaire sur une demande"
    leaves = "quand le partenaire écrit sur la demande"
    recipients = (Recipient.IN_CHARGE,)
    group = Group.REQUESTS
    optional = True
    why = "Vous recevez ce message parce que vous suivez cette demande."
    page = "instruction_request"


@register
class FileRefused(MessageKind):
    """The antivirus refused a file: what happened, and what to do."""

    code = "request_file_refused"
    label = "Fichier refusé sur une demande"
    leaves = "quand l’antivirus refuse un fichier joint"
    recipients = (Recipient.SENDER_OF_FILE, Recipient.PARTNER)
    group = Group.REQUESTS
    action = "Ouvrir la demande"
    why = "Vous recevez ce message parce que vous avez joint ce fichier."

    def values(self, message: Message) -> Mapping[str, Any]:
        refused = FileVerification.objects.get(pk=message.context["verification"])
        number = AccessRequest.objects.get(pk=message.context["request_pk"]).number
        return {"number": number, "on": clock.civil_date(refused.settled_at or refused.asked_at)}

    def path(self, message: Message) -> str:
        request = AccessRequest.objects.get(pk=message.context["request_pk"])
        partner = request.convention.partner
        answers = partner.memberships.filter(user=message.user_id).exists()
        return reverse("space_request" if answers else "instruction_request", args=[request.pk])


def _message(message: Message) -> RequestMessage:
    return RequestMessage.objects.select_related("request", "reading").get(
        pk=message.context["message"]
    )
