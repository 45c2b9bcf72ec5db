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
class Outcome:
    """What became of one mail for one of those it was passed on to."""

    addresses: frozenset[str]
    """Of the recipient, as it was written and as it was passed on, in lower case."""
    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded``."""
    status: str
    """« 5.1.1 »: what happened, by its class, subject and detail (RFC 3463)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one mail."""

    message_id: str
    """That of the mail it is about: « <12.1706785200.…@tacite.example> »."""
    outcomes: tuple[Outcome, ...]
    """One or more: an address may pass mails on to several others."""

    def failure_for(self, address: str) -> Outcome | None:
        """Why the mail did not reach that address, by what is said of it, or else of all those it
        was passed on to; None where it arrived somewhere, or still may."""
        own = [one for one in self.outcomes if address.lower() in one.addresses] or self.outcomes
        return own[0] if all(one.action == "failed" for one in own) else None


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
    told = [one for one in status.get_payload() if _said(one, "Action")]
    if not told:
        raise Unreadable("L’avis ne nomme aucun destinataire.")
    # The original comes after, whole or by its headers alone.
    original = _original([parts[0], *parts[parts.index(status) + 1 :]])
    return Report(original, tuple(_outcome(one) for one in told))


def _outcome(recipient: Mail) -> Outcome:
    """What one block of fields says."""
    code = _STATUS.search(_said(recipient, "Status"))
    if code is None:
        raise Unreadable("L’avis n’a pas de code (Status).")
    named = [_said(recipient, name) for name in ("Original-Recipient", "Final-Recipient")]
    words = _said(recipient, "Action").lower().split()
    return Outcome(
        frozenset(one.rpartition(";")[2].strip(" <>").lower() for one in named if one),
        words[0].rstrip(";"),
        _more_exact(code[0], _said(recipient, "Diagnostic-Code")),
    )


def _more_exact(status: str, diagnostic: str) -> str:
    """The code of the server that refused, where the one that reports writes but its class.

    Exim reports each refusal as « 5.0.0 », a refusal by policy (5.7.1) as an unknown mailbox.
    """
    found = _STATUS.search(diagnostic)
    return found[0] if found and status == f"{found[0][0]}.0.0" else status


def _original(parts: list[Mail]) -> str:
    """The name of the mail reported on: from what is enclosed of it, else from what the report
    answers, as some enclose nothing."""
    report, *enclosed = parts
    for part in enclosed:
        text = ""
        if part.get_content_type() == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            text = str(message_from_bytes(text.encode())["Message-ID"] or "")
        elif part.get_content_type() == "message/rfc822" and part.is_multipart():
            text = _said(part.get_payload(0), "Message-ID")
        if found := _NAMED.search(text):
            return found[0]
    for header in ("In-Reply-To", "References"):
        if found := _NAMED.search(_said(report, header)):
            return found[0]
    raise Unreadable("L’avis ne dit pas de quel message il parle (Message-ID).")


def _said(mail: object, header: str) -> str:
    return str(mail.get(header) or "").strip()[:300] if isinstance(mail, Mail) else ""
