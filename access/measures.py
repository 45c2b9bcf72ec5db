"""What a run would do to accounts, counted for the breaker before it begins."""

from __future__ import annotations

from datetime import date

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from access.models import Account, AccountState, Habilitation
from workflows import effects
from workflows.breaker import Measure

FOLLOWING = "access.account"
"""The name of the effect that brings an account to its desired state."""


def _closing(day: date) -> QuerySet[Account]:
    """The open accounts that no habilitation keeps open, once what is due and asked for is done.

    An account that waits for the clerk of a worklist is not counted again each day.
    """
    habilitations = Habilitation.objects.filter(account=OuterRef("pk"))
    lasting = habilitations.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=day))
    due = habilitations.filter(next_change_on__lte=day, closes_on__lte=day)
    account = Cast(KeyTextTransform("account", "payload"), BigIntegerField())
    asked_for = effects.unfinished().filter(handler=FOLLOWING).values(account=account)
    return Account.objects.filter(
        ~Exists(lasting.exclude(state__in=["closed", "suspended"])),
        Exists(due) | Q(pk__in=asked_for),
        state=AccountState.OPEN,
    ).order_by("pk")


def _open() -> int:
    return Account.objects.filter(state=AccountState.OPEN).count()


ACCOUNTS = Measure(
    "accounts",
    "Fermetures de comptes",
    "compte serait fermé",
    "comptes seraient fermés",
    "comptes ouverts",
    _closing,
    _open,
)
