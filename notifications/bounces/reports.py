"""Reading a delivery status notification (RFC 3464): pure, and wary of what strangers write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from itertools import islice

from workflows.french import typeset

LARGEST = 1_000_000
"""Bytes. A report holds headers, and at most the mail that it is about."""
MOST_PARTS = 100

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_NAMED = re.compile(r"<[^<>\s]{1,250}>")


class Unreadable(Exception):
    """It is no report that can be used; the words say why."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mail to one recipient."""

    message_id: str
    """That of the mail it is about: « <12.1706785200.…@tacite.example> »."""
    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded``."""
    status: str
    """« 5.1.1 »: what happened, by its class, subject and detail (RFC 3463)."""


def read(raw: bytes) -> Report:
    """The report that a mail holds. Raises ``Unreadable``."""
    if len(raw) > LARGEST:
        raise Unreadable(f"Fichier de {len(raw)} octets : un avis n’en dépasse pas {LARGEST}.")
    try:
        parts = list(islice(message_from_bytes(raw).walk(), MOST_PARTS + 1))
        return _reported(parts)
    except Unreadable:
        raise
    except Exception as error:
        # The standard parser meets what no mail holds, nested without end for instance, in many
        # ways of its own; none of them may stop the reading of the others.
        raise Unreadable(f"Illisible ({type(error).__name__}).") from error


def _reported(parts: list[Mail]) -> Report:
    if len(parts) > MOST_PARTS:
        raise Unreadable(f"Plus de {MOST_PARTS} parties.")
    if parts[0].get_content_type() != "multipart/report":
        raise Unreadable("Ce n’est pas un avis de non-remise (multipart/report).")
    status = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if status is None or not isinstance(status.get_payload(), list):
        raise Unreadable("L’avis ne dit pas ce qu’est devenu le message (delivery-status).")
    recipient = next((one for one in status.get_payload() if _said(one, "Action")), None)
    if not isinstance(recipient, Mail):
        raise Unreadable("L’avis ne nomme aucun destinataire.")
    code = _STATUS.search(_said(recipient, "Status"))
    if code is None:
        raise Unreadable("L’avis n’a pas de code (Status).")
    # The original comes after, whole or by its headers alone.
    following = parts[parts.index(status) + 1 :]
    return Report(_original(following), _said(recipient, "Action").lower(), code[0])


def _original(parts: list[Mail]) -> str:
    for part in parts:
        text = ""
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            text = str(message_from_bytes(text.encode())["Message-ID"] or "")
        elif part.get_content_type() == "message/rfc822" and part.is_multipart():
            text = _said(part.get_payload(0), "Message-ID")
        if found := _NAMED.search(text):
            return found[0]
    raise Unreadable("L’avis ne dit pas de quel message il parle (Message-ID).")


def _said(mail: object, header: str) -> str:
    return str(mail.get(header) or "").strip()[:300] if isinstance(mail, Mail) else ""
