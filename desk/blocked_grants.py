"""The accepted users whose right could not be granted."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from contracts.models import User
from contracts.rules import conventions_where
from forms_annexes.models import RequestedUser
from forms_annexes.models.users import UserDecision

SEE_MISSING = "forms_annexes.view_what_is_missing"


def blocked_grants(user: User, today: date) -> QuerySet[RequestedUser]:
    """Those under the conventions that one processes, the longest waiting first."""
    return (
        RequestedUser.objects.filter(
            decision=UserDecision.ACCEPTED,
            request__convention__in=conventions_where(user, SEE_MISSING, today),
        )
        .exclude(grant_problem="")
        .select_related("request__convention__partner", "request__site")
        .order_by("request__received_on", "pk")
    )
