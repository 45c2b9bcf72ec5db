"""The persons whom a caisse habilitates by name, as the annex of a convention lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Q

from access.models import Habilitation
from contracts.models import Convention, Person
from forms_annexes.models import RequestedUser
from forms_annexes.services.granting import waiting
from templates_conventions.facts import PersonFacts
from workflows.habilitation import HabilitationStatus

ESTABLISHMENTS = "establishments"
"""How the field of a form that names the establishments ends its code."""


def listed_persons(convention: Convention, on: date) -> tuple[PersonFacts, ...]:
    """Whom the annex lists on ``on``, in the order of their names; nobody when it has no such list.

    They are those accepted who wait for the convention, as it is sent for signature, and those who
    hold a right under it. A person erased since is left out.
    """
    if not any(annex.kind == "list_of_users" for annex in convention.rules.documents.annexes):
        return ()
    named: dict[int, PersonFacts] = {}
    for person, establishments in _habilitated(convention, on):
        if person.erased_at is None:
            named.setdefault(
                person.pk,
                PersonFacts(
                    last_name=person.last_name,
                    first_name=person.first_name,
                    email=person.email,
                    establishments=establishments,
                ),
            )
    return tuple(sorted(named.values(), key=lambda one: (one.last_name, one.first_name)))


def _habilitated(convention: Convention, on: date) -> Iterator[tuple[Person, str]]:
    rights = (
        Habilitation.objects.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=on))
        .filter(convention=convention)
        .exclude(state=HabilitationStatus.CLOSED)
        .select_related("person", "site")
    )
    asked = RequestedUser.objects.filter(
        reference__in=rights.exclude(request_reference="").values("request_reference")
    ).select_related("request__site")
    by_reference = {user.reference: user for user in asked}
    for right in rights:
        user = by_reference.get(right.request_reference)
        site = right.site.name if right.site else ""
        yield right.person, (_establishments(user) if user else "") or site
    for user in waiting(convention):
        yield user.person, _establishments(user)


def _establishments(user: RequestedUser) -> str:
    """Those of the person, or else all those of the request."""
    site = user.request.site.name if user.request.site else ""
    return _answered(user.answers) or _answered(user.request.answers) or site


def _answered(answers: Mapping[str, str]) -> str:
    found = (text for code, text in answers.items() if code.rsplit(".", 1)[-1] == ESTABLISHMENTS)
    return next(found, "")
