"""What stands in the way of something asked about users who have, or had, a right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from access.models import Habilitation
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.structures import ABOUT_RIGHTS
from workflows.french import typeset
from workflows.habilitation import HabilitationStatus

_SAME_RIGHT = ("convention_id", "person_id", "site_id", "service")
_INSTRUCTED = [RequestStatus.SUBMITTED.value, RequestStatus.RETURNED.value]


def requests_about(habilitations: Iterable[Habilitation]) -> dict[int, AccessRequest]:
    """The request still instructed about each right, by the right's key; one query."""
    found = AccessRequest.objects.filter(
        status__in=_INSTRUCTED, users__replaces__in=[one.pk for one in habilitations]
    )
    pairs = found.values_list("users__replaces", "pk")
    requests = found.in_bulk([pk for _, pk in pairs])
    return {right: requests[pk] for right, pk in pairs if right is not None}


def given_again(habilitations: Sequence[Habilitation]) -> set[int]:
    """The keys of the rights that the same person has by another habilitation; one query."""
    persons = {one.person_id for one in habilitations}
    standing = Habilitation.objects.filter(person__in=persons).exclude(
        state=HabilitationStatus.CLOSED.value
    )
    held: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for pk, *what in standing.values_list("pk", *_SAME_RIGHT):
        held[tuple(what)].add(pk)
    return {
        one.pk
        for one in habilitations
        if held[tuple(getattr(one, name) for name in _SAME_RIGHT)] - {one.pk}
    }


def check_asked_changes(request: AccessRequest) -> None:
    """Raise ``RequestRefused`` unless each line names its right, and nothing else is asked of it.

    A successor may be asked for together with others, who replace nobody.
    """
    users = request.named_users
    named = [user.replaces for user in users if user.replaces is not None]
    if request.kind in ABOUT_RIGHTS and len(named) < len(users):
        raise RequestRefused(
            "Choisissez chaque personne concernée dans la liste de vos utilisateurs."
        )
    about = requests_about(named)
    for right in named:
        other = about.get(right.pk)
        if other is not None and other.pk != request.pk:
            raise RequestRefused(already_asked(right, other))


def already_asked(right: Habilitation, other: AccessRequest) -> str:
    """Why nothing more is asked about a right until a request about it is decided."""
    return typeset(
        f"La demande {other.number}, qui concerne {right.person.get_full_name()}, est en cours. "
        "Suivez celle-ci, ou retirez-la d’abord."
    )
