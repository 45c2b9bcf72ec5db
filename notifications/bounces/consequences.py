"""What follows when a message does not reach its recipient."""

from __future__ import annotations

from django.db.models import QuerySet

from contracts.models import User, UserScope
from contracts.rules import AGENTS
from contracts.services.visibility import roles_for
from notifications.bounces.addresses import declare_dead
from notifications.catalogue import kind_of
from notifications.leaving import close
from notifications.models import Message, MessageState
from notifications.services import send
from workflows import clock

UNDELIVERED = "undelivered"
"""The kind of message that tells of another."""


def not_received(message: Message, reason: str, *, is_dead: bool) -> None:
    """Write that a message did not arrive, and why; of what is mandatory the caisse is told.

    ``is_dead``: its address receives nothing any more, which is a task of its own.
    """
    close(message, MessageState.BOUNCED, reason, message.address)
    if is_dead:
        declare_dead(message, reason)
    if kind_of(message.kind).optional or message.kind == UNDELIVERED:
        return
    for colleague in _told(message):
        send(
            UNDELIVERED,
            key=f"{UNDELIVERED}:{message.pk}:{colleague.pk}",
            recipient_person=colleague,
            subject=message.convention,
            caisse=message.caisse,
            context={"message": message.pk},
        )


def _told(message: Message) -> list[User]:
    """The back-office agents who follow it, else the others who process conventions; for a message
    to a colleague about themselves, the administrators."""
    today, role = clock.today(), UserScope.Role
    held = UserScope.objects.on(today).exclude(user=message.user_id)
    if message.convention is None and message.caisse_id is None:
        of_user = UserScope.objects.on(today).filter(user=message.user_id).values("caisse")
        held = held.filter(caisse__in=of_user, role=role.ADMINISTRATOR)
        return list(_users(held))
    convention = message.convention
    caisse = convention.caisse_id if convention else message.caisse_id
    people = {
        user: roles_for(user, convention, today) if convention else _roles(user, caisse)
        for user in _users(held.filter(caisse=caisse, role__in=AGENTS))
    }
    clerks = [user for user, roles in people.items() if role.BACK_OFFICE_AGENT in roles]
    return clerks or [user for user, roles in people.items() if roles & AGENTS]


def _users(scopes: QuerySet[UserScope]) -> list[User]:
    users = User.objects.filter(pk__in=scopes.values("user"), is_active=True)
    return list(users.order_by("pk"))


def _roles(user: User, caisse: int | None) -> frozenset[str]:
    held = UserScope.objects.on(clock.today()).filter(user=user, caisse=caisse)
    return frozenset(held.values_list("role", flat=True))
