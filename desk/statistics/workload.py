"""What a caisse received and did, month by month: never who did it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from contracts.models import Convention, ConventionAct, IssuedDocument
from forms_annexes.models import AccessRequest, RequestedUser
from workflows import clock

KINDS = {
    "received": "Demandes reçues",
    "decided": "Personnes décidées",
    "letters": "Courriers émis",
    "acts": "Événements enregistrés",
}
"""What is counted, with its words."""


def workload(conventions: QuerySet[Convention], first: date) -> dict[str, Counter[date]]:
    """How much of each kind, in each month since the first; four grouped readings."""
    since = clock.start_of_day(first)
    return {
        "received": _by_month(
            AccessRequest.objects.filter(convention__in=conventions, received_on__gte=first),
            "received_on",
        ),
        "decided": _by_month(
            RequestedUser.objects.filter(
                request__convention__in=conventions, decided_at__gte=since
            ),
            "decided_at",
        ),
        "letters": _by_month(
            IssuedDocument.objects.filter(
                convention__in=conventions,
                kind=IssuedDocument.Kind.LETTER,
                issued_at__gte=since,
            ),
            "issued_at",
        ),
        "acts": _by_month(
            ConventionAct.objects.filter(subject__in=conventions, recorded_at__gte=since),
            "recorded_at",
        ),
    }


def _by_month(rows: QuerySet[Any], column: str) -> Counter[date]:
    found = (
        rows.order_by()
        .annotate(month=TruncMonth(column))
        .values_list("month")
        .annotate(number=Count("*"))
    )
    return Counter({_day(month): number for month, number in found})


def _day(month: date | datetime) -> date:
    return month.date() if isinstance(month, datetime) else month
