"""What is still to be done once a convention has ended, and the one thing to do next.

Pure: the life of the convention, and three facts that stand outside it: how many of its accounts
the directory still holds open, and when the partner was asked for its attestation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from workflows.findings import Duty
from workflows.timeline import Timeline

AWAITING_CLOSING = frozenset({"expired", "terminated"})
"""The states from which a person closes the file."""


class Next(Enum):
    """The one thing to do, in words that follow « il reste à »."""

    ASK = "demander l’attestation"
    ASK_AGAIN = "relancer le partenaire"
    LOCK = "fermer les comptes"
    WAIT = "attendre l’attestation"
    CLOSE = "clore le dossier"


@dataclass(frozen=True, slots=True)
class AfterEnd:
    """An ended convention: what holds its file open, and what binds for longer than the file."""

    last_day_in_force: date
    accounts_open: int
    """Accounts that the directory still holds open, and that no right opens any more."""
    attestation: Duty | None
    """What the partner has to attest; None where the rules ask for nothing."""
    asked_on: tuple[date, ...]
    """The days on which the partner was asked for it, the first one first."""
    lasting: tuple[Duty, ...]
    """What binds on, until a day or without end: nothing that the file waits for."""
    next: Next
    ask_again_on: date | None
    """From when a partner that does not answer is asked again; None once nothing is awaited."""

    @property
    def awaits_attestation(self) -> bool:
        return self.attestation is not None and self.attestation.done_on is None


def after_end(
    timeline: Timeline, accounts_open: int, asked_on: Sequence[date], patience: timedelta
) -> AfterEnd | None:
    """What the end leaves to be done at ``as_of``; None unless the file waits to be closed.

    ``patience`` is how long the partner is given before it is asked again, where the rules give it
    no delay that ends later.
    """
    if timeline.state not in AWAITING_CLOSING or timeline.last_day_in_force is None:
        return None
    attestation = next((duty for duty in timeline.duties if duty.code == "attestation"), None)
    asked = tuple(sorted(day for day in asked_on if day > timeline.last_day_in_force))
    again = None
    if attestation is not None and attestation.done_on is None and asked:
        again = asked[-1] + patience
        if attestation.until is not None:
            again = max(again, attestation.until + timedelta(days=1))
    return AfterEnd(
        timeline.last_day_in_force,
        accounts_open,
        attestation,
        asked,
        tuple(duty for duty in timeline.duties if not duty.to_be_done),
        _next(attestation, again, accounts_open, timeline.as_of),
        again,
    )


def _next(attestation: Duty | None, again: date | None, accounts_open: int, today: date) -> Next:
    """What depends on others comes first: the answer of a partner takes longest."""
    awaited = attestation is not None and attestation.done_on is None
    if awaited and again is None:
        return Next.ASK
    if again is not None and again <= today:
        return Next.ASK_AGAIN
    if accounts_open:
        return Next.LOCK
    return Next.WAIT if awaited else Next.CLOSE
