"""The life of one convention as its pages tell it, to the caisse and to the partner alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from contracts.life_drawing import Drawing, draw
from contracts.life_words import ENDS, MEANINGS, period
from contracts.models import Convention
from workflows import french
from workflows.acts import Act
from workflows.convention_state import Step
from workflows.deadlines import SET_BY_HAND, Deadline
from workflows.french import NO_BREAK_SPACE, date_in_words, typeset
from workflows.questions import Question
from workflows.timeline import Timeline

FOR_THE_CAISSE = frozenset({"earliest_alert", "letter_acceptance", "letter_proof", SET_BY_HAND})
"""Kinds of deadlines that tell the caisse to be careful, and the partner nothing to do.

The ground of one set by hand is the lawyer’s own: the partner learns of it by a letter.
"""


class StepLine(NamedTuple):
    """A change of state, past or to come."""

    anchor: str
    step: Step
    label: str
    state: str
    article: str
    cause: str
    is_to_come: bool


class DeadlineLine(NamedTuple):
    """A deadline with what explains it."""

    anchor: str
    deadline: Deadline
    is_past: bool
    note: str
    """What the rulebook says of the rule: an ambiguity, a reading, a case."""

    @property
    def article(self) -> str:
        """`9-2`: the article that commands it, as screens cite it."""
        return french.article_number(self.deadline.article)


class Outcome(NamedTuple):
    """What one answer to a question would entail."""

    label: str
    reading: str
    entails: str
    is_default: bool
    is_given: bool


class QuestionLine(NamedTuple):
    """A doubt with its readings."""

    anchor: str
    question: Question
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class ConventionLife:
    """One convention, and its life at ``today``."""

    convention: Convention
    timeline: Timeline
    today: date
    prefix: str = field(default="", kw_only=True)
    """Begins its anchors on a page that shows more than one life: « avant- »."""
    read_on: date | None = field(default=None, kw_only=True)
    """The day on which the page is read, where it looks at the life from another."""

    @property
    def meaning(self) -> str:
        """The meaning under which its state is drawn."""
        return MEANINGS[self.timeline.state]

    @property
    def period(self) -> str:
        """« 2ᵉ période, jusqu’au 14 janvier 2027 »."""
        term = self.timeline.current_term
        if term is None:
            return ""
        return period(term.number, term.last_day, self.timeline.last_day_in_force)

    @property
    def end_cause(self) -> str:
        """Why it ends, in words."""
        return ENDS.get(self.timeline.end_cause, self.timeline.end_cause)

    @property
    def suspended_since(self) -> date | None:
        """The day since which all its accesses are suspended; None when they are not."""
        running = (
            one
            for one in self.timeline.data.suspensions
            if one.since <= self.today and (one.until is None or self.today < one.until)
        )
        return next((one.since for one in running), None)

    @cached_property
    def steps(self) -> tuple[StepLine, ...]:
        """Past then projected steps."""
        by_id = {act.id: act for act in self.timeline.circumstances.acts}
        return tuple(
            StepLine(
                f"{self.prefix}etape-{number}",
                step,
                self.timeline.label_of_step(step),
                self.timeline.label_of(step.to_state),
                self.timeline.article_of(step),
                _cause(by_id.get(step.cause)),
                step.on > self.timeline.as_of,
            )
            for number, step in enumerate(self.timeline.steps, start=1)
        )

    @cached_property
    def drawing(self) -> Drawing | None:
        """Its life as a line; none before anything happened."""
        return draw(self)

    @cached_property
    def drawing_without_doubts(self) -> Drawing | None:
        """The same without the questions that the caisse weighs."""
        return draw(self, with_doubts=False)

    def drawn_beside(self, other: ConventionLife) -> Drawing | None:
        """The same on a scale on which the other life also fits."""
        return draw(self, beside=other)

    @cached_property
    def deadlines(self) -> tuple[DeadlineLine, ...]:
        """The dates to watch."""
        return tuple(
            DeadlineLine(
                f"{self.prefix}echeance-{number}",
                deadline,
                deadline.due_on < self.today,
                self._said_of(deadline),
            )
            for number, deadline in enumerate(self.timeline.deadlines, start=1)
        )

    def _said_of(self, deadline: Deadline) -> str:
        """The note of its rule; of one set by hand, who set it and on what ground."""
        if deadline.kind != SET_BY_HAND:
            return _note(self.timeline.rulebook, deadline.rule)
        row = self.convention.acts.select_related("author").filter(identifier=deadline.act).first()
        author = row.author if row else None
        by = f"Posée par {author.get_full_name() or author}" if author else "Posée à la main"
        ground = next(one.ground for one in self.timeline.data.hand_set if one.act == deadline.act)
        return typeset(f"{by}, fondement : {ground}")

    @cached_property
    def next_deadline(self) -> DeadlineLine | None:
        """The first date not yet past."""
        return next((line for line in self.deadlines if not line.is_past), None)

    @property
    def shared_deadlines(self) -> tuple[DeadlineLine, ...]:
        """Those that concern both parties."""
        return tuple(line for line in self.deadlines if line.deadline.kind not in FOR_THE_CAISSE)

    @property
    def next_shared_deadline(self) -> DeadlineLine | None:
        """The first date not yet past that concerns both parties."""
        return next((line for line in self.shared_deadlines if not line.is_past), None)

    @cached_property
    def next_step(self) -> StepLine | None:
        """What happens next by itself."""
        return next((line for line in self.steps if line.is_to_come), None)

    @cached_property
    def questions(self) -> tuple[QuestionLine, ...]:
        """Doubts already raised, open ones first."""
        raised = [q for q in self.timeline.questions if q.on <= self.today]
        raised.sort(key=lambda question: (not question.is_open, not question.blocking))
        return tuple(
            QuestionLine(
                f"{self.prefix}question-{number}",
                question,
                tuple(_outcomes(self.timeline, question)),
            )
            for number, question in enumerate(raised, start=1)
        )

    @property
    def blocking(self) -> tuple[QuestionLine, ...]:
        """The open doubts that hold back whatever is irreversible."""
        return tuple(
            line for line in self.questions if line.question.is_open and line.question.blocking
        )


def _cause(act: Act | None) -> str:
    return "La date seule" if act is None else f"{act.label} du {date_in_words(act.on)}"


def _note(rulebook: Any, path: str) -> str:
    """The note of the rule at this path, or of the nearest rule above it."""
    note, place = "", rulebook
    for key in path.split(".") if path else ():
        place = getattr(place, key, None)
        if place is None:
            break
        note = getattr(place, "note", "") or note
    return note


def _outcomes(timeline: Timeline, question: Question) -> list[Outcome]:
    given = question.answer.code if question.answer else ""
    return [
        Outcome(
            answer.label,
            answer.reading,
            _entails(timeline, question.branches[answer.code]),
            answer.code == question.kind_text.default,
            answer.code == given,
        )
        for answer in question.kind_text.answers
    ]


def _entails(timeline: Timeline, branch: Timeline) -> str:
    sentences = []
    if branch.effect_on is not None and branch.effect_on != timeline.effect_on:
        sentences.append(f"Effet le {date_in_words(branch.effect_on)}.")
    if branch.last_day_in_force is not None:
        cause = ENDS.get(branch.end_cause, branch.end_cause)
        last_day = date_in_words(branch.last_day_in_force)
        sentences.append(f"Dernier jour en vigueur{NO_BREAK_SPACE}: {last_day} ({cause}).")
    elif branch.current_term is not None and branch.current_term.last_day is not None:
        last_day = date_in_words(branch.current_term.last_day)
        sentences.append(f"La convention continue{NO_BREAK_SPACE}; sa période va au {last_day}.")
    return " ".join(sentences)


def life_of(convention: Convention, today: date) -> ConventionLife:
    """Replay the life of one convention."""
    return ConventionLife(convention, convention.timeline(today), today)
