"""What follows a convention, in its own transaction; and the directory, after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from access.models import Habilitation, HabilitationAct, HabilitationJournalEntry
from access.services.accounts import bring_to_desired_state
from access.services.lives import acts_by_subject
from contracts.models import Convention
from workflows import effects, journal
from workflows.effects import EffectContext, NewEffect
from workflows.habilitation_life import HabilitationLife
from workflows.subjects import cache_of, settle
from workflows.timeline import Timeline

FOLLOWING = "access.account"
"""The name of the effect that brings an account to its desired state."""


def follow_convention(subject: Convention, timeline: Timeline, because: str, **_: Any) -> None:
    """Bring the habilitations of a convention in line with what it has become."""
    habilitations = list(
        Habilitation.objects.filter(convention=subject)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    keys = [habilitation.pk for habilitation in habilitations]
    acts = acts_by_subject(HabilitationAct, keys)
    entries: dict[int, list[HabilitationJournalEntry]] = {pk: [] for pk in keys}
    for entry in HabilitationJournalEntry.objects.filter(subject__in=keys).order_by("number"):
        entries[entry.subject_id].append(entry)
    for habilitation in habilitations:
        habilitation.convention = subject
        life = habilitation.life_under(timeline, acts[habilitation.pk])
        if _moved(habilitation, life, entries[habilitation.pk]):
            habilitation.revision += 1
            settle(habilitation, life, because)
    accounts = {habilitation.account_id for habilitation in habilitations}
    follow(f"convention:{subject.pk}:{subject.revision}", sorted(accounts))


def follow_habilitation(subject: Habilitation, **_: Any) -> None:
    """Let the directory follow a habilitation once its change is stored."""
    follow(f"habilitation:{subject.pk}:{subject.revision}", [subject.account_id])


def follow(cause: str, accounts: Iterable[int]) -> None:
    """Have the directory follow accounts once the transaction is over; ``cause`` is what moved.

    Asked for in the same transaction, so that neither goes without the other; a directory that is
    away is tried again by the effects ledger.
    """
    effects.emit_all(
        NewEffect(FOLLOWING, f"{cause}:account:{pk}", f"account:{pk}", {"account": pk})
        for pk in accounts
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
