"""Persons whose last reason to be kept has gone with a file: their details go, their number stays.

What cannot be rewritten names a person by number, and stays as it was: « Personne effacée n° 12 ».
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model, Q, QuerySet

from contracts.models import (
    Agent,
    Contact,
    Convention,
    ElectronicSignature,
    PartnerMembership,
    Person,
    Signatory,
    User,
    UserScope,
)
from contracts.retention.holdings import still_kept
from workflows import clock


class PersonLink(NamedTuple):
    """A table that names persons for conventions."""

    model: type[Model]
    column: str
    """The foreign key to the person."""
    convention: str
    """The way to the conventions for which the person is known there."""


class Forgotten(NamedTuple):
    """Somebody whose details went."""

    kind: str
    key: int
    columns: str
    content: str
    """What they were, as text: it is digested with the rest and kept nowhere."""


_links: list[PersonLink] = [
    PersonLink(Contact, "person", "partner__conventions"),
    PersonLink(Contact, "person", "partner__places__convention"),
    PersonLink(Signatory, "person", "partner__conventions"),
    PersonLink(Signatory, "person", "partner__places__convention"),
    PersonLink(ElectronicSignature, "signer", "copy__issued__convention"),
]
_forgotten_with: list[tuple[type[Model], tuple[str, ...]]] = []


def name(*links: PersonLink) -> None:
    """Declare tables that name persons."""
    _links.extend(link for link in links if link not in _links)


def forget_with(model: type[Model], *columns: str) -> None:
    """Have the rows of ``model`` that are somebody's own go with their details."""
    if (model, columns) not in _forgotten_with:
        _forgotten_with.append((model, columns))


def forget_persons(convention: Convention) -> Iterator[Forgotten]:
    """Empty the details of those known for this convention and for no other that is kept.

    Whoever works for a caisse is known as its staff, and stays.
    """
    kept = still_kept(convention)
    known: set[int] = set()
    for model, column, path in _links:
        found = model._default_manager.filter(**{path: convention, f"{column}__isnull": False})
        known.update(found.values_list(column, flat=True))
    yield from _forget(
        known, lambda link: link.model._default_manager.filter(**{f"{link.convention}__in": kept})
    )
    yield from _forget_users(convention)


def forget_named(own: Mapping[PersonLink, QuerySet[Any]]) -> Iterator[Forgotten]:
    """Empty the details of those named in rows that go, and in none that is kept."""
    known: set[int] = set()
    for link, rows in own.items():
        known.update(rows.values_list(link.column, flat=True))
    yield from _forget(known - {None}, lambda link: _others(link, own.get(link)))


def named_elsewhere(person: int) -> bool:
    """Whether a convention whose file is kept names somebody, other than as its staff."""
    return any(_others(link).filter(**{link.column: person}).exists() for link in _links)


def _others(link: PersonLink, besides: QuerySet[Any] | None = None) -> QuerySet[Any]:
    rows = link.model._default_manager.filter(**{f"{link.convention}__in": still_kept()})
    return rows if besides is None else rows.exclude(pk__in=besides.values("pk"))


def _forget(
    known: set[int], still_naming: Callable[[PersonLink], QuerySet[Any]]
) -> Iterator[Forgotten]:
    staff = set(Agent.objects.filter(person__in=known).values_list("person", flat=True))
    needed = staff.union(
        *(
            still_naming(link)
            .filter(**{f"{link.column}__in": known})
            .values_list(link.column, flat=True)
            for link in _links
        )
    )
    for person in Person.objects.filter(pk__in=known - needed, erased_at=None).order_by("pk"):
        yield forget_person(person)


def forget_person(person: Person) -> Forgotten:
    """Empty the details of somebody."""
    columns = ("first_name", "last_name", "email", "phone")
    content = _said({column: getattr(person, column) for column in columns})
    for column in columns:
        setattr(person, column, "")
    person.erased_at = clock.now()
    # Saved one by one: what conventions are found by follows.
    person.save()
    _forget_own(person, "person")
    return Forgotten(Person._meta.label, person.pk, ", ".join(columns), content)


def _forget_users(convention: Convention) -> Iterator[Forgotten]:
    """The partner's people who signed in for it, and for nobody whose file is kept."""
    members = PartnerMembership.objects.filter(partner__conventions=convention).values("user")
    kept = still_kept(convention)
    elsewhere = PartnerMembership.objects.filter(
        Q(partner__conventions__in=kept) | Q(partner__places__convention__in=kept)
    ).values("user")
    found = (
        User.objects.filter(pk__in=members, erased_at=None, is_superuser=False)
        .exclude(pk__in=elsewhere)
        .exclude(pk__in=UserScope.objects.values("user"))
    )
    for user in found.order_by("pk"):
        yield forget_user(user)


def forget_user(user: User) -> Forgotten:
    """Empty the name of somebody who signed in, and their account."""
    content = _said({"first_name": user.first_name, "last_name": user.last_name})
    user.first_name = user.last_name = ""
    user.erased_at = clock.now()
    content += close_account(user).content
    return Forgotten(User._meta.label, user.pk, "first_name, last_name, email", content)


def close_account(user: User) -> Forgotten:
    """Take away the address, the means of signing in and their logs; the name stays."""
    address = user.email
    user.email = f"personne-{user.pk}@efface.invalid"
    user.is_active = False
    user.set_unusable_password()
    user.save()
    for model in (EmailAddress, Authenticator):
        model.objects.filter(user=user).delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__iexact=address).delete()
    _forget_own(user, "user")
    return Forgotten(User._meta.label, user.pk, "email", _said(address))


def _forget_own(somebody: Any, column: str) -> None:
    for model, columns in _forgotten_with:
        if column in columns:
            model._default_manager.filter(**{column: somebody}).delete()


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
