"""The messages that a request makes leave, to the partner's people and to the signatory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from forms_annexes import (
    links,
    message_kinds,  # noqa: F401 (registers its kinds)
    prerequisite_mails,  # noqa: F401  (registers its messages)
    public_mails,  # noqa: F401  (registers its kinds)
    waiting_mails,  # noqa: F401  (registers its messages)
)
from forms_annexes.models import AccessRequest, Invitation, SignatureCode, SignatureLink
from forms_annexes.models.requests import RequestStatus
from forms_annexes.reasons import ReturnReason
from forms_annexes.services import invitations, signing
from forms_annexes.services.returning import in_words as returned_in_words
from forms_annexes.services.standing import opening_of
from notifications.catalogue import MessageKind, NothingToSend, register
from notifications.models import Message
from notifications.recipients import Group, Recipient
from notifications.writing import site_address
from workflows import clock

_FOR_PARTNER = "Vous recevez ce message parce que vous répondez pour cette structure."


@register
class InvitationSent(MessageKind):
    """The director is invited to the partner space, by a link of his own."""

    code = "invitation"
    label = "Invitation du partenaire"
    leaves = "quand la caisse invite le partenaire"
    recipients = (Recipient.PARTNER,)
    group = Group.REQUESTS
    letter = "invitation-directeur"
    action = "Ouvrir la demande"
    secret_link = "link"  # noqa: S105 — the name of a value
    why = "Vous recevez ce message parce que la caisse vous a indiqué comme responsable."

    def values(self, message: Message) -> Mapping[str, Any]:
        invitation = Invitation.objects.get(pk=message.context["invitation"])
        if invitation.revoked_at is not None or invitation.expires_at <= clock.now():
            raise NothingToSend("L’invitation ne tient plus.")
        return {"expires_on": clock.civil_date(invitation.expires_at)}

    def secrets(self, message: Message) -> Mapping[str, str]:
        invitation = Invitation.objects.get(pk=message.context["invitation"])
        token = links.token(invitations.PURPOSE, invitation.pk, invitation.nonce)
        return {"link": site_address(reverse("invitation", args=[token]))}


@register
class SignatureAsked(MessageKind):
    """The signatory receives the page on which to read the request and sign it."""

    code = "signature_request"
    label = "Demande à signer"
    leaves = "quand une demande est à signer par une autre personne"
    recipients = (Recipient.SIGNATORY,)
    group = Group.REQUESTS
    action = "Lire et signer"
    secret_link = "link"  # noqa: S105 — the name of a value
    why = "Vous recevez ce message parce que vous avez été désigné comme signataire."

    def values(self, message: Message) -> Mapping[str, Any]:
        link = _link(message)
        if link.revoked_at is not None or link.expires_at <= clock.now():
            raise NothingToSend("Le lien de signature ne tient plus.")
        return {
            "number": link.request.number,
            "expires_on": clock.civil_date(link.expires_at),
        }

    def secrets(self, message: Message) -> Mapping[str, str]:
        link = _link(message)
        token = links.token(signing.LINK_PURPOSE, link.pk, link.nonce)
        return {"link": site_address(reverse("signature_link", args=[token]))}


@register
class SignatureCodeSent(MessageKind):
    """The code by which the signatory signs: its ten minutes run from the sending."""

    code = "signature_code"
    label = "Code de signature"
    leaves = "dès qu’un code de signature est demandé"
    recipients = (Recipient.SIGNATORY,)
    group = Group.REQUESTS
    noticed = False
    why = "Vous recevez ce message parce qu’un code de signature a été demandé pour vous."

    def values(self, message: Message) -> Mapping[str, Any]:
        if not SignatureCode.objects.filter(pk=message.context["signature_code"]).exists():
            raise NothingToSend("Un autre code a été demandé depuis.")
        minutes = int(signing.CODE_LASTS.total_seconds() // 60)
        return {"number": message.context["request"], "minutes": str(minutes)}

    def secrets(self, message: Message) -> Mapping[str, str]:
        code = SignatureCode.objects.filter(pk=message.context["signature_code"]).first()
        if code is None:
            raise NothingToSend("Un autre code a été demandé depuis.")
        return {"code": signing.draw_code(code)}


class _AboutRequest(MessageKind):
    action = "Voir où en est la demande"
    why = _FOR_PARTNER

    def path(self, message: Message) -> str:
        return reverse("space_request", args=[message.context["request_pk"]])


@register
class RequestReceived(_AboutRequest):
    """Acknowledgement: the request has reached the caisse."""

    code = "request_received"
    label = "Accusé de réception d’une demande"
    leaves = "quand la caisse reçoit la demande"
    recipients = (Recipient.PARTNER,)
    group = Group.REQUESTS

    def values(self, message: Message) -> Mapping[str, Any]:
        request = _request(message)
        return {
            "number": request.number,
            "received_on": date.fromisoformat(message.context["received_on"]),
            "opening": opening_of(request),
        }


@register
class RequestReturned(_AboutRequest):
    """The request comes back, with the exact missing piece."""

    code = "request_returned"
    label = "Demande à compléter"
    leaves = "quand la caisse rend la demande à compléter"
    recipients = (Recipient.PARTNER,)
    group = Group.REQUESTS
    action = "Compléter la demande"

    def values(self, message: Message) -> Mapping[str, Any]:
        request = _request(message)
        missing = [
            ReturnReason(reason).label
            for reason in message.context["reasons"]
            if reason != ReturnReason.TO_CORRECT
        ]
        missing += returned_in_words(request)
        if request.return_note:
            missing.append(request.return_note)
        return {"number": request.number, "missing": missing}


@register
class RequestDecided(_AboutRequest):
    """What the caisse decided, user by user."""

    code = "request_decided"
    label = "Demande décidée"
    leaves = "quand la caisse a décidé"
    recipients = (Recipient.PARTNER,)
    group = Group.REQUESTS

    def values(self, message: Message) -> Mapping[str, Any]:
        request = _request(message)
        users = request.users.order_by("position")
        refused = [user for user in users if user.refusal_reason]
        return {
            "number": request.number,
            "accepted": "oui" if request.status == RequestStatus.ACCEPTED.value else "",
            "reasons": [user.refusal_note or user.refusal_reason_label for user in refused],
            "opening": opening_of(request),
        }


def _link(message: Message) -> SignatureLink:
    return SignatureLink.objects.select_related("request").get(pk=message.context["signature_link"])


def _request(message: Message) -> AccessRequest:
    return AccessRequest.objects.select_related(
        "convention__pinned", "convention__partner", "site"
    ).get(pk=message.context["request_pk"])
