"""Many accounts of a caisse brought to their desired state, sharing the questions to the database.

For a directory that is built anew, or that lost much. What closes or removes an account goes one
by one, as the breaker looks at each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from access.desired import DirectoryState
from access.directory.choice import directory_of
from access.directory.port import Directory, DirectoryUnreachable
from access.models import Account, AccountIdentifier, AccountState, Habilitation
from access.services.accounts import bring_to_desired_state, hand_out_later
from access.services.desired_states import desired_states
from access.services.directory_health import watched
from access.services.notification import notify
from access.services.registers import keeps_registers
from contracts.models import Caisse
from workflows import bulk, clock
from workflows.effects import EffectFailed

AT_ONCE = 100
"""Accounts locked together: enough to share the queries, few enough not to hold up others."""


def bring_together(
    caisse: Caisse, keys: Sequence[int]
) -> Iterator[tuple[int, Account | Exception]]:
    """Bring each account as ``bring_to_desired_state`` does; give it by its key, or why it failed.

    Raises ``DirectoryUnreachable``: those not yet given are to be brought again.
    """
    for start in range(0, len(keys), AT_ONCE):
        chunk = keys[start : start + AT_ONCE]
        try:
            opened = _open_together(caisse, chunk)
        except DirectoryUnreachable:
            raise
        except Exception:
            # One of them is at fault: it is found, and told, by bringing each alone.
            opened = {}
        for key in chunk:
            yield key, opened.get(key) or _alone(key)


def _alone(key: int) -> Account | Exception:
    try:
        return bring_to_desired_state(key)
    except DirectoryUnreachable:
        raise
    except Exception as error:
        return error


def _open_together(caisse: Caisse, keys: Sequence[int]) -> dict[int, Account]:
    """Bring the accounts that are to be open; the others, and what the directory refuses, are left.

    So are those that may have to wait for another register, which is asked for one by one.
    Unreachable, it undoes what was written here; what the directory took will be found there.
    """
    with transaction.atomic():
        wanted_of = _to_open(caisse, keys)
        directory = directory_of(caisse)
        changed = _identify(list(wanted_of), directory)
        opened, anew = {}, []
        with watched(caisse):
            for account, wanted in wanted_of.items():
                try:
                    known = directory.ensure(account, wanted)
                except DirectoryUnreachable:
                    raise
                except EffectFailed:
                    continue
                opened[account.pk] = account
                if account.state == AccountState.ABSENT and known.state == AccountState.OPEN:
                    anew.append(account)
                if (account.state, account.services) != (known.state, list(known.services)):
                    account.state, account.services = known.state, list(known.services)
                    changed.add(account)
        columns = ("id", "identifier", "state", "services", "revision")
        bulk.update(
            Account,
            columns,
            [
                (one.pk, one.identifier, one.state, one.services, one.revision + 1)
                for one in sorted(changed, key=lambda one: one.pk)
            ],
        )
        for account in changed:
            account.revision += 1
        hand_out_later(anew)
    _notify(opened)
    return opened


def _to_open(caisse: Caisse, keys: Sequence[int]) -> dict[Account, DirectoryState]:
    """The accounts that are to be open, locked; without those that another register may precede."""
    rows = Account.objects.filter(pk__in=keys, caisse=caisse).order_by("pk")
    accounts = list(rows.select_for_update(of=("self",), no_key=True))
    may_wait = keeps_registers(caisse)
    states = desired_states(accounts, clock.now())
    wanted_of = {}
    for account in accounts:
        account.caisse = caisse
        wanted = states[account.pk]
        waits = may_wait and not account.identifier
        if isinstance(wanted, DirectoryState) and wanted.state == AccountState.OPEN and not waits:
            wanted_of[account] = wanted
    return wanted_of


def _identify(accounts: Sequence[Account], directory: Directory) -> set[Account]:
    """Give identifiers to those that have none, where the directory lets this house do it."""
    given = []
    for account in accounts:
        if not account.identifier and (identifier := directory.new_identifier(account)):
            account.identifier = identifier
            given.append(account)
    now = clock.now()
    AccountIdentifier.objects.bulk_create(
        AccountIdentifier(
            caisse_id=one.caisse_id, account=one, identifier=one.identifier, recorded_at=now
        )
        for one in given
    )
    return set(given)


def _notify(opened: dict[int, Account]) -> None:
    granted = Habilitation.objects.filter(account__in=list(opened), state="granted")
    for habilitation in granted.select_related("convention__pinned", "person").order_by("pk"):
        account = opened[habilitation.account_id]
        if account.state == AccountState.OPEN and habilitation.service in account.services:
            notify(habilitation, account)
