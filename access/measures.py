"""What a run would do to accounts, counted for the breaker before it begins."""

from __future__ import annotations

from datetime import date

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from access.models import Account, AccountState, Habilitation
from access.retention import past_retention
from access.services.desired_states import CHUNK, desired_states
from contracts.models import ConventionAct
from workflows import clock, effects
from workflows.breaker import Measure
from workflows.convention import IN_FORCE

FOLLOWING = "access.account"
"""The name of the effect that brings an account to its desired state."""

SHUTTING = ("suspension", "force_majeure")
"""The acts about a convention that may shut its accounts, and end nobody's right."""


def asked_for() -> QuerySet[effects.Effect]:
    """The changes asked for and not made yet, dead letters included, each with its ``account``."""
    account = Cast(KeyTextTransform("account", "payload"), BigIntegerField())
    return effects.unfinished().filter(handler=FOLLOWING).annotate(account=account)


def _closing(day: date) -> QuerySet[Account]:
    """The open accounts that no habilitation keeps open, once what is due and asked for is done.

    An account that waits for the clerk of a worklist is not counted again each day.
    """
    due = Habilitation.objects.filter(
        account=OuterRef("pk"), next_change_on__lte=day, closes_on__lte=day
    )
    asked = Q(pk__in=asked_for().values("account"))
    return Account.objects.filter(
        ~Exists(_lasting(day)) & (Exists(due) | asked) | Q(pk__in=_shut(day)),
        state=AccountState.OPEN,
    ).order_by("pk")


def _lasting(day: date) -> QuerySet[Habilitation]:
    """What the stored columns say still gives access on ``day`` to the account of the outer row."""
    lasting = Habilitation.objects.filter(
        Q(closes_on__isnull=True) | Q(closes_on__gt=day),
        account=OuterRef("pk"),
        convention__state__in=IN_FORCE,
    )
    return lasting.exclude(state__in=["closed", "suspended"])


def _shut(day: date) -> list[int]:
    """The accounts asked for whose conventions last, and give no access for the time being.

    No column says that of a convention: those with such an act, which are few, are replayed.
    """
    acts = ConventionAct.objects.filter(kind__in=SHUTTING)
    rights = Habilitation.objects.filter(
        account=OuterRef("pk"), convention__in=acts.values("subject")
    )
    candidates = Account.objects.filter(
        Exists(_lasting(day)),
        Exists(rights),
        pk__in=asked_for().values("account"),
        state=AccountState.OPEN,
    )
    accounts, now = list(candidates.order_by("pk")), clock.now()
    shut: list[int] = []
    for first in range(0, len(accounts), CHUNK):
        for pk, wanted in desired_states(accounts[first : first + CHUNK], now).items():
            if not isinstance(wanted, Exception) and wanted.state != AccountState.OPEN:
                shut.append(pk)
    return shut


def _open() -> int:
    return Account.objects.filter(state=AccountState.OPEN).count()


def _leaving(day: date) -> QuerySet[Account]:
    """The accounts past their retention whose removal was asked for."""
    return past_retention(day).filter(pk__in=asked_for().values("account"))


def _registered() -> int:
    return Account.objects.exclude(state=AccountState.ABSENT).count()


ACCOUNTS = Measure(
    "accounts",
    "Fermetures de comptes",
    "compte serait fermé",
    "comptes seraient fermés",
    "comptes ouverts",
    _closing,
    _open,
)

REMOVALS = Measure(
    "removals",
    "Retraits de comptes",
    "compte serait retiré de l’annuaire",
    "comptes seraient retirés de l’annuaire",
    "comptes inscrits",
    _leaving,
    _registered,
    stops_sweep=False,
)
