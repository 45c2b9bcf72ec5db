"""A convention's life gone on from its snapshot: what a sweep needs of it, without its old acts.

The state is moved by the very code of the replay. It is told only when no projection is wanted:
nothing but renewals is to come, or nothing at all. ``cache verify`` proves it equal to the replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from workflows import fold, snapshots
from workflows.calendar import Term
from workflows.convention import ENDED, IN_FORCE
from workflows.convention_state import ConventionState, Step
from workflows.journal_head import Head
from workflows.snapshots import Setting, StaleSnapshot


class Advance:
    """A life from the day of its snapshot, left out, to ``as_of``."""

    def __init__(self, data: ConventionState, head: Head, as_of: date) -> None:
        self.data = data
        self.head = head
        """Where the journal stood when the snapshot was taken."""
        self.as_of = as_of

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happened since the snapshot, in order."""
        return tuple(self.data.steps)

    @property
    def state(self) -> str:
        """State at ``as_of``."""
        return self.data.status

    @property
    def next_change_on(self) -> date | None:
        """The first day of the next term; None once the convention has ended."""
        return self.data.next_on if self.data.next_on < date.max else None

    @property
    def open_questions(self) -> Sequence[Any]:
        """None that blocks: an open one would stop the renewals."""
        return ()

    @property
    def effect_on(self) -> date | None:
        """First day on which the convention binds."""
        return self.data.effect_on

    @property
    def current_term(self) -> Term | None:
        """The term running at ``as_of``; the last one once the convention has ended."""
        return next(
            (term for term in reversed(self.data.terms) if term.first_day <= self.as_of), None
        )

    @property
    def last_day_in_force(self) -> date | None:
        """The last day; None while it renews."""
        return self.data.last_day_in_force

    @property
    def end_cause(self) -> str:
        """Why it ended."""
        return self.data.end_cause

    def article_of(self, step: Step) -> str:
        """The article that commands a step."""
        return self.data.rules.article_of(step.rule)


def advance(snapshot: str, setting: Setting, as_of: date) -> Advance | None:
    """The life of a snapshot at ``as_of``; None where only a replay can tell it."""
    try:
        data, head = snapshots.read(snapshot, setting)
    except StaleSnapshot:
        return None
    fold.fold(data, (), as_of)
    if data.status in ENDED or (data.goes_on and data.status in IN_FORCE):
        return Advance(data, head, as_of)
    return None
