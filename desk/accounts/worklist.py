"""What waits for an empowered agent: changes to the directory, and passwords to hand over."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from access.models import DirectoryTask, Habilitation
from access.services.handing_over import HandOver, to_hand_over
from access.services.tasks import worklist
from contracts.models import Convention, User
from contracts.services.visibility import visible_caisses


class Users(NamedTuple):
    """The named users of an account under one convention."""

    convention: Convention
    names: tuple[str, ...]
    services: tuple[str, ...]


def tasks_of(user: User, on: date) -> QuerySet[DirectoryTask]:
    """The changes to bring to the directories of the user's caisses, the oldest first."""
    return worklist(visible_caisses(user, on))


def handovers_of(user: User, on: date) -> list[HandOver]:
    """The rights whose credentials an agent has still to hand over, and how."""
    return to_hand_over(visible_caisses(user, on))


def users_of(task: DirectoryTask) -> list[Users]:
    """For whom the account opens, convention by convention."""
    habilitations = (
        task.account.habilitations.exclude(state="closed")
        .select_related("convention__pinned", "convention__partner", "person")
        .order_by("convention_id", "pk")
    )
    by_convention: dict[Convention, list[Habilitation]] = {}
    for habilitation in habilitations:
        by_convention.setdefault(habilitation.convention, []).append(habilitation)
    return [
        Users(
            convention,
            tuple(dict.fromkeys(one.person.get_full_name() for one in given)),
            tuple(
                offer.label
                for offer in convention.rules.services
                if offer.code in task.wanted_services
            ),
        )
        for convention, given in by_convention.items()
    ]
