"""The messages to whoever made a request on line, each once, with numbers and dates only."""

from __future__ import annotations

from hashlib import sha256

from forms_annexes.models import PublicRequest
from notifications.services import send


def to_confirm(public: PublicRequest) -> None:
    """The link that proves the address; each sending has its own."""
    _tell(public, "public_request_confirm", sending_of(public))


def sending_of(public: PublicRequest) -> str:
    """Which sending stands, without saying what its link holds; empty when none does."""
    if not public.confirmation:
        return ""
    return sha256(public.confirmation.encode()).hexdigest()[:16]


def received(public: PublicRequest) -> None:
    """Acknowledgement, with the number and the link by which to follow it."""
    _tell(public, "public_request_received")


def refused(public: PublicRequest) -> None:
    """Why the caisse says no."""
    _tell(public, "public_request_refused")


def prepared(public: PublicRequest) -> None:
    """The convention is being drawn up; the invitation comes apart."""
    _tell(public, "public_request_prepared")


def _tell(public: PublicRequest, kind: str, which: str = "") -> None:
    assert public.contact is not None
    send(
        kind,
        key=f"{kind}:{public.reference.hex}:{which}",
        recipient_person=public.contact,
        caisse=public.caisse,
        context={"public_request": public.pk, "sending": which},
    )
