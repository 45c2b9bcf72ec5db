"""The sending of what waits, by the workers of the effects ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from notifications.bounces import refusals
from notifications.bounces.addresses import is_dead
from notifications.bounces.consequences import not_received
from notifications.catalogue import NothingToSend, kind_of
from notifications.leaving import close, leave, show
from notifications.models import Message, MessageState
from notifications.rhythms.choosing import rhythm_of
from notifications.rhythms.models import Rhythm
from notifications.services import DELIVERY
from workflows import effects
from workflows.effects import EffectContext

_KNOWN_DEAD = "L’adresse ne reçoit plus rien : rien n’y est envoyé avant qu’elle soit corrigée."

_GONE = "Le compte du destinataire n’est plus actif : rien ne lui est envoyé."


@effects.handler(DELIVERY)
def deliver(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Send one message if it still waits.

    A failure undoes all that the sending meant, and the ledger tries it again; an address that the
    mail server refuses for good is not tried again.
    """
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related(
            "convention__pinned", "convention__caisse", "convention__partner", "person", "user"
        )
        .defer("convention__snapshot")
        .get(pk=payload["message"])
    )
    if message.state != MessageState.PENDING:
        return
    kind, address = kind_of(message.kind), message.recipient.email
    if message.user is not None and not message.user.is_active:
        close(message, MessageState.CANCELLED, _GONE)
        return
    try:
        if address and is_dead(address):
            _spare(message, kind.optional)
            return
        rhythm = rhythm_of(message.recipient, kind)
        if rhythm != Rhythm.AT_ONCE:
            _keep_back(message, rhythm)
            return
        with transaction.atomic():
            leave(message, kind.secrets(message))
    except NothingToSend as reason:
        close(message, MessageState.CANCELLED, str(reason))
        # Of a digest: no later one is to try them again.
        message.gathered.filter(state=MessageState.WAITING).update(
            state=MessageState.CANCELLED, problem=str(reason)[:300]
        )
    except refusals.REFUSED as error:
        refused = refusals.of(error)
        if not refused.is_final:
            raise
        message.refresh_from_db()
        message.address = address
        not_received(message, refused.reason, is_dead=True)


def _keep_back(message: Message, rhythm: Rhythm) -> None:
    """Show on the site what its reader wants gathered with others, or not mailed at all."""
    if message.user_id is None:
        close(message, MessageState.CANCELLED, "Le destinataire ne veut pas de ce courriel.")
        return
    show(message)
    on_site = rhythm == Rhythm.ON_SITE
    close(message, MessageState.SHOWN if on_site else MessageState.WAITING, "")


def _spare(message: Message, optional: bool) -> None:
    """Send nothing to a dead address: the site alone shows it, and somebody else is told of what
    is mandatory."""
    show(message)
    message.address = message.recipient.email
    if optional:
        close(message, MessageState.CANCELLED, _KNOWN_DEAD, message.address)
        return
    not_received(message, _KNOWN_DEAD, is_dead=False)
