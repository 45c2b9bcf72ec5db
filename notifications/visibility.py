"""Which messages somebody may look into: those about what they see."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from contracts.models import User, UserScope
from contracts.rules import caisses_where, conventions_where, powers_of
from notifications.models import Message

WATCH_STAFF = "notifications.watch_staff"
"""Over the messages to a caisse's own people that are about no convention."""


def messages_where(user: User, power: str, on: date) -> QuerySet[Message]:
    """The messages about which the user has the power: about a convention of theirs, else about
    nothing but one of their caisses; those to colleagues about themselves, for who sees to them."""
    seen = Q(convention__in=conventions_where(user, power, on).values("pk"))
    caisses = caisses_where(user, power, on)
    seen |= Q(convention=None, caisse__in=caisses.values("pk"))
    if WATCH_STAFF in powers_of(user, on):
        watched = caisses_where(user, WATCH_STAFF, on).values("pk")
        colleagues = UserScope.objects.on(on).filter(caisse__in=watched)
        seen |= Q(convention=None, caisse=None, user__in=colleagues.values("user"))
    return Message.objects.filter(seen)
