"""A message as it leaves: written, kept, and handed to the mail server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.crypto import salted_hmac

from notifications.catalogue import NothingToSend, kind_of
from notifications.models import Message, MessageState
from notifications.rhythms.choosing import token_of
from notifications.writing import Written, site_address, write
from workflows import clock
from workflows.french import typeset


class Enclosure(NamedTuple):
    """A file that goes with a mail and is kept nowhere."""

    name: str
    content: bytes
    media_type: str


def leave(message: Message, secrets: Mapping[str, str], enclosed: Sequence[Enclosure] = ()) -> None:
    """Write the message out, hand it to the mail server, and keep what it showed.

    In a transaction. Raises ``NothingToSend``, and what the mail server raises.
    """
    kind = kind_of(message.kind)
    address = message.recipient.email
    if not address:
        raise NothingToSend("Le destinataire n’a pas d’adresse électronique.")
    values = kind.values(message)
    way_out = ""
    if kind.optional:
        way_out = site_address(reverse("unsubscribe", args=[token_of(message)]))
    mail, kept = write(kind, message, values, secrets, way_out)
    message.state = MessageState.SENT
    message.sent_at, message.address = clock.now(), address
    _show(message, kept)
    message.save()
    kind.sent(message)
    outgoing = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        # The envelope: where mail servers say that it did not arrive.
        settings.TACITE_BOUNCES_TO or settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            # The same at each attempt, so that a mailbox recognises one it already has.
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            **(_one_click(way_out) if way_out else {}),
        },
    )
    outgoing.attach_alternative(mail.html, "text/html")
    for file in enclosed:
        outgoing.attach(*file)
    # Last, in the transaction: a mail server that refuses undoes all that the sending meant.
    outgoing.send()


def _one_click(way_out: str) -> dict[str, str]:
    """What lets a mailbox offer to unsubscribe by itself (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def show(message: Message) -> None:
    """Write the message out on the site alone. Raises ``NothingToSend``."""
    kind = kind_of(message.kind)
    _, kept = write(kind, message, kind.values(message), {})
    _show(message, kept)
    message.save()


def _show(message: Message, kept: Written) -> None:
    """Keep what may be kept of a message, and count it among the notices of who signs in."""
    message.subject, message.text, message.html = kept.subject, kept.text, kept.html
    if message.user_id is not None and kind_of(message.kind).noticed:
        message.noticed_at = message.noticed_at or clock.now()


def message_id(message: Message) -> str:
    """The name of a message among mail servers, the same at each attempt (RFC 5322, 3.6.4).

    Nobody can make up that of a message they did not receive, and so tell that it did not arrive.
    """
    name = f"{message.pk}.{int(message.created_at.timestamp())}"
    proof = salted_hmac("notifications.message_id", name, algorithm="sha256").hexdigest()[:16]
    domain = str(settings.DEFAULT_FROM_EMAIL).rstrip(">").rpartition("@")[2]
    return f"<{name}.{proof}@{domain}>"


def close(message: Message, state: MessageState, problem: str, address: str = "") -> None:
    """Write what became of a message that did not leave, and why."""
    message.refresh_from_db()
    message.state, message.problem = state, typeset(problem)[:300]
    message.address = message.address or address
    message.save(update_fields=["state", "problem", "address"])
