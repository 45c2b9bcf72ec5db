"""Which habilitations a user of the desk may see: those of the conventions of their scopes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from access.models import Habilitation
from contracts.models import User
from contracts.services.visibility import visible_conventions


def visible_habilitations(
    user: User, on: date, roles: Iterable[str] | None = None
) -> QuerySet[Habilitation]:
    """The habilitations of the conventions that the user may see that day.

    With ``roles``, of those alone in which the user may act under one of these.
    """
    seen = visible_conventions(user, on, roles).order_by().values("pk")
    return Habilitation.objects.filter(convention__in=seen)
