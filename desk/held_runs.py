"""What a held run would end or close: as much of it as the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from access.measures import ACCOUNTS, REMOVALS
from access.models import Account, Habilitation
from access.services.reviews import SILENCES
from contracts.measures import CONVENTIONS
from contracts.models import User
from contracts.services.visibility import visible_conventions
from workflows.breaker import measure_of
from workflows.models import HeldRun

SHOWN = 50


class Concerned(NamedTuple):
    """The first cases of a held run."""

    conventions: Sequence[Any]
    accounts: Sequence[Any]
    unseen: int
    """How many more there are: beyond the first, or in caisses where the reader has no role."""


def concerned(held: HeldRun, user: User, today: date) -> Concerned:
    """The first conventions or accounts that the run would end or close, among those one sees."""
    seen = visible_conventions(user, today)
    conventions: list[Any] = []
    accounts: list[Any] = []
    if held.measure == CONVENTIONS.name:
        ending = CONVENTIONS.concerned(held.day).filter(pk__in=seen.values("pk"))
        conventions = list(ending.select_related("partner", "caisse")[:SHOWN])
    elif held.measure in (ACCOUNTS.name, REMOVALS.name):
        accounts = _accounts(measure_of(held).concerned(held.day), seen)
    elif held.measure == SILENCES.name:
        suspended = SILENCES.concerned(held.day)
        accounts = _accounts(Account.objects.filter(habilitations__in=suspended).distinct(), seen)
    return Concerned(conventions, accounts, max(0, held.count - len(conventions) - len(accounts)))


def _accounts(closing: QuerySet[Any], seen: QuerySet[Any]) -> list[Any]:
    """Each account with the last of its habilitations that the reader may see."""
    own = Habilitation.objects.filter(convention__in=seen.values("pk"))
    accounts = list(
        closing.filter(Exists(own.filter(account=OuterRef("pk")))).select_related(
            "caisse", "partner", "site", "person"
        )[:SHOWN]
    )
    latest = {
        habilitation.account_id: habilitation
        for habilitation in own.filter(account__in=accounts)
        .select_related("convention__partner")
        .order_by("closes_on", "pk")
    }
    return [{"account": account, "latest": latest[account.pk]} for account in accounts]
