"""A convention's life gone on from its snapshot: what a sweep needs of it, without its old acts.

The state is moved by the very code of the replay. It is told only when no projection is wanted:
nothing but renewals is to come, or nothing at all. ``cache verify`` proves it equal to the replay.

Where nothing but renewals is to come, those of the same course live the same life: it is folded
once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from workflows import fold, snapshots
from workflows.calendar import Term
from workflows.convention import ENDED, IN_FORCE
from workflows.convention_state import ConventionState, Step
from workflows.journal_head import Head
from workflows.planned import Planned, planned_from
from workflows.snapshots import Setting, Snapshot, StaleSnapshot

_WITH_DATES_OF_ITS_OWN = (
    '"letters"',
    '"formal_notices"',
    '"force_majeure"',
    '"disputes"',
    '"hand_set"',
)
"""What a snapshot holds besides the course that gives a life dates which others do not share."""


class Advance:
    """A life from the day of its snapshot, left out, to ``as_of``."""

    def __init__(self, data: ConventionState, as_of: date) -> None:
        self.data = data
        self.as_of = as_of
        self.rest: str | None = None
        """What the snapshot holds besides the course; None where it stays as it was."""

    @cached_property
    def course(self) -> str:
        """The course from ``as_of`` on."""
        return snapshots.course_text(self.data)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What happened since the snapshot, in order."""
        return tuple(self.data.steps)

    @cached_property
    def only_renews(self) -> bool:
        """Whether the days did nothing but open other terms."""
        return all(step.name == "renew" for step in self.steps)

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

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """The dates to watch, as lists show them."""
        return planned_from(self.data, self.as_of)


class GoneOn(NamedTuple):
    """One subject's part in a life, which others may share."""

    life: Advance
    head: Head
    """Where its journal stood when the snapshot was taken."""
    before: Snapshot

    def snapshot(self, head: Head) -> str:
        """The snapshot to go on from once its journal stands at ``head``."""
        key, _, _, rest = self.before
        life = self.life
        if life.rest is not None:
            rest = life.rest
        return str(Snapshot(key, snapshots.head_text(head), life.course, rest))


class Advances:
    """The lives of many snapshots of one setting, at ``as_of``."""

    def __init__(self, setting: Setting, as_of: date) -> None:
        self._setting = setting
        self._as_of = as_of
        self._by_course: dict[str, Advance | None] = {}

    def gone_on(self, snapshot: str) -> GoneOn | None:
        """The life of a snapshot; None where only a replay can tell it."""
        try:
            lines = snapshots.split(snapshot, self._setting)
            head = snapshots.read_head(lines.head)
            alike = not any(name in lines.rest for name in _WITH_DATES_OF_ITS_OWN)
            life = (alike and self._renewed(lines.course)) or self._folded(lines)
        except StaleSnapshot:
            return None
        return None if life is None else GoneOn(life, head, lines)

    def _renewed(self, course: str) -> Advance | None:
        """The life that all of a course live, when it only renews."""
        if course not in self._by_course:
            data = snapshots.read(self._setting, course)
            goes_on = data.goes_on and data.status in IN_FORCE
            life = Advance(fold.fold(data, (), self._as_of), self._as_of) if goes_on else None
            self._by_course[course] = life
        return self._by_course[course]

    def _folded(self, lines: Snapshot) -> Advance | None:
        """The life of one snapshot alone, when nothing of it has to be projected."""
        data = fold.fold(snapshots.read(self._setting, lines.course, lines.rest), (), self._as_of)
        if data.status in ENDED or (data.goes_on and data.status in IN_FORCE):
            life = Advance(data, self._as_of)
            life.rest = snapshots.rest_text(data)
            return life
        return None
