"""What a partner's answer about its users would change, user by user."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from access.models import Habilitation, ReviewedUser
from access.services.review_answers import act_of
from desk.consequences import Line
from desk.users.consequences import UserConsequences
from workflows.together import consequences_of

_TOLD = ("État", "Accès au service")


class Change(NamedTuple):
    """One user whose right changes."""

    habilitation: Habilitation
    lines: tuple[Line, ...]
    still_enters: bool
    """Whether another right of the shared account goes on entering the service."""


class ReviewConsequences(NamedTuple):
    """What the answer does to the users of the list."""

    closed: tuple[Change, ...]
    lifted: tuple[Change, ...]
    leaving_already: tuple[Habilitation, ...]
    """Those removed whose departure is already recorded: its day stays."""
    suspended_otherwise: tuple[Habilitation, ...]
    """Those who keep their right and stay suspended: silence is not the reason."""
    unchanged: int
    """How many others keep their access as it is."""


def weighed_answer(lines: Collection[ReviewedUser], removed: Collection[int]) -> ReviewConsequences:
    """What changes if the users of these rights, ``removed`` by their keys, lose them.

    Raises ``recording.ActRefused`` for what the rules refuse.
    """
    closed, lifted, already, otherwise, unchanged = [], [], [], [], 0
    for line in lines:
        leaves = line.habilitation_id in removed
        act = act_of(line, removed=leaves)
        if act is None:
            if leaves:
                already.append(line.habilitation)
            elif line.habilitation.state == "suspended":
                otherwise.append(line.habilitation)
            else:
                unchanged += 1
            continue
        told = UserConsequences(
            line.habilitation, consequences_of(line.habilitation, [act]), leaving=removed
        )
        change = Change(
            line.habilitation,
            tuple(one for one in told.lines if one.what in _TOLD),
            told.still_enters,
        )
        (closed if leaves else lifted).append(change)
    return ReviewConsequences(
        tuple(closed), tuple(lifted), tuple(already), tuple(otherwise), unchanged
    )
