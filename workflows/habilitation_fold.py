"""From the acts about one named user to the right they make: a pure fold over frozen facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workflows.access import over_on
from workflows.acts import Granted, UserAct
from workflows.convention import Refused
from workflows.convention_state import RefusedAct
from workflows.habilitation import HabilitationLifecycle, HabilitationState
from workflows.habilitation_acts import HANDLERS
from workflows.timeline import Timeline


def apply(state: HabilitationState, act: UserAct) -> HabilitationState:
    """The state once ``act`` has happened; a refused act is listed and changes nothing else."""
    life = HabilitationLifecycle(state.copy())
    life.reach(act.on)
    try:
        HANDLERS[type(act)](life, act)
    except Refused as refused:
        life.data.refused.append(RefusedAct(act.id, refused.code, refused.reason, refused.rule))
    return life.data


def advance(state: HabilitationState, day: date) -> HabilitationState:
    """The state at 0 h of ``day``."""
    life = HabilitationLifecycle(state.copy())
    life.reach(day)
    return life.data


def replay_user(timeline: Timeline, user: str) -> HabilitationState:
    """The habilitation of ``user`` under the convention of ``timeline``, up to its horizon.

    A user whose grant is not among the acts is taken as granted on the effect of the convention.
    """
    state = initial(timeline)
    known = [act for act in timeline.user_acts if act.user == user]
    if timeline.effect_on is not None and not any(type(a) is Granted for a in known):
        life = HabilitationLifecycle(state)
        state.granted_on = timeline.effect_on
        life.grant(on=timeline.effect_on, rule="habilitation")
    return fold(state, known, timeline.horizon)


def initial(timeline: Timeline) -> HabilitationState:
    """What is asked under the convention of ``timeline``, before any act."""
    return HabilitationState(timeline.rulebook, convention_closes_on=over_on(timeline))


def fold(
    state: HabilitationState, in_legal_order: Iterable[UserAct], until: date
) -> HabilitationState:
    """The state once the acts have happened and the days up to ``until`` have passed."""
    for act in in_legal_order:
        state = apply(state, act)
    return advance(state, until)
