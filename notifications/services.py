"""The single way out for mail: asked for in a transaction, sent once after it.

A message is queued with the change that it tells, so that neither goes without the other, and
under a key: asked for again it is the same message. It is written when it leaves, from what is
true then; a message that has lost its object is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Caisse, Convention, Person, User
from notifications.bounces import refusals
from notifications.bounces.addresses import declare_dead
from notifications.catalogue import kind_of
from notifications.leaving import Enclosure, close, leave
from notifications.models import Message, MessageState
from notifications.recipients import Reader
from workflows import bulk, clock, effects
from workflows.effects import NewEffect
from workflows.french import typeset

DELIVERY = "notifications.delivery"
"""The name of the effect that sends a message."""


_AT_ONCE = 500


class NotSent(Exception):
    """The message did not leave, and will not: what it carried exists no more."""


def send(
    kind: str,
    *,
    key: str,
    recipient_person: Person | User,
    subject: Convention | None = None,
    caisse: Caisse | None = None,
    context: Mapping[str, Any] | None = None,
) -> Message:
    """Queue a message in the current transaction; it leaves once that is over.

    ``caisse`` is whose message it is, where it is about no convention. Asked for again under the
    same key, it is the message of the first time. Raises ``UnknownKind``.
    """
    with transaction.atomic():
        message, created = _queued(kind, key, recipient_person, subject, context, caisse)
        if created:
            name = f"message:{message.pk}"
            effects.emit(DELIVERY, name, name, {"message": message.pk})
    return message


class Wanted(NamedTuple):
    """A message among many that are asked for at once; the names are those of ``send``."""

    kind: str
    key: str
    reader: Reader
    subject: int | None
    caisse: int | None
    context: Mapping[str, Any]


def send_all(wanted: Sequence[Wanted]) -> dict[str, int]:
    """Queue many messages in the current transaction, as ``send`` does each; their keys in the
    database, by their own."""
    now = clock.now()
    found: dict[str, int] = {}
    columns = ("kind", "key", "user", "person", "convention", "caisse", "context", "created_at")
    rows = [
        (
            one.kind,
            one.key,
            one.reader.pk if one.reader.is_user else None,
            None if one.reader.is_user else one.reader.pk,
            one.subject,
            one.caisse,
            dict(one.context),
            now,
            *_BLANK.values(),
        )
        for one in wanted
    ]
    bulk.insert(Message, (*columns, *_BLANK), rows, known=["key"])
    for first in range(0, len(wanted), _AT_ONCE):
        keys = [one.key for one in wanted[first : first + _AT_ONCE]]
        found |= dict(Message.objects.filter(key__in=keys).values_list("key", "pk"))
    names = [(f"message:{found[one.key]}", found[one.key]) for one in wanted]
    effects.emit_all(NewEffect(DELIVERY, name, name, {"message": pk}) for name, pk in names)
    return found


_BLANK: Mapping[str, Any] = {
    "state": MessageState.PENDING.value,
    **dict.fromkeys(("problem", "address", "subject", "text", "html"), ""),
}
"""What a message that has not left holds."""


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
            leave(message, dict(zip(names, [secret] if secret else [], strict=True)), enclosed)
    except Exception as error:
        close(message, MessageState.FAILED, type(error).__name__, recipient_person.email)
        if isinstance(error, refusals.REFUSED):
            refused = refusals.of(error)
            if refused.is_final:
                declare_dead(message, refused.reason)
        raise NotSent from error
    return message


def _queued(
    kind: str,
    key: str,
    recipient: Person | User,
    subject: Convention | None,
    context: Mapping[str, Any] | None,
    caisse: Caisse | None = None,
) -> tuple[Message, bool]:
    kind_of(kind)
    whom = {"user": recipient} if isinstance(recipient, User) else {"person": recipient}
    return Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "convention": subject,
            "caisse": None if subject else caisse,
            "context": dict(context or {}),
            "created_at": clock.now(),
            **whom,
        },
    )
