"""The messages that a request makes leave, each once, with numbers and dates only in them."""

from __future__ import annotations

from typing import Any

from contracts.services.partner_people import members
from forms_annexes.models import AccessRequest, Invitation, SignatureCode, SignatureLink
from notifications.services import send
from workflows import clock


def invited(invitation: Invitation) -> None:
    """The director receives the link, made as the message leaves."""
    send(
        "invitation",
        key=f"invitation:{invitation.pk}",
        recipient_person=invitation.user,
        subject=invitation.convention,
        context={
            "invitation": invitation.pk,
            "expires_on": clock.civil_date(invitation.expires_at).isoformat(),
        },
    )


def link_key(link: int) -> str:
    """The key of the message that carries a link to sign."""
    return f"signature-link:{link}"


def code_key(code: int) -> str:
    """The key of the message that carries a code."""
    return f"signature-code:{code}"


def to_sign(link: SignatureLink) -> None:
    """The signatory receives the link to the page on which to read and sign."""
    send(
        "signature_request",
        key=link_key(link.pk),
        recipient_person=link.person,
        subject=link.request.convention,
        context={
            "signature_link": link.pk,
            "request": link.request.number,
            "expires_on": clock.civil_date(link.expires_at).isoformat(),
        },
    )


def code(code: SignatureCode) -> None:
    """The signatory receives the code, drawn as the message leaves."""
    send(
        "signature_code",
        key=code_key(code.pk),
        recipient_person=code.link.person if code.link is not None else code.user,
        subject=code.request.convention,
        context={"signature_code": code.pk, "request": code.request.number},
    )


def received(request: AccessRequest) -> None:
    """The partner is told that the request reached the caisse."""
    _tell(request, "request_received", received_on=request.received_on.isoformat())


def returned(request: AccessRequest) -> None:
    """The partner is told exactly what is missing."""
    _tell(request, "request_returned", reasons=list(request.return_reasons))


def decided(request: AccessRequest) -> None:
    """The partner is told what was decided."""
    _tell(request, "request_decided", status=request.status)


def _tell(request: AccessRequest, kind: str, **context: Any) -> None:
    partner = request.convention.partner
    for user in members(partner, request.site, clock.today()):
        send(
            kind,
            key=f"{kind}:{request.pk}:{request.transitions.count()}:{user.pk}",
            recipient_person=user,
            subject=request.convention,
            context={"request_pk": request.pk, "request": request.number, **context},
        )
