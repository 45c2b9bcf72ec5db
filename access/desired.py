"""What the directory should hold of an account, derived from dates alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from access.models import AccountState
from workflows.access_decision import AccessDecision
from workflows.calendar import Duration, add


@dataclass(frozen=True, slots=True)
class DirectoryState:
    """A state of an account, with the services (groups) it opens, in alphabetical order."""

    state: AccountState
    services: tuple[str, ...] = ()
    removes: bool = field(default=False, compare=False)
    """While absent: what the directory still holds is to be removed, and not only locked."""

    def __post_init__(self) -> None:
        if self.services and self.state != AccountState.OPEN:
            raise ValueError("Seul un compte ouvert ouvre des services.")
        if self.removes and self.state != AccountState.ABSENT:
            raise ValueError("Seul un compte qui ne doit plus être là se retire.")


ABSENT = DirectoryState(AccountState.ABSENT)
LOCKED = DirectoryState(AccountState.LOCKED)
REMOVED = DirectoryState(AccountState.ABSENT, removes=True)


def desired(
    decisions: Iterable[tuple[str, AccessDecision]], is_past_retention: bool = False
) -> DirectoryState:
    """The state that the decisions on each service make: open as soon as one is permitted.

    Not yet in effect, or never granted: absent. Suspended, closed, or the convention over: locked;
    removed once that is so for longer than accounts are kept.
    """
    decisions = list(decisions)
    services = sorted({service for service, decision in decisions if decision.permit})
    if services:
        return DirectoryState(AccountState.OPEN, tuple(services))
    if is_past_retention:
        return REMOVED
    return LOCKED if any(decision.locks for _, decision in decisions) else ABSENT


def removal_on(ends: Iterable[date | None], retention: Duration) -> date | None:
    """The first day on which an account is not kept any more.

    ``ends`` are the first days without each right ever given under it, None while one is not over:
    the account is then kept, as is one under which nothing was ever given.
    """
    last: date | None = None
    for end in ends:
        if end is None:
            return None
        last = end if last is None else max(last, end)
    return None if last is None else add(last, retention)
