"""A directory worked by hand: each change becomes a task for an empowered agent.

Nothing is assumed done until the agent confirms it (``access.services.tasks``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from access.desired import ABSENT, DirectoryState
from access.directory.port import FoundEntry, NoPassword
from access.models import Account, AccountState, DirectoryTask, DirectoryTaskStep
from contracts.models import Caisse
from workflows import clock

Kind = DirectoryTask.Kind


class ManualDirectory:
    """Asks people."""

    makes_passwords = False

    def ensure(self, account: Account, wanted: DirectoryState) -> DirectoryState:
        known = DirectoryState(AccountState(account.state), tuple(account.services))
        if known.state != AccountState.ABSENT and wanted.state == AccountState.ABSENT:
            wanted = DirectoryState(AccountState.LOCKED)
        # An account that nobody registered yet needs no lock: what is not there opens nothing.
        never_opened = known.state == AccountState.ABSENT and wanted.state == AccountState.LOCKED
        kind = None if known == wanted or never_opened else _kind(known, wanted)
        self._ask(account, kind, wanted)
        return known

    def new_identifier(self, account: Account) -> str:
        return ""

    def reset(self, account: Account) -> str:
        raise NoPassword("L’annuaire est tenu à la main : l’agent y fait le mot de passe.")

    def set_password(self, account: Account, password: str) -> None:
        raise NoPassword("L’annuaire est tenu à la main : l’agent y fait le mot de passe.")

    def last_login(self, account: Account) -> date | None:
        return None

    def remove(self, account: Account) -> DirectoryState:
        known = DirectoryState(AccountState(account.state), tuple(account.services))
        self._ask(account, None if known == ABSENT else Kind.REMOVE, ABSENT)
        return known

    def entries(self, caisse: Caisse) -> Iterator[FoundEntry] | None:
        return None

    def _ask(self, account: Account, kind: Kind | None, wanted: DirectoryState) -> None:
        """Leave one task pending, of that kind; or none."""
        pending = account.tasks.filter(outcome=DirectoryTask.Outcome.PENDING).first()
        services = list(wanted.services)
        if pending is not None:
            same = (pending.kind, pending.wanted_state, pending.wanted_services)
            if same == (kind, wanted.state, services):
                return
            if pending.kind == kind == Kind.REGISTER:
                # The registers already done stay done: only what is to be opened changed.
                pending.wanted_services = services
                pending.save(update_fields=["wanted_services"])
                return
            pending.outcome = DirectoryTask.Outcome.SUPERSEDED
            pending.closed_at = clock.now()
            pending.save(update_fields=["outcome", "closed_at"])
        if kind is None:
            return
        task = DirectoryTask.objects.create(
            account=account,
            kind=kind,
            wanted_state=wanted.state,
            wanted_services=services,
            opened_at=clock.now(),
        )
        registry = account.habilitation_rules.registry
        if kind == Kind.REGISTER and registry is not None:
            DirectoryTaskStep.objects.bulk_create(
                DirectoryTaskStep(task=task, number=number, code=step.code, label=step.label)
                for number, step in enumerate(registry.steps, start=1)
            )


def _kind(known: DirectoryState, wanted: DirectoryState) -> Kind:
    if known.state == AccountState.ABSENT:
        return Kind.REGISTER
    if known.state == wanted.state:
        return Kind.CHANGE_SERVICES
    return Kind.OPEN if wanted.state == AccountState.OPEN else Kind.LOCK
