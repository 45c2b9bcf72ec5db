"""What connections leave in the lives of habilitations: few acts, and enough of them.

A million connections must not make a million acts. Of the connections of a habilitation these are
recorded as ``last_login``: the first one ever, which makes it active; the first one of each
further month, which takes it out of dormancy; and, once the month is over, the last one of the
month, from which dormancy, counted in months, is exact. So at most two acts a month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import TruncDate

from access.models import ConnectionEvent, Habilitation
from access.services.connection_counts import month_bounds
from contracts.models import Caisse
from workflows import acts, clock, effects, subjects
from workflows.calendar import add_months
from workflows.effects import EffectContext, NewEffect
from workflows.recording import ActRefused

LOGINS = "access.logins"
"""The name of the effect that records logins."""

USABLE = ("granted", "credentials_sent", "active")
_ASKED_AT_ONCE = 200
_READ_AT_ONCE = 1_000


def days_to_record(last: date | None, days: Iterable[date], today: date) -> list[date]:
    """Of the civil days with a connection, those to record after the ``last`` one recorded."""
    wanted: list[date] = []
    by_month: dict[date, list[date]] = defaultdict(list)
    for day in sorted(set(days)):
        if last is None or day > last:
            by_month[day.replace(day=1)].append(day)
    for month, found in sorted(by_month.items()):
        if last is None or month > last:
            wanted.append(found[0])
        if month < today.replace(day=1) and found[-1] not in wanted:
            wanted.append(found[-1])
    return wanted


def ask_for_logins(caisse: Caisse, new: Sequence[ConnectionEvent]) -> None:
    """Have the logins that events just written make recorded by the workers, if there are any.

    To be called in the transaction that writes the events, so that neither goes without the other.
    """
    if not new:
        return
    days: dict[tuple[int, str], set[date]] = defaultdict(set)
    for event in new:
        if event.kind == ConnectionEvent.Kind.CONNECTION and event.account_id is not None:
            days[event.account_id, event.service].add(clock.civil_date(event.at))
    _ask(caisse.pk, f"event:{new[0].pk}", _with_something_to_record(days))


def settle_last_month(today: date) -> int:
    """Have the last login of the month just over recorded where a later one than known was told.

    Returns how many habilitations are concerned. Done again, nothing is left to record.
    """
    first, after = month_bounds(add_months(today.replace(day=1), -1))
    rows = (
        ConnectionEvent.objects.filter(
            kind=ConnectionEvent.Kind.CONNECTION, at__gte=first, at__lt=after
        )
        .exclude(source=ConnectionEvent.Source.DIRECTORY)
        .values_list("caisse", "account", "service")
        .annotate(Max("at"))
        .order_by("account")
    )
    number = 0
    by_caisse: dict[int, dict[tuple[int, str], set[date]]] = defaultdict(dict)
    for caisse, account, service, last in rows.iterator():
        by_caisse[caisse][account, service] = {clock.civil_date(last)}
        if len(by_caisse[caisse]) == _READ_AT_ONCE:
            number += _settle(caisse, by_caisse.pop(caisse), today)
    return number + sum(_settle(caisse, days, today) for caisse, days in by_caisse.items())


def _settle(caisse: int, days: Mapping[tuple[int, str], set[date]], today: date) -> int:
    found = _with_something_to_record(days)
    with transaction.atomic():
        _ask(caisse, f"settled:{today.isoformat()}", found)
    return len(found)


@effects.handler(LOGINS)
def record_logins(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Record what the events make of some habilitations, from what is true now."""
    today = clock.today()
    found = Habilitation.objects.filter(pk__in=payload["habilitations"], state__in=USABLE)
    for habilitation in found.order_by("pk"):
        days = days_to_record(habilitation.last_login_on, _days_of(habilitation), today)
        for day in days:
            login = acts.LastLogin(
                id=f"login-{day.isoformat()}",
                on=day,
                recorded_at=clock.now(),
                user=habilitation.user_key,
            )
            try:
                subjects.record(habilitation, login, author=None)
            except ActRefused:
                continue  # Suspended or closed on that day: the event alone says it.


def _with_something_to_record(days: Mapping[tuple[int, str], set[date]]) -> list[int]:
    """An account shared by several habilitations does not say whose login it was: all count."""
    today = clock.today()
    usable = Habilitation.objects.filter(
        account__in={account for account, _ in days}, state__in=USABLE
    ).values_list("pk", "account", "service", "last_login_on")
    return sorted(
        pk
        for pk, account, service, last in usable
        if days_to_record(last, days.get((account, service), ()), today)
    )


def _ask(caisse: int, cause: str, habilitations: Sequence[int]) -> None:
    effects.emit_all(
        NewEffect(
            LOGINS,
            key=f"logins:{caisse}:{cause}:{habilitations[start]}",
            lane=f"logins:{caisse}",
            payload={"habilitations": habilitations[start : start + _ASKED_AT_ONCE]},
        )
        for start in range(0, len(habilitations), _ASKED_AT_ONCE)
    )


def _days_of(habilitation: Habilitation) -> list[date]:
    """The civil days with a connection, none later than today."""
    found = ConnectionEvent.objects.filter(
        account=habilitation.account_id,
        service=habilitation.service,
        kind=ConnectionEvent.Kind.CONNECTION,
    ).exclude(source=ConnectionEvent.Source.DIRECTORY)
    if habilitation.last_login_on is not None:
        found = found.filter(at__gte=clock.start_of_day(habilitation.last_login_on))
    days = found.annotate(day=TruncDate("at", tzinfo=clock.PARIS)).values_list("day", flat=True)
    today = clock.today()
    return [min(day, today) for day in days.distinct().order_by("day")]
