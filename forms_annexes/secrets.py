"""What a message alone may hold, made as it leaves: links and codes, which no table keeps."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from forms_annexes import links
from forms_annexes.models import Invitation, SignatureCode, SignatureLink
from forms_annexes.services import invitations, signing


def invitation_link(message: Any) -> str:
    """The path of the page on which the invited director comes in."""
    invitation = Invitation.objects.get(pk=message.context["invitation"])
    token = links.token(invitations.PURPOSE, invitation.pk, invitation.nonce)
    return reverse("invitation", args=[token])


def signature_link(message: Any) -> str:
    """The path of the page on which the signatory reads and signs."""
    link = SignatureLink.objects.get(pk=message.context["signature_link"])
    return reverse("signature_link", args=[links.token(signing.LINK_PURPOSE, link.pk, link.nonce)])


def signature_code(message: Any) -> str:
    """Six figures drawn now, of which only the digest is kept."""
    code = SignatureCode.objects.get(pk=message.context["signature_code"])
    return signing.draw_code(code)
