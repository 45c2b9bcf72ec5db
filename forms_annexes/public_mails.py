"""The messages to whoever made a request on line, before any convention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from forms_annexes.models import PublicRequest
from forms_annexes.models.public_requests import PublicStatus
from forms_annexes.services.public_filling import CONFIRM, FOLLOW, token_of
from forms_annexes.services.public_purge import lasts
from forms_annexes.services.public_telling import sending_of
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from notifications.writing import site_address
from workflows import clock


class _AboutPublicRequest(MessageKind):
    """Its link opens the page by which the request is followed: whoever has it may open it."""

    action = "Suivre la demande"
    secret_link = "link"  # noqa: S105 — the name of a value
    why = "Vous recevez ce message parce qu’une demande a été faite en ligne avec votre adresse."

    def secrets(self, message: Message) -> Mapping[str, str]:
        token = token_of(_request(message), FOLLOW)
        return {"link": site_address(reverse("public_follow", args=[token]))}


@register
class PublicRequestToConfirm(_AboutPublicRequest):
    """The link by which the sender proves the address."""

    code = "public_request_confirm"
    label = "Demande en ligne à confirmer"
    leaves = "quand la demande en ligne est remplie"
    recipients = (Recipient.REQUESTER,)
    group = Group.REQUESTS
    of_convention = False
    action = "Confirmer la demande"

    def values(self, message: Message) -> Mapping[str, Any]:
        public = _request(message)
        confirmed = public.status != PublicStatus.UNCONFIRMED.value
        if confirmed or sending_of(public) != message.context["sending"]:
            raise NothingToSend("La demande est confirmée, ou a été envoyée de nouveau depuis.")
        return {
            "caisse_name": public.caisse.name,
            "expires_on": clock.civil_date((public.sent_at or public.created_at) + lasts()),
        }

    def secrets(self, message: Message) -> Mapping[str, str]:
        token = token_of(_request(message), CONFIRM)
        return {"link": site_address(reverse("public_confirm", args=[token]))}


@register
class PublicRequestReceived(_AboutPublicRequest):
    """Acknowledgement: the request counts, under its number."""

    code = "public_request_received"
    label = "Accusé de réception d’une demande en ligne"
    leaves = "quand l’adresse est confirmée"
    recipients = (Recipient.REQUESTER,)
    group = Group.REQUESTS
    of_convention = False

    def values(self, message: Message) -> Mapping[str, Any]:
        public = _request(message)
        return {
            "caisse_name": public.caisse.name,
            "number": public.number,
            "received_on": public.received_on,
        }


@register
class PublicRequestRefused(_AboutPublicRequest):
    """The caisse says no, and why."""

    code = "public_request_refused"
    label = "Demande en ligne refusée"
    leaves = "quand la caisse refuse la demande"
    recipients = (Recipient.REQUESTER,)
    group = Group.REQUESTS
    of_convention = False

    def values(self, message: Message) -> Mapping[str, Any]:
        public = _request(message)
        return {
            "caisse_name": public.caisse.name,
            "number": public.number,
            "reason": public.refusal_label,
            "note": public.refusal_note,
        }


@register
class PublicRequestPrepared(_AboutPublicRequest):
    """The convention is being drawn up."""

    code = "public_request_prepared"
    label = "Convention en préparation"
    leaves = "quand la caisse prépare la convention"
    recipients = (Recipient.REQUESTER,)
    group = Group.REQUESTS
    of_convention = False

    def values(self, message: Message) -> Mapping[str, Any]:
        public = _request(message)
        if public.convention is None:
            raise NothingToSend("La demande n’a pas de convention.")
        return {
            "caisse_name": public.caisse.name,
            "number": public.number,
            "convention": public.convention.number,
        }


def _request(message: Message) -> PublicRequest:
    found = (
        PublicRequest.objects.select_related("caisse", "convention")
        .filter(pk=message.context["public_request"])
        .first()
    )
    if found is None:
        raise NothingToSend("La demande n’existe plus.")
    return found
