"""How long the events of connections are kept: a rule of the caisse, then only their counts.

The only lawful deletion of an event. A month is *open* while all of it is kept: only then can its
count be made again from its events, and only then does it take another one.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from access.models import ConnectionEvent, ConnectionPurge
from contracts.models import Caisse
from workflows import clock
from workflows.calendar import add_months
from workflows.french import typeset
from workflows.subjects import locked

SETTING = "connection_retention"
DEFAULT_MONTHS = 12
_ROWS_AT_ONCE = 10_000


def retention_months(caisse: Caisse) -> int:
    """The caisse's setting ``connection_retention``, 12 months unless it says otherwise.

    Raises ``ImproperlyConfigured`` for anything but a whole number of months from 1 on.
    """
    months = caisse.settings.get(SETTING, DEFAULT_MONTHS)
    if type(months) is not int or not 1 <= months <= 1200:
        raise ImproperlyConfigured(
            typeset(
                f"Réglage « {SETTING} » illisible ({caisse.code}) : « {months} ». Attendu : un "
                "nombre entier de mois, au moins 1."
            )
        )
    return months


def retained_from(caisse: Caisse, today: date) -> date:
    """The earliest civil day whose events are kept."""
    return add_months(today, -retention_months(caisse))


def first_open_month(caisse: Caisse, today: date) -> date:
    """The first day of the earliest month that is kept whole."""
    limit = retained_from(caisse, today)
    return limit if limit.day == 1 else add_months(limit.replace(day=1), 1)


def to_purge(caisse: Caisse, today: date) -> int:
    """How many events of the caisse are older than is kept."""
    before = clock.start_of_day(retained_from(caisse, today))
    return ConnectionEvent.objects.filter(caisse=caisse, at__lt=before).count()


def purge(caisse: Caisse, today: date) -> int:
    """Let the events older than is kept go, and say so in a row that stays; the counts stay too.

    Returns how many went. Done again, it does nothing and writes nothing.
    """
    before = clock.start_of_day(retained_from(caisse, today))
    with transaction.atomic():
        # Events come in under the same lock: none of an older day slips in meanwhile.
        locked(Caisse.objects.all(), caisse.pk)
        old = ConnectionEvent.objects.filter(caisse=caisse, at__lt=before)
        number = old.count()
        if not number:
            return 0
        ConnectionPurge.objects.create(
            caisse=caisse, before=before, events=number, purged_at=clock.now()
        )
        while keys := list(old.order_by("at").values_list("pk", flat=True)[:_ROWS_AT_ONCE]):
            ConnectionEvent.objects.filter(pk__in=keys)._raw_delete(old.db)
    return number


def purge_all(today: date) -> int:
    """Purge every caisse, each in a transaction of its own; return how many events went.

    Raises ``ImproperlyConfigured`` for a setting that cannot be read, once the others are purged.
    """
    number, fault = 0, None
    for caisse in Caisse.objects.order_by("pk"):
        try:
            number += purge(caisse, today)
        except ImproperlyConfigured as error:
            fault = error
    if fault is not None:
        raise fault
    return number
