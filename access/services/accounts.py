"""Accounts: whose they are, what the directory should hold of them, and bringing it there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from access.desired import DirectoryState, desired
from access.directory.choice import directory_of
from access.directory.port import Directory
from access.measures import ACCOUNTS
from access.models import Account, AccountIdentifier, AccountState
from access.services.lives import READ_WITH, lives_at
from access.services.notification import notify_habilitations
from contracts.models import Convention, Person, Site
from workflows import breaker, clock
from workflows.access_decision import decide
from workflows.effects import HeldBack
from workflows.subjects import locked


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
    when suspended, closed, or when the convention is over.
    """
    habilitations = list(account.habilitations.select_related(*READ_WITH).order_by("pk"))
    lives = lives_at(habilitations, at)
    return desired(
        (habilitation.service, decide(life, at))
        for habilitation, life in zip(habilitations, lives, strict=True)
    )


def bring_to_desired_state(account_pk: int) -> Account:
    """Bring the directory to what the account should be now, and say so to whom must know.

    Doing it again changes nothing. To be called once what made it necessary is committed.
    """
    with transaction.atomic():
        account = locked(Account.objects.select_related("caisse"), account_pk)
        directory = directory_of(account.caisse)
        wanted = desired_state(account, clock.now())
        if account.state == AccountState.OPEN and wanted.state != AccountState.OPEN:
            _require_no_mass()
        if wanted.state == AccountState.OPEN and not account.identifier:
            _identify(account, directory)
        now_known(account, directory.ensure(account, wanted))
    notify_habilitations(account)
    return account


def _require_no_mass() -> None:
    """One account closed is an everyday thing; a great many at once is for a person to look at."""
    if breaker.holds_back(ACCOUNTS.name, clock.today()):
        raise HeldBack(
            ACCOUNTS.name,
            "trop de comptes seraient fermés à la fois ; une personne doit le confirmer à la page "
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


def _identify(account: Account, directory: Directory) -> None:
    identifier = directory.new_identifier(account)
    if identifier:
        give_identifier(account, identifier)
