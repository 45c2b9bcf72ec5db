"""The single way out for mail: asked for in a transaction, sent once after it.

A message is queued with the change that it tells, so that neither goes without the other, and
under a key: asked for again it is the same message. It is written when it leaves, from what is
true then; a message that has lost its object is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Convention, Person, User
from notifications.catalogue import NothingToSend, kind_of
from notifications.models import Message, MessageState
from notifications.writing import write
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import typeset

DELIVERY = "notifications.delivery"
"""The name of the effect that sends a message."""


class NotSent(Exception):
    """The message did not leave, and will not: what it carried exists no more."""


class Enclosure(NamedTuple):
    """A file that goes with a mail and is kept nowhere."""

    name: str
    content: bytes
    media_type: str


def send(
    kind: str,
    *,
    key: str,
    recipient_person: Person | User,
    subject: Convention | None = None,
    context: Mapping[str, Any] | None = None,
) -> Message:
    """Queue a message in the current transaction; it leaves once that is over.

    Asked for again under the same key, it is the message of the first time. Raises
    ``UnknownKind``.
    """
    with transaction.atomic():
        message, created = _queued(kind, key, recipient_person, subject, context)
        if created:
            name = f"message:{message.pk}"
            effects.emit(DELIVERY, name, name, {"message": message.pk})
    return message


def recipient_key(recipient: Person | User) -> str:
    """What tells the recipients of one message apart: « user:4 », « person:12 »."""
    return f"{type(recipient)._meta.model_name}:{recipient.pk}"


def withdraw(messages: QuerySet[Message], reason: str) -> None:
    """Cancel, for a reason, those of ``messages`` that have not left; the others stay as sent."""
    messages.filter(state=MessageState.PENDING).update(
        state=MessageState.CANCELLED, problem=typeset(reason)[:300]
    )


def send_at_once(
    kind: str,
    *,
    key: str,
    recipient_person: Person | User,
    subject: Convention | None = None,
    context: Mapping[str, Any] | None = None,
    secret: str = "",
    enclosed: Sequence[Enclosure] = (),
) -> Message:
    """Send now a message that carries a code, or files, known to the caller alone.

    Raises ``NotSent`` when the mail server refuses it: the code is lost, another must be made.
    """
    with transaction.atomic():
        message, _ = _queued(kind, key, recipient_person, subject, context)
    if message.state != MessageState.PENDING:
        return message
    try:
        with transaction.atomic():
            names = kind_of(kind).words(message).settings.secret
            _leave(message, dict(zip(names, [secret] if secret else [], strict=True)), enclosed)
    except Exception as error:
        _close(message, MessageState.FAILED, type(error).__name__)
        raise NotSent from error
    return message


@effects.handler(DELIVERY)
def deliver(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Send one message if it still waits: done by the workers of the effects ledger.

    A failure undoes all that the sending meant, and the ledger tries it again.
    """
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("convention__pinned", "convention__caisse", "convention__partner")
        .get(pk=payload["message"])
    )
    if message.state != MessageState.PENDING:
        return
    try:
        with transaction.atomic():
            _leave(message, kind_of(message.kind).secrets(message))
    except NothingToSend as reason:
        _close(message, MessageState.CANCELLED, str(reason))


def _queued(
    kind: str,
    key: str,
    recipient: Person | User,
    subject: Convention | None,
    context: Mapping[str, Any] | None,
) -> tuple[Message, bool]:
    kind_of(kind)
    whom = {"user": recipient} if isinstance(recipient, User) else {"person": recipient}
    return Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "convention": subject,
            "context": dict(context or {}),
            "created_at": clock.now(),
            **whom,
        },
    )


def _leave(
    message: Message, secrets: Mapping[str, str], enclosed: Sequence[Enclosure] = ()
) -> None:
    """Write the message out, hand it to the mail server, and keep what it showed."""
    kind = kind_of(message.kind)
    address = message.recipient.email
    if not address:
        raise NothingToSend("Le destinataire n’a pas d’adresse électronique.")
    values = kind.values(message)
    mail = write(kind, message, values, secrets)
    kept = write(kind, message, values, None) if secrets else mail
    message.state = MessageState.SENT
    message.sent_at, message.address = clock.now(), address
    message.subject, message.text, message.html = kept.subject, kept.text, kept.html
    message.save()
    kind.sent(message)
    outgoing = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            # The same at each attempt, so that a mailbox recognises one it already has.
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
        },
    )
    outgoing.attach_alternative(mail.html, "text/html")
    for file in enclosed:
        outgoing.attach(*file)
    # Last, in the transaction: a mail server that refuses undoes all that the sending meant.
    outgoing.send()


def message_id(message: Message) -> str:
    """The name of a message among mail servers, the same at each attempt (RFC 5322, 3.6.4)."""
    domain = str(settings.DEFAULT_FROM_EMAIL).rstrip(">").rpartition("@")[2]
    return f"<{message.pk}.{int(message.created_at.timestamp())}@{domain}>"


def _close(message: Message, state: MessageState, problem: str) -> None:
    message.refresh_from_db()
    message.state, message.problem = state, problem[:300]
    message.save(update_fields=["state", "problem"])
