"""Staff who left: their account first, their name when the caisse decides so.

Whoever has a role to come, a power that runs, or answers for a partner too, has not left. They are
the authors of what is recorded, which names them by number: « Personne effacée n° 12 ».
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from contracts.models import Agent, Caisse, Person, Power, User, UserScope
from contracts.retention.erasing import Erased, erase_rows
from contracts.retention.kinds import Found, Kind, also_keep, free
from contracts.retention.persons import (
    Forgotten,
    close_account,
    forget_person,
    forget_user,
    named_elsewhere,
)
from contracts.retention.rules import STAFF_ACCOUNT, STAFF_NAME
from workflows.clock import today
from workflows.french import typeset


def _left(caisse: Caisse, limit: date) -> QuerySet[User]:
    """Those whose last day was in that caisse, up to ``limit``."""
    scopes = UserScope.objects.filter(user=OuterRef("pk"))
    going_on = Q(last_day__isnull=True) | Q(last_day__gte=today())
    last = scopes.order_by("-last_day", "caisse")
    powers = Power.objects.filter(going_on, agent__user=OuterRef("pk"))
    return (
        User.objects.filter(erased_at=None, is_superuser=False, memberships__isnull=True)
        .exclude(Exists(scopes.filter(going_on)))
        .exclude(Exists(powers))
        .annotate(left_on=Subquery(last.values("last_day")[:1]))
        .annotate(last_caisse=Subquery(last.values("caisse")[:1]))
        .filter(last_caisse=caisse.pk, left_on__lte=limit)
    )


def _found(caisse: Caisse, limit: date, code: str) -> Found:
    left = _left(caisse, limit).filter(free(caisse, code))
    return left.order_by("left_on", "pk").values_list("pk", "left_on")


def _accounts(caisse: Caisse, limit: date) -> Found:
    return _found(caisse, limit, STAFF_ACCOUNT)


def _names(caisse: Caisse, limit: date) -> Found:
    return _found(caisse, limit, STAFF_NAME)


def _named(caisse: Caisse, subjects: Collection[int]) -> Mapping[int, str]:
    known = _left(caisse, today()).filter(pk__in=subjects).values_list("pk", flat=True)
    gone = User.objects.filter(pk__in=subjects, erased_at__isnull=False)
    return {pk: typeset(f"Agent n° {pk}") for pk in (*known, *gone.values_list("pk", flat=True))}


def _lock(caisse: Caisse, subject: int) -> None:
    Caisse.objects.select_for_update().get(pk=caisse.pk)
    User.objects.select_for_update().get(pk=subject)


def _close(caisse: Caisse, subject: int) -> Erased:
    user = User.objects.get(pk=subject)
    return erase_rows((), lambda file: True, lambda: [close_account(user)])


def _forget(caisse: Caisse, subject: int) -> Erased:
    return erase_rows((), lambda file: True, lambda: _name_and_agent(subject))


def _name_and_agent(subject: int) -> Iterator[Forgotten]:
    yield forget_user(User.objects.get(pk=subject))
    for person in Person.objects.filter(agents__user=subject, erased_at=None).distinct():
        others = Agent.objects.filter(person=person).exclude(user=subject)
        if not others.exists() and not named_elsewhere(person.pk):
            yield forget_person(person)


also_keep(
    Kind(STAFF_ACCOUNT, "Comptes d’agents partis", _accounts, _named, _lock, _close),
    Kind(STAFF_NAME, "Noms d’agents partis", _names, _named, _lock, _forget),
)
