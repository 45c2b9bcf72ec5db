"""The reminders of requests that wait, and the end of one that waited too long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from contracts.models import Caisse, User
from forms_annexes.models import AccessRequest, RequestReminder
from forms_annexes.models.requests import EDITABLE, RequestStatus
from forms_annexes.services import request_reminders
from forms_annexes.services.standing import standing_of
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from workflows.clock import civil_date
from workflows.french import count

_FOR_PARTNER = "Vous recevez ce message parce que vous répondez pour cette structure."


class _OfRequest(MessageKind):
    why = _FOR_PARTNER

    def path(self, message: Message) -> str:
        if not isinstance(message.recipient, User):
            return ""  # A contact without an account answers by mail.
        return reverse("space_request", args=[message.context["request_pk"]])


@register
class RequestWaiting(_OfRequest):
    """The partner is reminded of a request that it has to complete, sign or send."""

    code = request_reminders.PARTNER_REMINDER
    label = "Rappel d’une demande à compléter"
    leaves = "quand la demande attend le partenaire depuis 15 jours, puis 30"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.REQUESTS
    action = "Reprendre la demande"

    def values(self, message: Message) -> Mapping[str, Any]:
        reminder = RequestReminder.objects.select_related("since").get(
            pk=message.context["reminder"]
        )
        request = _request(message)
        since = request_reminders.waiting_since(request)
        if request.status not in EDITABLE or since is None or since.pk != reminder.since_id:
            raise NothingToSend("La demande est partie ou close depuis.")
        standing = standing_of(request)
        said: dict[str, Any] = {}
        if reminder.lapses_after:
            said["last_day"] = reminder.lapses_after
        if standing.missing:
            said["missing"] = list(standing.missing)
        return said | {
            "number": request.number,
            "since": civil_date(reminder.since.at),
            "situation": standing.where,
        }


@register
class RequestsToCheck(MessageKind):
    """An agent is reminded of the requests that the caisse has not answered."""

    code = request_reminders.AGENT_REMINDER
    label = "Rappel des demandes à instruire"
    leaves = "quand des demandes attendent la caisse depuis 15 jours, puis 30"
    recipients = (Recipient.AGENTS,)
    group = Group.REQUESTS
    optional = True
    of_convention = False
    action = "Voir les demandes à instruire"
    why = "Vous recevez ce message parce que vous suivez les demandes de cette caisse."

    def values(self, message: Message) -> Mapping[str, Any]:
        waiting = AccessRequest.objects.filter(
            pk__in=message.context["requests"], status=RequestStatus.SUBMITTED.value
        ).order_by("received_on", "pk")
        if not waiting:
            raise NothingToSend("Ces demandes ont reçu leur réponse depuis.")
        oldest = waiting[0].received_on
        assert oldest is not None
        return {
            "caisse": Caisse.objects.get(pk=message.context["caisse"]).name,
            "waiting": count(len(waiting), "demande attend", "demandes attendent"),
            "numbers": [request.number for request in waiting],
            "oldest": oldest,
        }

    def path(self, message: Message) -> str:
        return reverse("instruction")


@register
class RequestLapsed(_OfRequest):
    """The partner learns that its request has lapsed, and how to take it up again."""

    code = request_reminders.LAPSED
    label = "Demande devenue caduque"
    leaves = "quand la demande devient caduque, si la caisse le pratique"
    recipients = (Recipient.PARTNER, Recipient.PARTNER_CONTACT)
    group = Group.REQUESTS
    action = "Reprendre la demande"

    def values(self, message: Message) -> Mapping[str, Any]:
        request = _request(message)
        if request.status != RequestStatus.LAPSED.value:
            raise NothingToSend("La demande n’est pas caduque.")
        return {
            "number": request.number,
            "lapsed_on": date.fromisoformat(message.context["lapsed_on"]),
        }


def _request(message: Message) -> AccessRequest:
    return AccessRequest.objects.select_related(
        "convention__pinned", "convention__partner", "convention__caisse", "site"
    ).get(pk=message.context["request_pk"])
