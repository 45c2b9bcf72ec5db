"""The monthly statistics of connections, as a user may see them."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Q, QuerySet, Sum

from access.models import ConnectionCount
from contracts.models import User
from contracts.services.visibility import scopes_held, visible_conventions
from workflows.calendar import add_months

FIGURES = {name: Sum(name) for name in ("connections", "refused", "logins_seen")}


def visible_counts(user: User, on: date) -> QuerySet[ConnectionCount]:
    """The counts of the conventions that the user may see.

    Those of no convention (an identifier unknown, a service that the account never had) go to who
    sees all the services of the caisse.
    """
    whole = [scope.caisse_id for scope in scopes_held(user, on) if not scope.services]
    return ConnectionCount.objects.filter(
        Q(convention__in=visible_conventions(user, on))
        | Q(convention__isnull=True, caisse__in=whole)
    )


def by_month(counts: QuerySet[ConnectionCount], first: date, last: date) -> list[dict[str, object]]:
    """Each month of the period with its figures, those without connection too."""
    found = {row["month"]: row for row in counts.values("month").annotate(**FIGURES).order_by()}
    nothing = dict.fromkeys(FIGURES, 0)
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [add_months(first, index) for index in range(number)]
    return [found.get(month, {"month": month, **nothing}) for month in months]


def by_group(counts: QuerySet[ConnectionCount]) -> QuerySet[ConnectionCount, dict[str, object]]:
    """The figures of each service, convention and profile over the period, the most used first.

    ``users`` is that of the month that had most: accounts of two months may be the same ones.
    """
    return (
        counts.values("caisse", "service", "convention", "profile")
        .annotate(**FIGURES, users=Max("users"))
        .order_by("-connections", "-refused", "-logins_seen", "service", "convention", "profile")
    )
