"""What the directory should hold of many accounts at once, with few queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from access.desired import DirectoryState, desired, removal_on
from access.models import Account, Habilitation, HabilitationAct
from access.retention import retention_in
from access.services.lives import acts_by_subject
from contracts.models import Caisse, Convention
from contracts.models.gathering import Gathering
from workflows import habilitation_life
from workflows.access_decision import decide
from workflows.acts import Act
from workflows.clock import civil_date
from workflows.timeline import Timeline

CHUNK = 500
"""Accounts to ask about at once: enough to share the queries, few enough to hold in memory."""


def desired_states(
    accounts: Sequence[Account], at: datetime
) -> dict[int, DirectoryState | Exception]:
    """The state wanted of each account at an instant, by its key; or why nobody can tell it.

    A few queries, and one a type of convention, whatever the number of accounts.
    """
    rights: dict[int, list[Habilitation]] = {account.pk: [] for account in accounts}
    for habilitation in Habilitation.objects.filter(account__in=list(rights)).order_by("pk"):
        rights[habilitation.account_id].append(habilitation)
    every = [one for found in rights.values() for one in found]
    timelines = _timelines({one.convention_id for one in every}, at)
    acts = acts_by_subject(HabilitationAct, [one.pk for one in every])
    caisses = Caisse.objects.in_bulk({account.caisse_id for account in accounts})
    states: dict[int, DirectoryState | Exception] = {}
    for account in accounts:
        try:
            states[account.pk] = _desired(
                rights[account.pk], timelines, acts, caisses[account.caisse_id], at
            )
        except Exception as error:
            states[account.pk] = error
    return states


def _timelines(conventions: set[int], at: datetime) -> dict[int, Timeline | Exception]:
    found = Convention.to_sweep().in_bulk(conventions)
    if not found:
        return {}
    lives = Gathering([*found.values()]).lives(civil_date(at), at)
    return dict(zip(found, lives, strict=True))


def _desired(
    rights: Sequence[Habilitation],
    timelines: dict[int, Timeline | Exception],
    acts: dict[int, list[Act]],
    caisse: Caisse,
    at: datetime,
) -> DirectoryState:
    day = civil_date(at)
    lives = []
    for one in rights:
        timeline = timelines[one.convention_id]
        if isinstance(timeline, Exception):
            raise timeline
        lives.append(habilitation_life.replay(timeline, acts[one.pk], day, at))
    retention = retention_in(caisse.settings, caisse.code)
    leaves_on = retention and removal_on([life.over_on for life in lives], retention)
    return desired(
        [(one.service, decide(life, at)) for one, life in zip(rights, lives, strict=True)],
        is_past_retention=leaves_on is not None and leaves_on <= day,
    )
