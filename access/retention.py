"""How long a caisse keeps an account under which no right is left, as no text says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import Account, AccountState, Habilitation
from contracts.models import Caisse
from workflows.calendar import Duration, latest_satisfying
from workflows.french import typeset

SETTING = "account_retention"
DEFAULT = "P1Y"
"""The life of the right and one year, to prove accesses: a proposal that no convention commands."""


def retention_in(settings: Mapping[str, Any], caisse: str) -> Duration | None:
    """The retention that the settings of a caisse give; None where accounts are kept for good.

    ``caisse`` is its code, for the message. Raises ``ImproperlyConfigured`` for what is no ISO 8601
    duration.
    """
    value = settings.get(SETTING, DEFAULT)
    if value is None:
        return None
    try:
        return Duration.parse(str(value))
    except ValueError as error:
        raise ImproperlyConfigured(
            typeset(f"Réglage « {SETTING} » de la caisse {caisse} : {error}")
        ) from error


def past_retention(day: date) -> QuerySet[Account]:
    """The accounts still in a directory whose rights have all been over for long enough on ``day``.

    As the stored columns say; an open one is to be locked first. Raises ``ImproperlyConfigured``.
    """
    long_ago = Q(pk__in=())
    given = Habilitation.objects.filter(account=OuterRef("pk"))
    for caisse in Caisse.objects.all():
        if (retention := retention_in(caisse.settings, caisse.code)) is None:
            continue
        limit = latest_satisfying(day, retention)
        kept = given.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=limit))
        long_ago |= Q(~Exists(kept), caisse=caisse)
    return Account.objects.filter(long_ago, Exists(given), state=AccountState.LOCKED).order_by("pk")
