"""What one may suppose of a convention: any event, an answer to a question, an annulment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from desk.event_fields import has_what_it_asks
from desk.events import ANNULMENT, DECISION, EVENTS, Event
from desk.known_events import as_known, knows
from workflows.acts import Act, Annulment
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.questions import Question
from workflows.timeline import Timeline

_NOT_ASKED = {"reason", "reasons", "reference", "convention", "visa"}
"""Parts of an event that are words for the file: a supposition leaves none behind."""


SUPPOSED = "essai-"
"""Begins the identifiers of what is supposed: no recorded act has one of these."""


class Supposition(NamedTuple):
    """Something that one may suppose, as its address names it."""

    code: str
    """`notice`, `decision:grey_zone:…`, `annulment:…`."""
    label: str
    event: Event
    about: Mapping[str, str]
    """What it is about, where its fields do not say it."""
    question: Question | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields asked."""
        return tuple(name for name in self.event.fields if name not in _NOT_ASKED)

    @property
    def unsaid(self) -> Mapping[str, str]:
        """The words that it must hold, and that nobody is asked for."""
        return {name: "hypothèse" for name in self.event.fields if name in _NOT_ASKED}


def suppositions(timeline: Timeline) -> dict[str, tuple[Supposition, ...]]:
    """All that may be supposed of a life, by the heading under which it is offered.

    What the rules refuse may be supposed too: the answer says why it would be.
    """
    return {
        "Événements": tuple(
            Supposition(event.kind, event.label, as_known(timeline.rulebook, event), {})
            for event in EVENTS
            if knows(timeline.rulebook, event) and has_what_it_asks(event.fields, timeline)
        ),
        "Réponses aux questions": tuple(
            Supposition(
                f"decision:{question.identity}",
                f"Répondre{NO_BREAK_SPACE}: {question.kind_text.title}",
                DECISION,
                {"question": question.identity},
                question,
            )
            for question in timeline.questions
        ),
        "Événements qui n’auraient pas eu lieu": tuple(
            Supposition(
                f"annulment:{act.id}",
                f"Sans{NO_BREAK_SPACE}: {act.label}, {date_in_words(act.on)}",
                ANNULMENT,
                {"of": act.id},
            )
            for act in _recorded(timeline)
        ),
    }


def _recorded(timeline: Timeline) -> list[Act]:
    acts = [
        act
        for act in timeline.circumstances.acts
        if not isinstance(act, Annulment) and not act.id.startswith(SUPPOSED)
    ]
    return sorted(acts, key=lambda act: act.on, reverse=True)
