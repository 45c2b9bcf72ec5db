"""What follows a convention, in its own transaction; and the directory, after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from access.measures import FOLLOWING
from access.models import Habilitation, HabilitationAct, HabilitationJournalEntry
from access.services.accounts import bring_to_desired_state
from access.services.lives import acts_by_subject
from workflows import clock, effects, journal
from workflows.effects import EffectContext, NewEffect
from workflows.habilitation_life import HabilitationLife
from workflows.settling import Settlement, cache_of, journals, settlement, write


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


def follow(moves: Iterable[tuple[str, int]]) -> None:
    """Have the directory follow accounts once the transaction is over: what moved, and whose.

    Asked for in the same transaction, so that neither goes without the other; a directory that is
    away is tried again by the effects ledger.
    """
    effects.emit_all(
        NewEffect(FOLLOWING, f"{cause}:account:{pk}", f"account:{pk}", {"account": pk})
        for cause, pk in moves
    )


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
