"""What any life that a subject replays must tell, so that it can be recorded, cached and swept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from workflows.convention_state import Step
from workflows.question_kinds import QuestionKind


class Doubt(Protocol):
    """A question that a life raises."""

    @property
    def blocking(self) -> bool:
        """Whether nothing irreversible may happen while it is open."""
        ...

    @property
    def kind_text(self) -> QuestionKind:
        """What is asked, and the possible answers."""
        ...

    @property
    def branches(self) -> Mapping[str, Life]:
        """The life that each answer would make, by the answer's code."""
        ...


class Life(Protocol):
    """The result of a replay, divided at ``as_of`` into past and projection."""

    @property
    def as_of(self) -> date:
        """The day that divides."""
        ...

    @property
    def state(self) -> str:
        """State at ``as_of``."""
        ...

    @property
    def steps(self) -> tuple[Step, ...]:
        """Past and projected steps, in order."""
        ...

    @property
    def past_steps(self) -> tuple[Step, ...]:
        """Steps up to ``as_of``, that day included."""
        ...

    @property
    def next_change_on(self) -> date | None:
        """The next day on which something changes by itself."""
        ...

    @property
    def open_questions(self) -> Sequence[Doubt]:
        """Doubts raised by ``as_of`` that nobody has answered."""
        ...

    def label_of(self, state: str) -> str:
        """A state in words."""
        ...

    def article_of(self, step: Step) -> str:
        """The article that commands a step."""
        ...

    def label_of_step(self, step: Step) -> str:
        """What happened at a step, in French."""
        ...
