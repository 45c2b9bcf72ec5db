"""The messages of who signs in, on the site itself: the same ledger, read or unread."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from contracts.models import User
from notifications.models import Message
from workflows import clock


def notices_of(user: User) -> QuerySet[Message]:
    """What the user was told, the latest first."""
    return Message.objects.filter(user=user, noticed_at__isnull=False).order_by("-pk")


def unread(user: User) -> QuerySet[Message]:
    """What the user has not opened yet."""
    return notices_of(user).filter(read_at__isnull=True)


def mark_read(notices: QuerySet[Message]) -> None:
    """Note that these were read now; those read before keep their time."""
    notices.filter(read_at__isnull=True).update(read_at=clock.now())


def mark_unread(notice: Message) -> None:
    """Have it counted again among the unread."""
    Message.objects.filter(pk=notice.pk).update(read_at=None)


def unread_notices(request: HttpRequest) -> dict[str, Any]:
    """Give the layout the number of unread ones; counted only where it is drawn."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_notices": 0}
    return {"unread_notices": SimpleLazyObject(lambda: unread(user).count())}
