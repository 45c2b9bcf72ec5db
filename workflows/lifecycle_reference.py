"""The lifecycles as the documentation shows them: tables and diagrams, read from the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflows.convention import (
    ENDED,
    IN_FORCE,
    TRANSITIONS,
    ConventionLifecycle,
    ConventionStatus,
    TransitionText,
)
from workflows.habilitation import REFUSALS, HabilitationLifecycle, HabilitationStatus
from workflows.question_kinds import QUESTION_KINDS
from workflows.rulebook_reference import NoPlaceForTable

BEGIN = "<!-- States and transitions: written by `manage.py lifecycle PAGE`. -->"
END = "<!-- End of the states and transitions. -->"


class Move(NamedTuple):
    """One arrow of a diagram."""

    source: str
    target: str
    name: str


def reference() -> str:
    """States, transitions and diagrams of a convention and of a habilitation, in Markdown."""
    return "\n".join(
        [
            "### States of a convention",
            "",
            *_convention_states(),
            "",
            "### Transitions of a convention",
            "",
            *_convention_transitions(),
            "",
            *_diagram("draft", _convention_moves(), ("abandoned", "closed")),
            "",
            "### Questions for a lawyer",
            "",
            *_questions(),
            "",
            "### States and transitions of a habilitation",
            "",
            *_habilitation_states(),
            "",
            *_habilitation_transitions(),
            "",
            *_diagram("requested", _habilitation_moves(), ("closed",)),
        ]
    )


def with_reference(page: str) -> str:
    """The page with its tables brought up to date. Raises ``NoPlaceForTable``."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not between.search(page):
        raise NoPlaceForTable(f"il y manque les lignes « {BEGIN} » et « {END} »")
    return between.sub(lambda _: f"{BEGIN}\n\n{reference()}\n\n{END}", page, count=1)


def _convention_states() -> Iterator[str]:
    yield "| state | French label | in force | ended |"
    yield "|---|---|---|---|"
    for status in ConventionStatus:
        in_force = "yes" if status in IN_FORCE else ""
        ended = "yes" if status in ENDED else ""
        yield f"| `{status.value}` | {status.label} | {in_force} | {ended} |"


def _convention_transitions() -> Iterator[str]:
    yield "| transition | French label | rule | from | to | when it is refused |"
    yield "|---|---|---|---|---|---|"
    for name, transition in _in_order_of_life():
        sources = _codes(source for source, _ in transition.edges)
        targets = _codes(target for source, target in transition.edges if source != target)
        yield (
            f"| `{name}` | {transition.label} | `{transition.rule}` | {sources} "
            f"| {targets or 'unchanged'} | {transition.refusal} |"
        )


def _in_order_of_life() -> Iterator[tuple[str, TransitionText]]:
    """As the lifecycle declares them: the making, the life, the ends."""
    for name in vars(ConventionLifecycle):
        if name in TRANSITIONS:
            yield name, TRANSITIONS[name]


def _codes(states: Iterator[str]) -> str:
    named = set(states)
    return ", ".join(f"`{status.value}`" for status in ConventionStatus if status in named)


def _convention_moves() -> Iterator[Move]:
    for name, transition in _in_order_of_life():
        for source, target in transition.edges:
            # A letter more, or one less, that leaves the state as it is says nothing here.
            if source != target or name == "renew":
                yield Move(source, target, name)


def _questions() -> Iterator[str]:
    yield "| question | holds the ends | rule | what is asked | answers |"
    yield "|---|---|---|---|---|"
    for question in QUESTION_KINDS.values():
        blocking = "yes" if question.blocking else ""
        answers = "<br>".join(f"`{a.code}`: {a.label}. {a.reading}" for a in question.answers)
        yield (
            f"| `{question.kind}` | {blocking} | `{question.rule}` | {question.asked} | {answers} |"
        )


def _habilitation_states() -> Iterator[str]:
    yield "| state | French label |"
    yield "|---|---|"
    for status in HabilitationStatus:
        yield f"| `{status.value}` | {status.label} |"


def _habilitation_transitions() -> Iterator[str]:
    yield "| transition | when it is refused |"
    yield "|---|---|"
    for name in vars(HabilitationLifecycle):
        if name in REFUSALS:
            yield f"| `{name}` | {REFUSALS[name]} |"


def _habilitation_moves() -> Iterator[Move]:
    transitions = HabilitationLifecycle.status.get_transitions()
    for name in vars(HabilitationLifecycle):
        for method, declared in transitions.items():
            if method.slug == name:
                for transition in declared:
                    for target in transition.declared_targets():
                        if isinstance(target, str):
                            yield Move(transition.source, target, name)


def _diagram(first: str, moves: Iterable[Move], last: Iterable[str]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {first}"
    for move in moves:
        yield f"    {move.source} --> {move.target}: {move.name}"
    for state in last:
        yield f"    {state} --> [*]"
    yield "```"
