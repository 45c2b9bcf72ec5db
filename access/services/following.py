"""What follows a convention, in its own transaction; and the directory, after the commit."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from access.models import Habilitation, HabilitationAct, HabilitationJournalEntry
from access.services.accounts import bring_to_desired_state
from access.services.lives import acts_by_subject
from contracts.models import Convention
from workflows import journal
from workflows.habilitation_life import HabilitationLife
from workflows.subjects import cache_of, settle
from workflows.timeline import Timeline


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
    for account in {habilitation.account_id for habilitation in habilitations}:
        after_commit(account)


def follow_habilitation(subject: Habilitation, **_: Any) -> None:
    """Let the directory follow a habilitation once its change is stored."""
    after_commit(subject.account_id)


def after_commit(account: int) -> None:
    """Bring an account to its desired state once the transaction is over.

    A failure is logged and undoes nothing: ``manage.py directory reconcile`` takes it up again.
    """
    transaction.on_commit(partial(bring_to_desired_state, account), robust=True)


def _moved(
    habilitation: Habilitation, life: HabilitationLife, entries: list[HabilitationJournalEntry]
) -> bool:
    """Whether anything but the day of the calculation is new."""
    unmoving = ("as_of", "engine_version")
    columns = cache_of(habilitation, life).items()
    if any(getattr(habilitation, name) != value for name, value in columns if name not in unmoving):
        return True
    return any(journal.change(entries, life.past_steps))
