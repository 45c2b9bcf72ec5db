"""What an event would change, in the words of the confirmation."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import NamedTuple

from contracts.life_words import ENDS, ordinal
from workflows.clock import PARIS
from workflows.convention_state import Step
from workflows.french import date_in_words
from workflows.letter_verdicts import (
    formal_notice_conclusion,
    formal_notice_reasons,
    notice_conclusion,
    notice_reasons,
)
from workflows.questions import Question
from workflows.subjects import Difference
from workflows.timeline import Timeline


class Line(NamedTuple):
    """Something that is otherwise before and after."""

    what: str
    before: str
    after: str


class Conclusion(NamedTuple):
    """What the rules say of a letter."""

    words: str
    article: str
    reasons: tuple[str, ...]


class Consequences:
    """A life without and with the event."""

    def __init__(self, difference: Difference) -> None:
        self.difference = difference
        self.before, self.after = difference.before, difference.after

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What changes: the state, the period, the end, the access."""
        told = (
            Line("État", self.before.state_label, self.after.state_label),
            Line("Prise d’effet", _day(self.before.effect_on), _day(self.after.effect_on)),
            Line("Période", _period(self.before), _period(self.after)),
            Line("Fin", _end(self.before), _end(self.after)),
            Line("Accès des utilisateurs", _access(self.before), _access(self.after)),
        )
        return tuple(line for line in told if line.before != line.after)

    @cached_property
    def conclusions(self) -> tuple[Conclusion, ...]:
        """What the rules say of letters new or judged anew."""
        rules, told = self.after.rulebook, []
        for key, notice in self.after.notices.items():
            if notice != self.before.notices.get(key):
                told.append(
                    Conclusion(
                        notice_conclusion(notice),
                        rules.article_of("notice"),
                        tuple(notice_reasons(self.after, notice)),
                    )
                )
        for key, record in self.after.formal_notices.items():
            if record != self.before.formal_notices.get(key):
                told.append(
                    Conclusion(
                        formal_notice_conclusion(self.after, record),
                        rules.article_of("breach"),
                        tuple(formal_notice_reasons(self.after, record)),
                    )
                )
        return tuple(told)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Doubts that the event raises, and that a lawyer will have to settle."""
        known = {question.identity for question in self.before.questions}
        return tuple(
            question
            for question in self.after.open_questions
            if question.blocking and question.identity not in known
        )

    @cached_property
    def gained(self) -> tuple[Step, ...]:
        """Steps that it brings, the renewals that merely go on left out."""
        return tuple(step for step in self.difference.gained if step.name != "renew")

    @property
    def changes_nothing(self) -> bool:
        """Whether the event is kept and moves no date."""
        return not (self.lines or self.conclusions or self.questions)

    @property
    def is_irreversible(self) -> bool:
        """Whether it brings an end that was not in sight."""
        return self.after.last_day_in_force not in (None, self.before.last_day_in_force)


def _day(day: date | None) -> str:
    return date_in_words(day) if day else "pas encore"


def _period(timeline: Timeline) -> str:
    term = timeline.current_term
    if term is None:
        return "pas encore ouverte"
    if term.last_day is None:
        return f"{ordinal(term.number)}, sans terme"
    return f"{ordinal(term.number)}, jusqu’au {date_in_words(term.last_day)}"


def _end(timeline: Timeline) -> str:
    last_day = timeline.last_day_in_force
    if last_day is None:
        return "aucune en vue"
    cause = ENDS.get(timeline.end_cause, timeline.end_cause)
    return f"dernier jour en vigueur le {date_in_words(last_day)} ({cause})"


def _access(timeline: Timeline) -> str:
    last = timeline.access_intervals[-1] if timeline.access_intervals else None
    if last is None:
        return "fermé"
    words = "ouvert"
    if last.closes_at is not None:
        at = last.closes_at.astimezone(PARIS)
        words = f"fermé à partir du {at:%d/%m/%Y} à {at:%H:%M}"
    return f"{words}, à titre provisoire" if last.provisional else words
