"""The calendars themselves: read without signing in, by whoever has the secret address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from notifications.calendars import writing
from notifications.calendars.addresses import conventions_of, found, was_read
from notifications.calendars.models import CalendarAddress, CalendarEvent
from notifications.calendars.telling import AHEAD, tell
from workflows import clock
from workflows.french import typeset

SECRET = "cle"  # noqa: S105 — its name, not a secret
"""The part of the address that is secret."""

BEHIND = timedelta(days=31)
"""How long what is past stays in a calendar."""

AT_READING = 100
"""How many conventions are told at most while an agenda waits; the others are by the next day."""

CANCELLED_FOR = timedelta(days=60)
"""How long a date that fell is told as cancelled: the time for every program to read it."""


@login_not_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponseBase:
    """The calendar of a secret address."""
    address = found(request.GET.get(SECRET, ""))
    if address is None:
        raise Http404
    now = clock.now()
    conventions = conventions_of(address, now.date())
    if conventions is None:
        return _kept_private(HttpResponse(_GONE, status=410, content_type=_PLAIN))
    tell(conventions, AT_READING)
    was_read(address, now.date())
    events = _events(CalendarEvent.objects.filter(convention__in=conventions), now)
    version = _version(address, events, now.date())
    answer = get_conditional_response(request, etag=version)
    if answer is None:
        answer = StreamingHttpResponse(
            _lines(address, events), content_type="text/calendar; charset=utf-8"
        )
        answer["Content-Disposition"] = 'inline; filename="echeances.ics"'
        answer["ETag"] = version
    return _kept_private(answer)


_PLAIN = "text/plain; charset=utf-8"
_GONE = typeset(
    "Cette adresse de calendrier ne donne plus rien : elle a été révoquée, ou la personne qui l’a "
    "faite n’a plus de rôle dans la caisse. Retirez-la de votre agenda."
)


def _events(told: QuerySet[CalendarEvent], now: datetime) -> QuerySet[CalendarEvent]:
    today = now.date()
    shown = told.filter(day__gte=today - BEHIND, day__lte=today + AHEAD)
    return shown.filter(Q(cancelled_at=None) | Q(cancelled_at__gte=now - CANCELLED_FOR))


def _version(address: CalendarAddress, events: QuerySet[CalendarEvent], today: date) -> str:
    """What the calendar holds, in short: another as soon as an event comes, goes or changes."""
    held: dict[str, Any] = events.aggregate(
        number=Count("*"), keys=Sum("pk"), versions=Sum("sequence"), last=Max("modified_at")
    )
    named = [address.pk, address.alarm_days, today, *held.values()]
    return f'W/"{sha256("|".join(map(str, named)).encode()).hexdigest()[:32]}"'


def _lines(address: CalendarAddress, events: QuerySet[CalendarEvent]) -> Iterator[str]:
    name = address.caisse.name if address.caisse else "Conventions que je suis"
    head, tail = writing.frame(
        f"Échéances · {name}",
        "Limites, fins de délai et reconductions des conventions. Chaque date dit pourquoi.",
    )
    yield head
    alarm = writing.alarm(address.alarm_days) if address.alarm_days else ""
    rows = events.order_by("day", "pk").values_list("written", "cancelled_at")
    for written, cancelled_at in rows.iterator(chunk_size=2000):
        yield writing.with_alarm(written, alarm) if alarm and cancelled_at is None else written
    yield tail


def _kept_private(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
