"""Two lives of one convention side by side: drawn, and with all that is not the same in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from contracts.convention_life import ConventionLife
from contracts.life_differences import (
    DeadlineChange,
    LetterToSend,
    StepChange,
    deadline_changes,
    letters_called_for,
    step_changes,
)
from contracts.life_drawing import Drawing
from contracts.models import Convention
from desk.access_changes import AccessChange, Right, access_changes
from desk.consequences import Consequences
from workflows.findings import Anomaly
from workflows.questions import Question
from workflows.subjects import Difference
from workflows.timeline import Timeline


class BeforeAfter(Consequences):
    """A life without and with some events, on the same day."""

    def __init__(
        self,
        convention: Convention,
        before: Timeline,
        after: Timeline,
        rights: Sequence[Right] = (),
        today: date | None = None,
    ) -> None:
        """``today``: the day on which the page is read, where it looks from another one."""
        super().__init__(Difference(before, after))
        self.rights = rights
        self.today = today or after.as_of
        self.life_before, self.life_after = (
            ConventionLife(convention, life, life.as_of, prefix=prefix, read_on=today)
            for life, prefix in ((before, "avant-"), (after, "apres-"))
        )

    @cached_property
    def drawing_before(self) -> Drawing | None:
        """The life without them, on the scale of both."""
        return self.life_before.drawn_beside(self.life_after)

    @cached_property
    def drawing_after(self) -> Drawing | None:
        """The life with them, on the scale of both."""
        return self.life_after.drawn_beside(self.life_before)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Doubts that one life alone raises, be it on a day to come."""
        known = {question.identity for question in self.before.questions}
        return tuple(
            question
            for question in self.after.questions
            if question.blocking and question.is_open and question.identity not in known
        )

    @cached_property
    def steps(self) -> tuple[StepChange, ...]:
        """The steps that only one of the two lives holds."""
        return step_changes(self.before, self.after)

    @property
    def rewritten(self) -> tuple[StepChange, ...]:
        """The steps of days gone by that would have been otherwise."""
        return tuple(change for change in self.steps if change.step.on < self.today)

    @cached_property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What turns out to have been wrongly so: an access given after the end."""
        return tuple(
            one
            for one in self.after.anomalies
            if one not in self.before.anomalies and one.first_day < self.today
        )

    @cached_property
    def deadlines(self) -> tuple[DeadlineChange, ...]:
        """The dates to watch that move, come or go."""
        return deadline_changes(self.before, self.after)

    @cached_property
    def letters(self) -> tuple[LetterToSend, ...]:
        """What will have to be sent."""
        return letters_called_for(self.before, self.after)

    @cached_property
    def accounts(self) -> tuple[AccessChange, ...]:
        """The named users who enter on other days."""
        return access_changes(self.rights, self.before, self.after)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything goes on as it would have."""
        return super().changes_nothing and not (self.steps or self.deadlines or self.letters)
