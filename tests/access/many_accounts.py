"""A great many accounts, written at once: each of a structure of its own, with one right."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from access.models import Account, Habilitation, HabilitationAct
from contracts.models import Site
from workflows.act_payloads import payload_of
from workflows.acts import Act


def accounts_like(model: Habilitation, count: int) -> list[Account]:
    """``count`` accounts, each with a right that lived as ``model`` did; in no directory yet.

    Their journals are left out, as nothing here reads them.
    """
    partner = model.convention.partner
    sites = Site.objects.bulk_create(
        Site(partner=partner, name=f"Structure {number}") for number in range(count)
    )
    accounts = Account.objects.bulk_create(
        Account(caisse=model.convention.caisse, site=site) for site in sites
    )
    rights = Habilitation.objects.bulk_create(_twin(model, account) for account in accounts)
    lived = [row.act for row in model.acts.order_by("revision")]
    HabilitationAct.objects.bulk_create(row for right in rights for row in _told(right, lived))
    return accounts


def _twin(model: Habilitation, account: Account) -> Habilitation:
    twin = copy(model)
    twin._state = copy(model._state)
    twin.pk, twin._state.adding = None, True
    twin.account, twin.site, twin.snapshot = account, account.site, ""
    return twin


def _told(right: Habilitation, lived: Sequence[Act]) -> list[HabilitationAct]:
    rows: list[HabilitationAct] = []
    for number, act in enumerate(lived, start=1):
        row = HabilitationAct(
            subject=right,
            identifier=act.id,
            kind=act.kind,
            on=act.on,
            recorded_at=act.recorded_at,
            payload=payload_of(act) | {"user": right.user_key},
            revision=number,
        )
        row.follow(rows[-1] if rows else None)
        rows.append(row)
    return rows
