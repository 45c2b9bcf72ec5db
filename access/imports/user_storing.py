"""The rights of users taken over, with the accounts that a person matches later.

Their settlements are stored without being announced: nothing is asked of the directory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from access.imports.act_storing import insert, rows_of
from access.imports.judging import Accepted
from access.imports.known import KnownPartner
from access.imports.partner_storing import save_new
from access.imports.told import UserTold
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
from workflows.clock import civil_date
from workflows.habilitation import HabilitationStatus
from workflows.habilitation_life import HabilitationLife
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
    told: list[tuple[UserTold, HabilitationLife]] = []
    held: list[_Held] = []
    for one, convention, row in zip(accepted, conventions, rows, strict=True):
        for user, life in one.users:
            rights.append(_right(convention, one.partner, user, run, at))
            told.append((user, life))
            holder = one.told.model.rulebook.habilitation.account_holder
            held.append(_Held(holder == "user", user.identifier, row))
    if not rights:
        return
    save_new(one.person for one in rights)
    for right in rights:
        right.person_id = right.person.pk
    _give_accounts(rights, held, at)
    Habilitation.objects.bulk_create(rights)
    settled, acts = [], []
    for right, (user, life) in zip(rights, told, strict=True):
        own = [replace(act, user=right.user_key) for act in user.acts]
        written = rows_of(HabilitationAct, right, own, run, {})
        acts += written
        right.revision = len(written)
        settled.append(settlement(right, life, (), own[-1].id, at))
        _say_warned(right)
    insert(HabilitationAct, acts)
    settling.store(settled)
    bulk.update(
        Habilitation,
        ("id", "dormancy_warned_for", "dormancy_proposed_for"),
        [(one.pk, one.dormancy_warned_for, one.dormancy_proposed_for) for one in rights],
    )


def _right(
    convention: Convention, known: KnownPartner, user: UserTold, run: ImportRun, at: datetime
) -> Habilitation:
    return Habilitation(
        convention=convention,
        person=known.user(user),
        site=known.sites[plain(user.site)] if user.site else None,
        service=user.service,
        created_by=run.author,
        created_at=at,
        state=HabilitationStatus.REQUESTED,
        as_of=civil_date(at),
        engine_version=ENGINE_VERSION,
    )


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
