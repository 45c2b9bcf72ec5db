"""The rights of users taken over, with the accounts that a person matches later.

Their settlements are stored without being announced: nothing is asked of the directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from access.imports.act_storing import insert, rows_of
from access.imports.judging import Accepted, Right
from access.imports.known import KnownPartner
from access.imports.partner_storing import save_new
from access.imports.values import plain
from access.models import (
    Account,
    AccountTakeOver,
    Habilitation,
    HabilitationAct,
    ImportRow,
    ImportRun,
)
from contracts.models import Convention
from workflows import bulk, settling
from workflows.habilitation import HabilitationStatus
from workflows.replay import ENGINE_VERSION
from workflows.settling import settlement

_Holder = tuple[str, int]
"""Who holds an account: the column of ``Account`` and the key in it."""


class _Held(NamedTuple):
    """What the account of one right is told of."""

    by_user: bool
    """Whether the rules have it held by the user, and not by the partner."""
    identifier: str
    row: ImportRow


def store_users(
    accepted: Sequence[Accepted],
    conventions: Sequence[Convention],
    rows: Sequence[ImportRow],
    run: ImportRun,
    at: datetime,
) -> None:
    """Write the rights of conventions just stored; ``rows`` are theirs in the report."""
    rights: list[Habilitation] = []
    given: list[Right] = []
    held: list[_Held] = []
    for one, convention, row in zip(accepted, conventions, rows, strict=True):
        for right in one.rights:
            rights.append(_granted(convention, one.partner, right, run, at))
            given.append(right)
            holder = one.told.model.rulebook.habilitation.account_holder
            held.append(_Held(holder == "user", right.told.identifier, row))
    if not rights:
        return
    save_new(one.person for one in rights)
    for one in rights:
        one.person_id = one.person.pk
    _give_accounts(rights, held, at)
    Habilitation.objects.bulk_create(rights)
    settled, acts = [], []
    for one, right in zip(rights, given, strict=True):
        own = [replace(act, user=one.user_key) for act in right.told.acts]
        written = rows_of(HabilitationAct, one, own, run, {})
        acts += written
        settled.append(settlement(one, right.life, (), own[-1].id, at))
        _say_warned(one)
    insert(HabilitationAct, acts)
    settling.store(settled)
    bulk.update(
        Habilitation,
        ("id", "dormancy_warned_for", "dormancy_proposed_for"),
        [(one.pk, one.dormancy_warned_for, one.dormancy_proposed_for) for one in rights],
    )


def _granted(
    convention: Convention, known: KnownPartner, right: Right, run: ImportRun, at: datetime
) -> Habilitation:
    site = right.told.site
    row = Habilitation(
        convention=convention,
        person=right.person,
        site=known.sites[plain(site)] if site else None,
        service=right.told.service,
        created_by=run.author,
        created_at=at,
        state=HabilitationStatus.REQUESTED,
        as_of=right.life.as_of,
        engine_version=ENGINE_VERSION,
        revision=len(right.told.acts),
    )
    if right.life.state == HabilitationStatus.CLOSED:
        # Open until it is settled, it would stand in the way of one granted since.
        vars(row).update(settling.cache_of(row, right.life))
    return row


def _give_accounts(rights: Sequence[Habilitation], held: Sequence[_Held], at: datetime) -> None:
    """Under which account each right stands: one a holder, those made here to be matched later."""
    caisse = rights[0].convention.caisse
    holders = [_holder(right, one) for right, one in zip(rights, held, strict=True)]
    known: dict[_Holder, Account] = {}
    for kind in ("partner", "site", "person"):
        keys = {key for name, key in holders if name == kind}
        for account in Account.objects.filter(caisse=caisse, **{f"{kind}__in": keys}):
            known[kind, getattr(account, f"{kind}_id")] = account
    fresh: dict[_Holder, tuple[Account, _Held]] = {}
    for holder, one in zip(holders, held, strict=True):
        if holder in known:
            continue
        account, first = fresh.get(holder, (None, one))
        account = account or Account(caisse=caisse, **{f"{holder[0]}_id": holder[1]})
        fresh[holder] = account, first if first.identifier else one
    Account.objects.bulk_create([account for account, _ in fresh.values()])
    AccountTakeOver.objects.bulk_create(
        AccountTakeOver(account=account, row=one.row, identifier=one.identifier, taken_over_at=at)
        for account, one in fresh.values()
    )
    known.update((holder, account) for holder, (account, _) in fresh.items())
    for right, holder in zip(rights, holders, strict=True):
        right.account = known[holder]


def _holder(right: Habilitation, held: _Held) -> _Holder:
    """As ``access.services.accounts.account_for`` has it."""
    if held.by_user:
        return "person", right.person.pk
    if right.site is not None:
        return "site", right.site.pk
    return "partner", right.convention.partner_id


def _say_warned(right: Habilitation) -> None:
    """What went unused before the take-over is told of by nobody here, until it is used again."""
    if right.dormancy_warning_on is not None and right.dormancy_warning_on <= right.as_of:
        right.dormancy_warned_for = right.dormancy_proposed_for = right.dormant_on
