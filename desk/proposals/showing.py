"""What each kind of proposal shows to whoever confirms it: what it would change, in its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from access.services.proposed_acts import USER, habilitation_of
from contracts.models import Proposal
from contracts.services.proposals import NotProposed
from contracts.services.proposed_acts import CONVENTION, acts_of
from desk.access_changes import rights_under
from desk.act_words import said_by
from desk.before_after import BeforeAfter
from desk.users.consequences import UserConsequences
from desk.users.words import said_by_user_act
from workflows.recording import ActRefused
from workflows.timeline import Timeline
from workflows.together import consequences_of


class Shown(NamedTuple):
    """How a kind of proposal is shown."""

    template: str
    """What the page includes."""
    context: Callable[[Proposal], dict[str, Any]]
    """What that template draws. Raises ``NotProposed`` when it can no longer be done."""


_SHOWN: dict[str, Shown] = {}


def show(kind: str, shown: Shown) -> None:
    """Let the proposals of a kind be shown."""
    _SHOWN[kind] = shown


def shown_of(proposal: Proposal) -> Shown:
    """How a proposal is shown."""
    return _SHOWN[proposal.kind]


def _of_convention(proposal: Proposal) -> dict[str, Any]:
    acts, convention = acts_of(proposal), proposal.convention
    assert convention is not None
    try:
        difference = consequences_of(convention, acts)
    except ActRefused as refused:
        raise NotProposed(str(refused)) from refused
    before, after = (cast("Timeline", life) for life in difference)
    words = [(act, said_by(act, after)) for act in acts]
    return {
        "acts": words,
        "consequences": BeforeAfter(convention, before, after, rights_under(convention)),
    }


def _of_user(proposal: Proposal) -> dict[str, Any]:
    acts, habilitation = acts_of(proposal), habilitation_of(proposal)
    try:
        difference = consequences_of(habilitation, acts)
    except ActRefused as refused:
        raise NotProposed(str(refused)) from refused
    rules = habilitation.convention.rules
    words = [(act, said_by_user_act(act, acts, rules)) for act in acts]
    consequences = UserConsequences(habilitation, difference)
    return {"acts": words, "consequences": consequences, "habilitation": habilitation}


show(CONVENTION, Shown("desk/proposals/acts.html", _of_convention))
show(USER, Shown("desk/proposals/acts.html", _of_user))
