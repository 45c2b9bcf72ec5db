"""Monthly counts of connections: kept up with each batch, and made again from the events.

A month, a service, a convention and a profile make one count. Months are those of Paris.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from access.models import ConnectionCount, ConnectionEvent
from contracts.models import Caisse
from workflows import clock
from workflows.calendar import add_months

_CONNECTION = ConnectionEvent.Kind.CONNECTION
_DIRECTORY = ConnectionEvent.Source.DIRECTORY


class Group(NamedTuple):
    """What is counted together."""

    month: date
    service: str
    convention: int | None
    profile: str


class Figures(NamedTuple):
    """The figures of one group."""

    connections: int = 0
    refused: int = 0
    logins_seen: int = 0
    users: int = 0


def group_of(event: ConnectionEvent) -> Group:
    """The group in which an event is counted."""
    month = clock.civil_date(event.at).replace(day=1)
    return Group(month, event.service, event.convention_id, event.profile)


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """The first instant of a month in Paris, and the first after it."""
    return clock.start_of_day(month), clock.start_of_day(add_months(month, 1))


def add_to_counts(caisse: Caisse, new: Sequence[ConnectionEvent]) -> None:
    """Count events that are about to be written, under the lock of their caisse."""
    if not new:
        return
    connections: dict[Group, int] = defaultdict(int)
    refused: dict[Group, int] = defaultdict(int)
    logins: dict[Group, int] = defaultdict(int)
    users: dict[Group, set[int]] = defaultdict(set)
    for event in new:
        group = group_of(event)
        if event.kind != _CONNECTION:
            refused[group] += 1
            continue
        (logins if event.source == _DIRECTORY else connections)[group] += 1
        assert event.account_id is not None  # The database holds that there is one.
        users[group].add(event.account_id)
    for group, accounts in _already_counted(caisse, users).items():
        users[group] -= accounts
    _add(
        caisse,
        {
            group: Figures(connections[group], refused[group], logins[group], len(users[group]))
            for group in {*connections, *refused, *logins}
        },
    )


def counted_again(caisse: Caisse, month: date) -> dict[Group, Figures]:
    """The counts of a month made from its events alone: what the stored ones must be.

    Right for an open month only (``connection_retention.first_open_month``).
    """
    first, after = month_bounds(month)
    told = Q(kind=_CONNECTION) & ~Q(source=_DIRECTORY)
    rows = (
        ConnectionEvent.objects.filter(caisse=caisse, at__gte=first, at__lt=after)
        .values_list("service", "convention", "profile")
        .annotate(
            connections=Count("pk", filter=told),
            refused=Count("pk", filter=~Q(kind=_CONNECTION)),
            logins_seen=Count("pk", filter=Q(kind=_CONNECTION, source=_DIRECTORY)),
            users=Count("account", filter=Q(kind=_CONNECTION), distinct=True),
        )
        .order_by()
    )
    return {Group(month, *row[:3]): Figures(*row[3:]) for row in rows}


def stored(caisse: Caisse, month: date) -> dict[Group, Figures]:
    """The counts of a month as they are stored."""
    return {
        Group(row.month, row.service, row.convention_id, row.profile): Figures(
            row.connections, row.refused, row.logins_seen, row.users
        )
        for row in ConnectionCount.objects.filter(caisse=caisse, month=month)
    }


def _already_counted(caisse: Caisse, users: dict[Group, set[int]]) -> dict[Group, set[int]]:
    """Of these accounts, those that a month already counts."""
    if not users:
        return {}
    months = [group.month for group in users]
    first, after = month_bounds(min(months))[0], month_bounds(max(months))[1]
    rows = (
        ConnectionEvent.objects.filter(
            caisse=caisse,
            account__in=set().union(*users.values()),
            service__in={group.service for group in users},
            kind=_CONNECTION,
            at__gte=first,
            at__lt=after,
        )
        .annotate(month=TruncMonth("at", tzinfo=clock.PARIS))
        .values_list("month", "service", "convention", "profile", "account")
        .distinct()
        .order_by()
    )
    known: dict[Group, set[int]] = defaultdict(set)
    for month, service, convention, profile, account in rows:
        known[Group(month.date(), service, convention, profile)].add(account)
    return {group: known[group] for group in users}


def _add(caisse: Caisse, figures: dict[Group, Figures]) -> None:
    rows = {
        Group(row.month, row.service, row.convention_id, row.profile): row
        for row in ConnectionCount.objects.filter(
            caisse=caisse, month__in={group.month for group in figures}
        )
    }
    made, changed = [], []
    for group, more in figures.items():
        row = rows.get(group)
        if row is None:
            month, service, convention, profile = group
            row = ConnectionCount(
                caisse=caisse,
                month=month,
                service=service,
                convention_id=convention,
                profile=profile,
            )
            made.append(row)
        else:
            changed.append(row)
        for name, number in more._asdict().items():
            setattr(row, name, getattr(row, name) + number)
    ConnectionCount.objects.bulk_create(made)
    ConnectionCount.objects.bulk_update(changed, Figures._fields)


def months_with_events(caisse: Caisse, since: date) -> Iterable[date]:
    """The first days of the months, from one on, that hold events of the caisse."""
    months = (
        ConnectionEvent.objects.filter(caisse=caisse, at__gte=clock.start_of_day(since))
        .annotate(month=TruncMonth("at", tzinfo=clock.PARIS))
        .values_list("month", flat=True)
        .distinct()
        .order_by("month")
    )
    return [month.date() for month in months]
