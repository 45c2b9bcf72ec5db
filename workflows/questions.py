"""Questions as a lawyer reads them: what is in doubt, the readings, what each would entail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from workflows.acts import Decision
from workflows.convention_state import RaisedQuestion
from workflows.question_kinds import QUESTION_KINDS, Answer, QuestionKind, is_open

if TYPE_CHECKING:
    from workflows.timeline import Timeline


@dataclass(frozen=True)
class Question:
    """One doubt met by one convention."""

    raised: RaisedQuestion
    is_open: bool
    timeline: Timeline = field(repr=False, compare=False)

    @property
    def kind_text(self) -> QuestionKind:
        """What is asked, and the answers there are."""
        return QUESTION_KINDS[self.raised.kind]

    @property
    def kind(self) -> str:
        """Kind of the question: ``grey_zone``."""
        return self.raised.kind

    @property
    def identity(self) -> str:
        """Kind and raising act: what a decision names."""
        return self.raised.identity

    @property
    def on(self) -> date:
        """The day on which it arose."""
        return self.raised.on

    @property
    def blocking(self) -> bool:
        """Whether nothing irreversible happens while it is open."""
        return self.kind_text.blocking

    @property
    def article(self) -> str:
        """The article in doubt."""
        return self.timeline.rulebook.article_of(self.kind_text.rule)

    @property
    def answer(self) -> Answer | None:
        """The answer given, by decision or standing interpretation."""
        data = self.timeline.data
        code = data.decisions.get(self.identity) or data.interpretations.get(self.kind)
        return next((answer for answer in self.kind_text.answers if answer.code == code), None)

    @property
    def decision(self) -> Decision | None:
        """The lawyer's decision on this very question, if there is one."""
        for act in reversed(self.timeline.acts):
            if isinstance(act, Decision) and act.question == self.identity:
                return act
        return None

    @property
    def matters_on(self) -> date | None:
        """The last day in force under the reading that ends the convention first.

        None where every reading gives it the same end, or none: the answer is then owed, and no
        day commands it.
        """
        ends = {branch.last_day_in_force for branch in self.branches.values()}
        if len(ends) < 2:
            return None
        return min(end for end in ends if end is not None)

    @cached_property
    def branches(self) -> Mapping[str, Timeline]:
        """The life of the convention under each answer, other questions left as they are."""
        from workflows.replay import replay_in

        timeline = self.timeline
        others = tuple(
            act
            for act in timeline.circumstances.acts
            if not (isinstance(act, Decision) and act.question == self.identity)
        )
        last = max(act.recorded_at for act in others)
        known_at = timeline.known_at
        return {
            answer.code: replay_in(
                timeline.circumstances._replace(
                    acts=(
                        *others,
                        Decision(
                            id=f"hypothesis:{answer.code}",
                            on=self.on,
                            recorded_at=last if known_at is None else min(last, known_at),
                            question=self.identity,
                            answer=answer.code,
                            reasons="hypothèse",
                        ),
                    )
                ),
                timeline.as_of,
                known_at,
            )
            for answer in self.kind_text.answers
        }


def questions_of(timeline: Timeline) -> tuple[Question, ...]:
    """Every doubt raised up to the horizon, those that no longer matter left out."""
    data = timeline.data
    return tuple(
        Question(raised, is_open(data, raised), timeline)
        for raised in data.questions
        if raised.identity not in data.moot
    )
