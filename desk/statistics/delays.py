"""How long people wait between a request and an account that is used, month by month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncDate

from access.models import Habilitation, HabilitationJournalEntry
from contracts.models import Convention
from forms_annexes.models import RequestedUser

STAGES = {
    "decision": "jusqu’à la décision",
    "granted": "jusqu’à l’habilitation",
    "sent": "jusqu’à l’envoi des identifiants",
    "used": "jusqu’à la première connexion",
}
"""What is waited for since the request came, with its words."""


class Delay(NamedTuple):
    """How long some people waited, in days."""

    number: int
    median: int | None
    """Half of them waited no longer; None when nobody waited."""
    ninth: int | None
    """Nine in ten waited no longer."""


def delays(
    conventions: QuerySet[Convention], first: date, service: str = ""
) -> dict[tuple[str, date], Delay]:
    """For each stage and month in which requests came, since ``first``, how long was waited.

    A line of a request counts once; those that still wait are not counted. The database groups by
    pairs of days, of which there are few however many the requests.
    """
    found: dict[tuple[str, date], Counter[int]] = defaultdict(Counter)
    for stage, received, reached, number in _waits(conventions, first, service):
        if reached >= received:
            found[stage, received.replace(day=1)][(reached - received).days] += number
    return {key: delay_of(waited) for key, waited in found.items()}


def delay_of(waited: Counter[int]) -> Delay:
    """The median and the ninth decile of days waited, each with how many waited so."""
    number = sum(waited.values())
    return Delay(number, _reached(waited, number, 0.5), _reached(waited, number, 0.9))


def _reached(waited: Counter[int], number: int, share: float) -> int | None:
    passed = 0
    for days in sorted(waited):
        passed += waited[days]
        if passed >= number * share:
            return days
    return None


def _waits(
    conventions: QuerySet[Convention], first: date, service: str
) -> Iterator[tuple[str, date, date, int]]:
    asked = RequestedUser.objects.filter(
        request__convention__in=conventions,
        request__received_on__gte=first,
        request__kind__in=("create", "replace"),
        decided_at__isnull=False,
    )
    decided: Iterable[tuple[date, date, int]] = (
        asked.order_by()
        .annotate(decided=TruncDate("decided_at"))
        .values_list("request__received_on", "decided")
        .annotate(number=Count("*"))
    )
    for received, day, number in decided:
        yield "decision", received, day, number
    line = RequestedUser.objects.filter(reference=OuterRef("request_reference"))
    used = (
        HabilitationJournalEntry.objects.filter(
            subject=OuterRef("pk"), kind="asserted", to_state="active"
        )
        .order_by()
        .values("subject")
        .annotate(day=Min("on"))
        .values("day")
    )
    granted = Habilitation.objects.filter(convention__in=conventions, granted_on__gte=first)
    if service:
        granted = granted.filter(service=service)
    rows = (
        granted.exclude(request_reference="")
        .order_by()
        .annotate(received=Subquery(line.values("request__received_on")[:1]))
        .annotate(used=Subquery(used[:1]))
        .filter(received__gte=first)
        .values_list("received", "granted_on", "notified_on", "used")
        .annotate(number=Count("*"))
    )
    for received, *days, number in rows:
        for stage, day in zip(("granted", "sent", "used"), days, strict=True):
            if day is not None:
                yield stage, received, day, number
