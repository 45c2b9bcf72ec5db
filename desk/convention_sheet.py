"""All that the page of one convention shows, read from its life and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from contracts.models import Convention, ConventionAct, PartnerNumber, Signatory
from contracts.models.partners import PARTNER_KINDS
from desk.act_words import said_by
from desk.life_drawing import Drawing, draw
from desk.words import ENDS, MEANINGS, ordinal, period
from workflows.acts import Act
from workflows.convention import TRANSITIONS
from workflows.convention_state import Step
from workflows.deadlines import Deadline
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.letter_verdicts import (
    formal_notice_conclusion,
    formal_notice_reasons,
    notice_conclusion,
    notice_reasons,
)
from workflows.questions import Question
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Timeline


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


class ActLine(NamedTuple):
    """A recorded act with its proofs."""

    row: ConventionAct
    label: str
    words: str
    stands: bool
    """Whether it is neither annulled nor refused by the rules."""


class LetterLine(NamedTuple):
    """What the rules say of a letter."""

    title: str
    meaning: str
    conclusion: str
    article: str
    reasons: tuple[str, ...]


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
class ConventionSheet:
    """One convention, its life at ``today`` and what was recorded of it."""

    convention: Convention
    timeline: Timeline
    rows: tuple[ConventionAct, ...]
    today: date

    # Who and what.

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
    def partner_kind(self) -> str:
        """« Commune »."""
        return PARTNER_KINDS[PartnerKind(self.convention.partner.kind)]

    @cached_property
    def partner_number(self) -> str:
        """The number under which the caisse knows the partner."""
        numbers = PartnerNumber.objects.filter(
            caisse=self.convention.caisse_id, partner=self.convention.partner_id
        )
        return next((row.number for row in numbers), "")

    @cached_property
    def signatories(self) -> list[Signatory]:
        """Those who may sign for the partner today."""
        signatories = Signatory.objects.filter(partner=self.convention.partner_id)
        return [
            signatory
            for signatory in signatories.select_related("person").prefetch_related("powers")
            if any(
                power.first_day <= self.today and (power.last_day or self.today) >= self.today
                for power in signatory.powers.all()
            )
        ]

    @cached_property
    def sites(self) -> list[Any]:
        """The structures that it covers."""
        return list(self.convention.sites.all())

    @property
    def end_cause(self) -> str:
        """Why it ends, in words."""
        return ENDS.get(self.timeline.end_cause, self.timeline.end_cause)

    # Its life.

    @cached_property
    def steps(self) -> tuple[StepLine, ...]:
        """Past then projected steps."""
        by_id = {act.id: act for act in self.timeline.circumstances.acts}
        return tuple(
            StepLine(
                f"etape-{number}",
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
    def letters(self) -> tuple[LetterLine, ...]:
        """Notices and breach letters with what the rules say of them."""
        timeline, rules = self.timeline, self.timeline.rulebook
        lines = [
            LetterLine(
                rules.labels.notice.capitalize(),
                "question" if notice.verdict in ("grey_zone", "to_qualify") else "attention",
                notice_conclusion(notice),
                rules.article_of("notice"),
                tuple(notice_reasons(timeline, notice)),
            )
            for notice in timeline.notices.values()
        ]
        lines += [
            LetterLine(
                rules.labels.formal_notice.capitalize(),
                "question" if record.standing == "held" else "attention",
                formal_notice_conclusion(timeline, record),
                rules.article_of("breach"),
                tuple(formal_notice_reasons(timeline, record)),
            )
            for record in timeline.formal_notices.values()
        ]
        return tuple(lines)

    # Its dates.

    @cached_property
    def deadlines(self) -> tuple[DeadlineLine, ...]:
        """The dates to watch."""
        return tuple(
            DeadlineLine(
                f"echeance-{number}",
                deadline,
                deadline.due_on < self.today,
                _note(self.timeline.rulebook, deadline.rule),
            )
            for number, deadline in enumerate(self.timeline.deadlines, start=1)
        )

    @cached_property
    def next_deadline(self) -> DeadlineLine | None:
        """The first date not yet past."""
        return next((line for line in self.deadlines if not line.is_past), None)

    @cached_property
    def next_step(self) -> StepLine | None:
        """What happens next by itself."""
        return next((line for line in self.steps if line.is_to_come), None)

    # Doubts.

    @cached_property
    def questions(self) -> tuple[QuestionLine, ...]:
        """Doubts already raised, open ones first."""
        raised = [q for q in self.timeline.questions if q.on <= self.today]
        raised.sort(key=lambda question: (not question.is_open, not question.blocking))
        return tuple(
            QuestionLine(f"question-{number}", question, tuple(_outcomes(self.timeline, question)))
            for number, question in enumerate(raised, start=1)
        )

    @property
    def blocking(self) -> tuple[QuestionLine, ...]:
        """The open doubts that hold back whatever is irreversible."""
        return tuple(
            line for line in self.questions if line.question.is_open and line.question.blocking
        )

    # What was recorded.

    @cached_property
    def acts(self) -> tuple[ActLine, ...]:
        """Every recorded act, the latest recorded first."""
        standing = {act.id for act in (*self.timeline.acts, *self.timeline.user_acts)}
        standing -= {refusal.act.id for refusal in self.timeline.refused}
        return tuple(
            ActLine(
                row,
                row.act.label,
                said_by(row.act, self.timeline),
                row.identifier in standing or row.kind == "annulment",
            )
            for row in reversed(self.rows)
        )

    @cached_property
    def journal(self) -> list[tuple[Any, str]]:
        """Its journal, the latest first, with the words of each step."""
        return [
            (entry, _journal_words(entry.name, entry.term))
            for entry in self.convention.journal.order_by("-number")
        ]


def sheet_of(convention: Convention, today: date) -> ConventionSheet:
    """Fetch the acts of a convention and replay its life."""
    rows = tuple(
        convention.acts.select_related("author").prefetch_related("evidence").order_by("revision")
    )
    timeline = convention.replayed([row.act for row in rows], today)
    return ConventionSheet(convention, timeline, rows, today)


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


def _journal_words(name: str, term: int) -> str:
    label = TRANSITIONS[name].label
    return f"{label}, {ordinal(term)} période" if name == "renew" else label
