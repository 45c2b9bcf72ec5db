"""Keeping what calendars are told in line with the dates of conventions.

What was told is kept, so that a date that moves moves its event and one that falls is told as
cancelled. Only the conventions whose dates are no longer those told are replayed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from contracts.models import Convention
from notifications.calendars import writing
from notifications.calendars.dates import CalendarDate, dates_of
from notifications.calendars.models import CalendarEvent, ToldDates
from workflows import clock
from workflows.timeline import Timeline

logger = logging.getLogger(__name__)

AT_ONCE = 500

AHEAD = timedelta(days=400)
"""How far a calendar goes: every date that comes back each year stands in it once."""

_TOLD_FURTHER = timedelta(days=100)
"""So that a convention whose dates do not change is told again every few months only."""

_EVENTS = UUID("8d0bd3f8-43c6-5e5a-9c0f-1f6c9d3f6a51")
"""Under which the identifiers of events are made: any constant would do."""

_NEVER_TOLD = Q(told_dates__isnull=True, deadline_set__isnull=False)
_OTHER_DATES = (
    Q(told_dates__isnull=False, deadline_set__isnull=True, told_dates__deadline_set__isnull=False)
    | Q(told_dates__isnull=False, deadline_set__isnull=False, told_dates__deadline_set__isnull=True)
    | Q(deadline_set__isnull=False, told_dates__deadline_set__isnull=False)
    & ~Q(told_dates__deadline_set=F("deadline_set_id"))
)
_OTHER_NAME = Q(told_dates__isnull=False) & ~Q(told_dates__partner_name=F("partner__name"))


def untold(conventions: QuerySet[Convention], today: date) -> QuerySet[Convention]:
    """Those whose dates, or whose partner's name, calendars were not told, or not far enough."""
    too_short = Q(told_dates__until__lt=today + AHEAD, told_dates__deadline_set__isnull=False)
    return conventions.filter(_NEVER_TOLD | _OTHER_DATES | _OTHER_NAME | too_short)


def tell(conventions: QuerySet[Convention], at_most: int = AT_ONCE) -> int:
    """Bring what calendars say of some of these conventions in line; return how many there were.

    What others are telling or changing at this moment is left to the next time.
    """
    keys = list(
        untold(conventions, clock.today()).order_by().values_list("pk", flat=True)[:at_most]
    )
    if not keys:
        return 0
    with transaction.atomic():
        behind = list(
            Convention.to_sweep()
            .filter(pk__in=keys)
            .select_related("partner", "caisse")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("pk")
        )
        if behind:
            _tell(behind, clock.now())
    return len(behind)


def _tell(conventions: Sequence[Convention], now: datetime) -> None:
    known: dict[int, dict[tuple[str, str], CalendarEvent]] = {one.pk: {} for one in conventions}
    for event in CalendarEvent.objects.filter(convention__in=list(known)):
        known[event.convention_id][event.kind, event.slot] = event
    changed: list[CalendarEvent] = []
    told: list[ToldDates] = []
    until = now.date() + AHEAD + _TOLD_FURTHER
    for one, life in zip(conventions, Convention.lives(conventions, now.date()), strict=True):
        if not isinstance(life, Timeline):
            logger.error("Calendriers : convention %s illisible, laissée telle quelle.", one.pk)
            continue
        changed += _changes(one, dates_of(life, until), known[one.pk], now)
        told.append(
            ToldDates(
                convention=one,
                deadline_set=one.deadline_set_id,
                until=until,
                partner_name=one.partner.name,
            )
        )
    CalendarEvent.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["convention", "kind", "slot"],
        update_fields=["day", "sequence", "modified_at", "cancelled_at", "written"],
    )
    ToldDates.objects.bulk_create(
        told,
        update_conflicts=True,
        unique_fields=["convention"],
        update_fields=["deadline_set", "until", "partner_name"],
    )


def _changes(
    convention: Convention,
    wanted: Sequence[CalendarDate],
    known: dict[tuple[str, str], CalendarEvent],
    now: datetime,
) -> list[CalendarEvent]:
    """The events to write: new ones, those that say something else, those that fell."""
    gone = dict(known)
    changed = []
    for one in wanted:
        event = _brought(convention, one, gone.pop((one.kind, one.slot), None), now)
        if event is not None:
            changed.append(event)
    for event in gone.values():
        # What is past happened: it stays in the calendars as it was.
        if event.cancelled_at is None and event.day >= now.date():
            _write(event, writing.read(event.written), now, cancelled=True)
            changed.append(event)
    return changed


def _brought(
    convention: Convention, wanted: CalendarDate, known: CalendarEvent | None, now: datetime
) -> CalendarEvent | None:
    """An event brought in line with its date; None when it said that already."""
    uid = known.uid if known else _uid(convention, wanted)
    made = writing.event(
        wanted,
        uid=uid,
        title=f"{convention.number} · {wanted.title}",
        description=f"{convention.partner.name}\n{wanted.explanation}",
        address=_address(convention),
        modified=known.modified_at if known else now,
    )
    if known is None:
        return CalendarEvent(
            uid=uid,
            convention=convention,
            kind=wanted.kind,
            slot=wanted.slot,
            day=wanted.day,
            modified_at=now,
            written=writing.text_of(made),
        )
    same = writing.versioned(made, known.sequence, known.modified_at, cancelled=False)
    if writing.text_of(same) == known.written:
        return None
    known.day = wanted.day
    _write(known, made, now, cancelled=False)
    return known


def _write(event: CalendarEvent, made: writing.Event, now: datetime, *, cancelled: bool) -> None:
    event.sequence += 1
    event.modified_at, event.cancelled_at = now, now if cancelled else None
    event.written = writing.text_of(
        writing.versioned(made, event.sequence, now, cancelled=cancelled)
    )


def _uid(convention: Convention, wanted: CalendarDate) -> UUID:
    """The same whoever tells it first, were two to tell it at once."""
    name = f"{convention.caisse.code}:{convention.number}:{wanted.kind}:{wanted.slot}"
    return uuid5(_EVENTS, name)


def _address(convention: Convention) -> str:
    site = str(settings.TACITE_SITE_URL).rstrip("/")
    return f"{site}{reverse('convention', args=[convention.pk])}#echeances"
