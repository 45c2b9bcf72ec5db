"""The transitions that the rules of one type of convention know, out of all that the engine has."""

from __future__ import annotations

from typing import Any, NamedTuple

from workflows.convention import TRANSITIONS, ConventionLifecycle, ConventionStatus
from workflows.rulebook import Rulebook

_ENDS = ("breach", "mutual_termination", "force_majeure")
"""The rules under which a convention ends before its term."""


class Move(NamedTuple):
    """A change of state that the rules allow."""

    number: int
    """From 1, in the order of a life: it ties the drawing to its table."""
    name: str
    label: str
    source: str
    target: str
    article: str


def moves(rulebook: Rulebook) -> tuple[Move, ...]:
    """Every change of state that a convention may meet under these rules, in order.

    A letter more that leaves the state as it is is left out, and so is what is out of reach.
    """
    known = [
        (name, source, target)
        for name in vars(ConventionLifecycle)
        if name in TRANSITIONS and _article(rulebook, name) is not None
        for source, target in TRANSITIONS[name].edges
        if _is_shown(name, source, target) and _is_known(rulebook, name, source)
    ]
    reached = _reached(known)
    return tuple(
        Move(
            number,
            name,
            TRANSITIONS[name].label,
            source,
            target,
            _article(rulebook, name) or "",
        )
        for number, (name, source, target) in enumerate(
            ((n, s, t) for n, s, t in known if s in reached), start=1
        )
    )


def label_of(rulebook: Rulebook, state: str) -> str:
    """A state in the words of the rulebook."""
    return rulebook.labels.states.get(state) or str(ConventionStatus(state).label)


def _article(rulebook: Rulebook, name: str) -> str | None:
    """The article that commands a transition; None where the rules do not know it."""
    if name == "terminate":
        known = [rule for rule in _ENDS if getattr(rulebook, rule) is not None]
        return rulebook.article_of(known[0]) if known else None
    rule = TRANSITIONS[name].rule
    top = rule.split(".")[0]
    # What is asked after the end may be nothing: a file is closed all the same.
    if getattr(rulebook, top) is None and top != "survival":
        return None
    return rulebook.article_of(rule)


def _is_shown(name: str, source: str, target: str) -> bool:
    return source != target or (name == "renew" and source == ConventionStatus.ACTIVE)


def _is_known(rulebook: Rulebook, name: str, source: str) -> bool:
    renewal, breach = rulebook.term.renewal, rulebook.breach
    match name:
        case "renew":
            return renewal.kind != "none"
        case "expire":
            goes_on = renewal.kind == "tacit" and renewal.maximum is None
            return source != ConventionStatus.ACTIVE or not goes_on
        case "begin_termination" | "withdraw_formal_notice":
            return breach is not None and breach.kind == "delay"
        case "cure":
            return breach is not None and breach.cure != "none"
        case "transmit_cnil":
            return bool(_declared(rulebook))
        case "activate" if source == ConventionStatus.SIGNED:
            return all(one.partner_kinds or one.except_partner_kinds for one in _declared(rulebook))
    return True


def _declared(rulebook: Rulebook) -> list[Any]:
    """The CNIL formalities that hold the effect back."""
    return [
        condition
        for condition in rulebook.effect.conditions
        if condition.kind == "cnil" and condition.consequence == "suspends_effect"
    ]


def _reached(known: list[tuple[str, str, str]]) -> set[str]:
    """The states to which some path leads from the draft."""
    reached = {str(ConventionStatus.DRAFT)}
    while more := {t for _, s, t in known if s in reached and t not in reached}:
        reached |= more
    return reached
