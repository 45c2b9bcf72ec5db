"""What the directory should hold of an account, derived from dates alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from access.models import AccountState
from workflows.access_decision import AccessDecision


@dataclass(frozen=True, slots=True)
class DirectoryState:
    """A state of an account, with the services (groups) it opens, in alphabetical order."""

    state: AccountState
    services: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.services and self.state != AccountState.OPEN:
            raise ValueError("Seul un compte ouvert ouvre des services.")


ABSENT = DirectoryState(AccountState.ABSENT)
LOCKED = DirectoryState(AccountState.LOCKED)


def desired(decisions: Iterable[tuple[str, AccessDecision]]) -> DirectoryState:
    """The state that the decisions on each service make: open as soon as one is permitted.

    Not yet in effect, or never granted: absent. Suspended, closed, or the convention over: locked.
    """
    decisions = list(decisions)
    services = sorted({service for service, decision in decisions if decision.permit})
    if services:
        return DirectoryState(AccountState.OPEN, tuple(services))
    return LOCKED if any(decision.locks for _, decision in decisions) else ABSENT
