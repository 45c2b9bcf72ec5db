"""Messages that concern no convention, kept by months: codes, digests, notices, reminders of sites.

One that is of no caisse belongs to each in which its reader works or answers for a partner; it goes
once it has had its time in every caisse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncMonth

from contracts.models import Caisse, Contact, PartnerMembership, UserScope
from contracts.retention.erasing import Erased, erase_rows
from contracts.retention.holdings import TEXT, Holding
from contracts.retention.kinds import Found, Kind, also_keep, latest_day, taken
from contracts.retention.rules import MESSAGE, RetentionSettingWrong
from notifications.holdings import MESSAGE_TEXTS
from notifications.models import DeadAddress, Message, MessageState
from workflows.calendar import add_months
from workflows.clock import PARIS, start_of_day, today
from workflows.french import date_in_words, of_name, typeset

_SAYS_SOMETHING = ~Q(text__in=("", TEXT)) | ~Q(address__in=("", TEXT)) | ~Q(problem__in=("", TEXT))
_ON_ITS_WAY = (MessageState.PENDING, MessageState.WAITING)


def month_of(subject: int) -> date | None:
    """The first day of the month of a number such as 202610; None where there is no such month."""
    year, month = divmod(subject, 100)
    return date(year, month, 1) if 2000 <= year < 3000 and 1 <= month <= 12 else None


def _last_day(first: date) -> date:
    return add_months(first, 1) - timedelta(days=1)


def _before(limit: date) -> datetime:
    """The instant that ends the last month that is over by ``limit``."""
    return start_of_day((limit + timedelta(days=1)).replace(day=1))


def _messages(caisse: Caisse, limit: date) -> QuerySet[Message]:
    """Those of the months over by ``limit`` that still say something."""
    own = Q(caisse=caisse, created_at__lt=_before(limit))
    if (everywhere := _limit_everywhere()) is not None:
        own |= _of_nobody(caisse) & Q(created_at__lt=_before(min(limit, everywhere)))
    alone = Message.objects.filter(_SAYS_SOMETHING, convention__isnull=True)
    return alone.filter(own).exclude(state__in=_ON_ITS_WAY)


def _of_nobody(caisse: Caisse) -> Q:
    """Those about their reader alone, who works or answers for a partner there."""
    of_caisse = {"partner__conventions__caisse": caisse}
    staff = UserScope.objects.filter(caisse=caisse).values("user")
    members = PartnerMembership.objects.filter(**of_caisse).values("user")
    contacts = Contact.objects.filter(**of_caisse).values("person")
    known = Q(user__in=staff) | Q(user__in=members) | Q(person__in=contacts)
    return known & Q(caisse__isnull=True)


def _limit_everywhere() -> date | None:
    """The latest day that has had its time in every caisse; None while one keeps for good."""
    limits = []
    for caisse in Caisse.objects.order_by("pk"):
        try:
            limit = latest_day(caisse, MESSAGE, today())
        except RetentionSettingWrong:
            limit = None
        if limit is None:
            return None
        limits.append(limit)
    return min(limits, default=None)


def _had_their_time(caisse: Caisse, limit: date) -> Found:
    months = (
        _messages(caisse, limit)
        .order_by()
        .annotate(month=TruncMonth("created_at", tzinfo=PARIS))
        .values_list("month", flat=True)
        .distinct()
    )
    out = taken(caisse, MESSAGE)
    firsts = sorted({one.date().replace(day=1) for one in months})
    rows = [(one.year * 100 + one.month, _last_day(one)) for one in firsts]
    return [row for row in rows if row[0] not in out]


def _named(caisse: Caisse, subjects: Collection[int]) -> Mapping[int, str]:
    months = {one: month_of(one) for one in subjects}
    return {
        one: typeset(f"Messages {of_name(date_in_words(month).split(maxsplit=1)[1])}")
        for one, month in months.items()
        if month is not None
    }


def _lock(caisse: Caisse, subject: int) -> None:
    Caisse.objects.select_for_update().get(pk=caisse.pk)


def _erase(caisse: Caisse, subject: int) -> Erased:
    return erase_rows(_rows(caisse, subject), lambda file: True)


def _rows(caisse: Caisse, subject: int) -> Iterator[tuple[Holding, QuerySet[Any]]]:
    month = month_of(subject)
    assert month is not None
    limit = latest_day(caisse, MESSAGE, today())
    assert limit is not None
    own = _messages(caisse, limit).filter(
        created_at__gte=start_of_day(month), created_at__lt=start_of_day(add_months(month, 1))
    )
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        # One that still receives nothing is still to be corrected.
        dead = DeadAddress.objects.filter(message__in=some, settled_at__isnull=False)
        yield (
            Holding(DeadAddress, "", {"address": "", "corrected": ""}, deletes=True),
            dead.order_by("pk"),
        )
        yield (
            Holding(Message, "", MESSAGE_TEXTS),
            Message.objects.filter(pk__in=some).order_by("pk"),
        )


_AT_ONCE = 500

also_keep(
    Kind(MESSAGE, "Messages sans convention", _had_their_time, _named, _lock, _erase),
)
