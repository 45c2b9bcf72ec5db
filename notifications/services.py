"""The single way out for mail: asked for in a transaction, sent once after it.

A message is queued with the change that it tells, so that neither goes without the other, and
under a key: asked for again it is the same message. It is written when it leaves, from what is
true then; a message that has lost its object is not sent.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from contracts.models import Convention, Person, User
from notifications.catalogue import NothingToSend, kind_of
from notifications.models import Message, MessageState
from notifications.writing import write
from workflows import clock

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=6)


class NotSent(Exception):
    """The message did not leave, and will not: what it carried exists no more."""


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
    message, created = _queued(kind, key, recipient_person, subject, context)
    if created:
        transaction.on_commit(partial(deliver, message.pk), robust=True)
    return message


def send_at_once(
    kind: str,
    *,
    key: str,
    recipient_person: Person | User,
    subject: Convention | None = None,
    context: Mapping[str, Any] | None = None,
    secret: str,
) -> Message:
    """Send now a message that carries a code known to the caller alone.

    Raises ``NotSent`` when the mail server refuses it: the code is lost, another must be made.
    """
    with transaction.atomic():
        message, _ = _queued(kind, key, recipient_person, subject, context)
    if message.state != MessageState.PENDING:
        return message
    try:
        with transaction.atomic():
            [name] = kind_of(kind).words(message).settings.secret
            _leave(message, {name: secret})
    except Exception as error:
        _give_up(message, error)
        raise NotSent from error
    return message


def deliver(pk: int) -> None:
    """Send one message if it still waits; a failure is written on it and tried again later."""
    try:
        with transaction.atomic():
            message = (
                Message.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("convention__pinned", "convention__caisse", "convention__partner")
                .filter(pk=pk, state=MessageState.PENDING)
                .first()
            )
            if message is None:
                return
            _leave(message, kind_of(message.kind).secrets(message))
    except NothingToSend as reason:
        _close(Message.objects.get(pk=pk), MessageState.CANCELLED, str(reason))
    except Exception as error:
        # Whatever went wrong, nobody else's message waits for this one. The message of the error
        # may hold an address: only its kind is written.
        logger.warning("Message %s did not leave: %s.", pk, type(error).__name__)
        _postpone(Message.objects.get(pk=pk), error)


def deliver_pending() -> int:
    """Send what waits and whose hour has come, the oldest first; return how many left."""
    waiting = Message.objects.filter(state=MessageState.PENDING, next_attempt_at__lte=clock.now())
    keys = list(waiting.order_by("created_at", "pk").values_list("pk", flat=True))
    for pk in keys:
        deliver(pk)
    return Message.objects.filter(pk__in=keys, state=MessageState.SENT).count()


def _queued(
    kind: str,
    key: str,
    recipient: Person | User,
    subject: Convention | None,
    context: Mapping[str, Any] | None,
) -> tuple[Message, bool]:
    kind_of(kind)
    whom = {"user": recipient} if isinstance(recipient, User) else {"person": recipient}
    now = clock.now()
    return Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "convention": subject,
            "context": dict(context or {}),
            "created_at": now,
            "next_attempt_at": now,
            **whom,
        },
    )


def _leave(message: Message, secrets: Mapping[str, str]) -> None:
    """Write the message out, hand it to the mail server, and keep what it showed."""
    kind = kind_of(message.kind)
    address = message.recipient.email
    if not address:
        raise NothingToSend("Le destinataire n’a pas d’adresse électronique.")
    values = kind.values(message)
    mail = write(kind, message, values, secrets)
    kept = write(kind, message, values, None) if secrets else mail
    message.state, message.next_attempt_at = MessageState.SENT, None
    message.sent_at, message.address = clock.now(), address
    message.subject, message.text, message.html = kept.subject, kept.text, kept.html
    message.attempts += 1
    message.problem = ""
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
    # Last, in the transaction: a mail server that refuses undoes all that the sending meant.
    outgoing.send()


def message_id(message: Message) -> str:
    """The name of a message among mail servers, the same at each attempt (RFC 5322, 3.6.4)."""
    domain = str(settings.DEFAULT_FROM_EMAIL).rstrip(">").rpartition("@")[2]
    return f"<{message.pk}.{int(message.created_at.timestamp())}@{domain}>"


def _postpone(message: Message, error: Exception) -> None:
    message.attempts += 1
    if message.attempts >= MOST_ATTEMPTS:
        _close(message, MessageState.FAILED, type(error).__name__)
        return
    wait = min(timedelta(minutes=2**message.attempts), LONGEST_WAIT)
    message.next_attempt_at = clock.now() + wait
    message.problem = type(error).__name__
    message.save(update_fields=["attempts", "next_attempt_at", "problem"])


def _give_up(message: Message, error: Exception) -> None:
    stored = Message.objects.get(pk=message.pk)
    stored.attempts += 1
    _close(stored, MessageState.FAILED, type(error).__name__)


def _close(message: Message, state: MessageState, problem: str) -> None:
    message.state, message.next_attempt_at, message.problem = state, None, problem[:300]
    message.save(update_fields=["state", "next_attempt_at", "problem", "attempts"])
