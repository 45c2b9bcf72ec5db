"""Accounts: whose they are, what the directory should hold of them, and bringing it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from access.desired import DirectoryState
from access.directory.choice import directory_of
from access.directory.port import Directory
from access.measures import ACCOUNTS, REMOVALS
from access.models import Account, AccountIdentifier, AccountState
from access.services.desired_states import desired_states
from access.services.directory_health import watched
from access.services.notification import notify_habilitations, renew_credentials
from access.services.registers import call_off, registered_first
from contracts.models import Convention, Person, Site
from workflows import breaker, clock, effects
from workflows.effects import EffectContext, HeldBack, NewEffect
from workflows.subjects import locked

HANDING_OUT = "access.handing_out"
"""The name of the effect that sends credentials for an entry made anew."""


def account_for(convention: Convention, person: Person, site: Site | None) -> Account:
    """The account under which ``person`` enters: that of the holder the rulebook names, made once.

    Held by the partner, it is that of the structure asked for, or of the partner as a whole.
    """
    holder: dict[str, object]
    if convention.rules.habilitation.account_holder == "user":
        holder = {"person": person}
    elif site is not None:
        holder = {"site": site}
    else:
        holder = {"partner": convention.partner}
    return Account.objects.get_or_create(caisse=convention.caisse, **holder)[0]


def desired_state(account: Account, at: datetime) -> DirectoryState:
    """What the directory should hold of the account at an instant, from its habilitations' lives.

    Absent before the convention takes effect; open while one habilitation gives access; locked
    when suspended, closed, or when the convention is over; removed once that has lasted longer than
    the caisse keeps accounts.
    """
    wanted = desired_states([account], at)[account.pk]
    if isinstance(wanted, Exception):
        raise wanted
    return wanted


def bring_to_desired_state(account_pk: int) -> Account:
    """Bring the directory to what the account should be now, and say so to whom must know.

    Doing it again changes nothing. To be called once what made it necessary is committed.
    """
    with transaction.atomic():
        account = locked(Account.objects.select_related("caisse"), account_pk)
        directory = directory_of(account.caisse)
        wanted = desired_state(account, clock.now())
        was_absent = account.state == AccountState.ABSENT
        _require_no_mass(account, wanted)
        with watched(account.caisse):
            if not account.identifier:
                _identify(account, directory, wanted)
            bring = directory.remove if wanted.removes else partial(directory.ensure, wanted=wanted)
            now_known(account, bring(account))
        if was_absent and account.state == AccountState.OPEN:
            hand_out_again(account)
    notify_habilitations(account)
    return account


def hand_out_again(account: Account) -> None:
    """Send credentials to whoever had some: an entry made anew has no password they know.

    Asked again for the same entry, it is the same sending.
    """
    if account.habilitations.filter(state__in=["credentials_sent", "active"]).exists():
        renew_credentials(account, f"recreated:{account.revision}")


def hand_out_later(accounts: Iterable[Account]) -> None:
    """Have ``hand_out_again`` done for many accounts, once the transaction is over."""
    effects.emit_all(
        NewEffect(
            HANDING_OUT,
            f"account:{one.pk}:recreated:{one.revision}",
            f"account:{one.pk}",
            {"account": one.pk, "revision": one.revision},
        )
        for one in accounts
    )


@effects.handler(HANDING_OUT)
def hand_out(payload: Mapping[str, Any], context: EffectContext) -> None:
    """``hand_out_again`` for the entry that was made when the account had that revision."""
    account = Account.objects.select_related("caisse").get(pk=payload["account"])
    account.revision = payload["revision"]
    hand_out_again(account)


def _require_no_mass(account: Account, wanted: DirectoryState) -> None:
    """One account closed is an everyday thing; a great many at once is for a person to look at."""
    if account.state == AccountState.OPEN and wanted.state != AccountState.OPEN:
        measure, done = ACCOUNTS, "fermés"
    elif account.state != AccountState.ABSENT and wanted.removes:
        measure, done = REMOVALS, "retirés de l’annuaire"
    else:
        return
    if breaker.holds_back(measure.name, clock.today()):
        raise HeldBack(
            measure.name,
            f"trop de comptes seraient {done} à la fois ; une personne doit le confirmer à la page "
            "des traitements retenus.",
        )


def now_known(account: Account, state: DirectoryState) -> None:
    """Write what the directory is known to hold, on a locked account; nothing if nothing is new."""
    if (account.state, account.services) == (state.state, list(state.services)):
        return
    account.state, account.services = state.state, list(state.services)
    account.revision += 1
    account.save()


def give_identifier(account: Account, identifier: str) -> None:
    """Write the identifier of a locked account that has none, for good.

    The database refuses, with ``IntegrityError``, one that was ever given in the caisse.
    """
    assert not account.identifier
    AccountIdentifier.objects.create(
        caisse=account.caisse, account=account, identifier=identifier, recorded_at=clock.now()
    )
    account.identifier = identifier
    account.revision += 1
    account.save()


def _identify(account: Account, directory: Directory, wanted: DirectoryState) -> None:
    """Give the identifier under which to make the account, once its holder is registered."""
    if wanted.state != AccountState.OPEN:
        call_off(account)
        return
    identifier = directory.new_identifier(account)
    if identifier and registered_first(account, wanted):
        give_identifier(account, identifier)
