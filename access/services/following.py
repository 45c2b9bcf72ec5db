"""What follows a convention, in its own transaction; and the directory, after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from access.measures import FOLLOWING
from access.models import (
    Account,
    AccountTakeOver,
    Habilitation,
    HabilitationAct,
    HabilitationJournalEntry,
)
from access.services.accounts import bring_to_desired_state
from access.services.lives import acts_by_subject
from access.services.notification import renew_credentials
from workflows import clock, effects, journal
from workflows.effects import EffectContext, NewEffect
from workflows.habilitation_life import HabilitationLife
from workflows.settling import Settlement, cache_of, journals, settlement, write

RENEWING = "access.renewal"
"""The name of the effect that renews the credentials of an account whose user changed."""


def follow_conventions(settlements: Sequence[Settlement], **_: Any) -> None:
    """Bring the habilitations of conventions in line with what these have become.

    The opening of another term gives and takes no right: nothing follows it.
    """
    moved = {one.subject.pk: one for one in settlements if not one.only_renews}
    if not moved:
        return
    habilitations = list(
        Habilitation.objects.filter(convention__in=list(moved))
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    keys = [habilitation.pk for habilitation in habilitations]
    acts = acts_by_subject(HabilitationAct, keys)
    entries = journals(Habilitation, keys)
    now = clock.now()
    following = []
    accounts: dict[int, set[int]] = {}
    for habilitation in habilitations:
        cause = moved[habilitation.convention_id]
        habilitation.convention = cause.subject
        accounts.setdefault(cause.subject.pk, set()).add(habilitation.account_id)
        known = entries[habilitation.pk]
        life = habilitation.life_under(cause.timeline, acts[habilitation.pk])
        if _moved(habilitation, life, known):
            habilitation.revision += 1
            following.append(settlement(habilitation, life, known, cause.because, now))
    write(following)
    follow(
        (f"convention:{pk}:{moved[pk].subject.revision}", account)
        for pk, found in accounts.items()
        for account in sorted(found)
    )


def follow_habilitations(settlements: Sequence[Settlement], **_: Any) -> None:
    """Let the directory follow habilitations once their change is stored."""
    follow(
        (f"habilitation:{one.subject.pk}:{one.subject.revision}", one.subject.account_id)
        for one in settlements
    )


def follow_departures(settlements: Sequence[Settlement], **_: Any) -> None:
    """Renew the credentials that a user who left shares with those who stay.

    Only where the rulebook says that a change of user renews them. The convention's own end changes
    no user. Asked for in the account's own lane, so after the right of the one who left was closed
    in the directory.
    """
    left = [one.subject for one in settlements if _left(one)]
    if not left:
        return
    accounts = Account.objects.filter(person__isnull=True).in_bulk([one.account_id for one in left])
    waiting = awaiting_their_entry(accounts)
    effects.emit_all(
        NewEffect(
            RENEWING,
            f"habilitation:{one.pk}:{one.revision}:renewed",
            f"account:{one.account_id}",
            {"account": one.account_id, "habilitation": one.pk},
        )
        for one in left
        if one.account_id in accounts and one.account_id not in waiting and _renews(one)
    )


_NO_CHANGE = ("convention", "credentials_lost")
"""The ends of a right that change no user. A loss has its own procedure."""


def _left(one: Settlement) -> bool:
    closed = any(step.to_state == "closed" for step in one.changed.asserted)
    return closed and one.subject.state == "closed" and one.subject.close_cause not in _NO_CHANGE


def _renews(habilitation: Habilitation) -> bool:
    """Whether the rules renew the credentials, and somebody else still enters with them."""
    change = habilitation.convention.rules.habilitation.user_change
    if change is None or change.credentials != "renewed":
        return False
    staying = Habilitation.objects.filter(account=habilitation.account_id)
    staying = staying.exclude(state__in=["requested", "closed"])
    has_left = not staying.filter(person=habilitation.person_id).exists()
    return has_left and staying.exists()


@effects.handler(RENEWING)
def renew(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Renew the credentials of one account, because of one user who left."""
    account = Account.objects.select_related("caisse").get(pk=payload["account"])
    renew_credentials(account, f"user-left:{payload['habilitation']}")


def follow(moves: Iterable[tuple[str, int]]) -> None:
    """Have the directory follow accounts once the transaction is over: what moved, and whose.

    Asked for in the same transaction, so that neither goes without the other; a directory that is
    away is tried again by the effects ledger. An account taken over from another register follows
    once a person has found its entry.
    """
    moves = list(moves)
    waiting = awaiting_their_entry(pk for _, pk in moves)
    effects.emit_all(
        NewEffect(FOLLOWING, f"{cause}:account:{pk}", f"account:{pk}", {"account": pk})
        for cause, pk in moves
        if pk not in waiting
    )


def awaiting_their_entry(accounts: Iterable[int]) -> set[int]:
    """Those of some accounts, by their keys, of which nothing may be asked of the directory yet."""
    found = AccountTakeOver.objects.filter(account__in=set(accounts), settled_at=None)
    return set(found.values_list("account", flat=True))


@effects.handler(FOLLOWING)
def bring_account(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Bring one account to what it should be now: done by the workers of the effects ledger."""
    bring_to_desired_state(payload["account"])


def _moved(
    habilitation: Habilitation, life: HabilitationLife, entries: list[HabilitationJournalEntry]
) -> bool:
    """Whether anything but the day of the calculation is new."""
    unmoving = ("as_of", "engine_version")
    columns = cache_of(habilitation, life).items()
    if any(getattr(habilitation, name) != value for name, value in columns if name not in unmoving):
        return True
    return any(journal.change(entries, life.past_steps))
