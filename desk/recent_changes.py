"""What was recorded since yesterday about the conventions that one sees."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Subquery

from contracts.models import ConventionAct, User
from contracts.services.visibility import visible_conventions
from workflows import clock

SHOWN = 6
LOOKED_AT = 2_000
"""Of the whole site, the last acts recorded: a quiet caisse is not searched for in a million."""


class Change(NamedTuple):
    """One act, recorded about one convention."""

    label: str
    recorded_at: datetime
    convention: int
    number: str
    partner: str


def changes(user: User, today: date) -> list[Change]:
    """The last acts recorded since yesterday, the latest first."""
    since = clock.start_of_day(today - timedelta(days=1))
    newest = ConventionAct.objects.order_by("-pk").values("pk")[:1]
    seen = visible_conventions(user, today).order_by()
    rows = (
        ConventionAct.objects.filter(
            pk__gt=Subquery(newest) - LOOKED_AT,
            recorded_at__gte=since,
            subject__in=seen.values("pk"),
        )
        .select_related("subject__partner")
        .order_by("-pk")[:SHOWN]
    )
    return [
        Change(
            row.act.label,
            row.recorded_at,
            row.subject_id,
            row.subject.number,
            row.subject.partner.name,
        )
        for row in rows
    ]
