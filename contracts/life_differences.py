"""What is otherwise in one life of a convention and in another: steps, deadlines, letters.

Pure: two timelines in, differences out. They serve the confirmation of an event, the simulation of
several, and a convention as it was known at another moment.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from contracts.services.letter_occasions import Occasion, occasions_of
from templates_conventions.letters import letter_definition
from workflows import french
from workflows.convention_state import Step
from workflows.deadlines import Deadline
from workflows.replay import seen_from
from workflows.timeline import Timeline


class DeadlineChange(NamedTuple):
    """A date to watch that moves, comes or goes."""

    title: str
    before: date | None
    after: date | None
    deadline: Deadline
    """The deadline that explains the date which holds in the end; the one that goes otherwise."""

    @property
    def article(self) -> str:
        """`9-2`: the article that commands it."""
        return french.article_number(self.deadline.article)


class LetterToSend(NamedTuple):
    """A letter that one life calls for, and the other does not."""

    on: date
    """The first day on which it makes sense."""
    label: str
    why: str
    article: str


class StepChange(NamedTuple):
    """A step that is in one life alone."""

    step: Step
    label: str
    article: str
    is_gained: bool


def step_changes(before: Timeline, after: Timeline) -> tuple[StepChange, ...]:
    """The steps lost and gained, in the order of their dates, those lost first."""
    lost = [
        StepChange(step, before.label_of_step(step), before.article_of(step), False)
        for step in before.steps
        if step not in after.steps and step.on <= after.horizon
    ]
    gained = [
        StepChange(step, after.label_of_step(step), after.article_of(step), True)
        for step in after.steps
        if step not in before.steps and step.on <= before.horizon
    ]
    return tuple(sorted([*lost, *gained], key=lambda one: (one.step.on, one.is_gained)))


def deadline_changes(before: Timeline, after: Timeline) -> tuple[DeadlineChange, ...]:
    """The dates to watch that are not the same, in the order of the dates that hold in the end.

    A deadline that only one of the two projections reaches is no difference between the lives.
    """
    reach = min(before.horizon, after.horizon)
    old, new = _by_identity(before), _by_identity(after)
    found = []
    for identity in dict.fromkeys([*old, *new]):
        was, becomes = old.get(identity), new.get(identity)
        day, other = was and was.due_on, becomes and becomes.due_on
        shown = becomes or was
        if day == other or shown is None or min(d for d in (day, other) if d) > reach:
            continue
        found.append(DeadlineChange(shown.title, day, other, shown))
    return tuple(sorted(found, key=lambda change: (change.deadline.due_on, change.title)))


def _by_identity(timeline: Timeline) -> dict[tuple[str, int, str], Deadline]:
    return {(one.kind, one.term, one.act): one for one in timeline.deadlines}


def letters_called_for(before: Timeline, after: Timeline) -> tuple[LetterToSend, ...]:
    """The letters to send in the second life alone: from its day on, and at each step to come."""
    days = {after.as_of, *(step.on for step in after.projected_steps if step not in before.steps)}
    found: dict[tuple[str, str], LetterToSend] = {}
    for day in sorted(days):
        known = {(one.letter, one.about) for one in _due(before, day)}
        for one in _due(after, day):
            identity = one.letter, one.about
            if identity in known or identity in found:
                continue
            letter = letter_definition(after.rulebook.code, one.letter)
            found[identity] = LetterToSend(
                max(day, one.since), letter.settings.label, one.why, one.article
            )
    return tuple(sorted(found.values()))


def _due(timeline: Timeline, day: date) -> list[Occasion]:
    return [one for one in occasions_of(seen_from(timeline, day)) if one.due]
