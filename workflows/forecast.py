"""The forecast: every dated step to come of every subject, and those that hang on a question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from workflows.calendar import add_months
from workflows.convention_state import Step
from workflows.french import NO_BREAK_SPACE
from workflows.life import Life
from workflows.replay import HORIZON_MONTHS
from workflows.subjects import Subject, registered


class Foreseen(NamedTuple):
    """One step to come, if nothing else happens and if ``condition`` holds."""

    on: date
    subject: str
    """Name of the kind of subject."""
    label: str
    """What the subject is called: its number."""
    step: str
    from_state: str
    to_state: str
    article: str
    condition: str
    """Answer to an open question on which the step hangs; empty when it hangs on none."""


def forecast(as_of: date, months: int) -> Iterator[Foreseen]:
    """The steps dated after ``as_of`` and within ``months`` of it, subject by subject."""
    for name, model in registered():
        for subject in model._default_manager.order_by("pk").iterator():
            yield from _of(name, subject, as_of, months)


def _of(name: str, subject: Subject, as_of: date, months: int) -> Iterator[Foreseen]:
    last_day = add_months(as_of, months)
    # A replay projects so far beyond its own day: looking further takes a later one.
    day = add_months(as_of, max(0, months - HORIZON_MONTHS))
    timeline = subject.timeline(day)

    def foreseen(step: Step, life: Life, condition: str) -> Foreseen:
        return Foreseen(
            step.on,
            name,
            str(subject),
            life.label_of_step(step),
            life.label_of(step.from_state),
            life.label_of(step.to_state),
            life.article_of(step),
            condition,
        )

    def to_come(life: Life) -> Iterator[Step]:
        return (step for step in life.steps if as_of < step.on <= last_day)

    branches = [
        (
            f"Si la réponse à «{NO_BREAK_SPACE}{question.kind_text.title}{NO_BREAK_SPACE}» est"
            f"{NO_BREAK_SPACE}: {answer.label}",
            question.branches[answer.code],
        )
        for question in timeline.open_questions
        for answer in question.kind_text.answers
    ]
    known = list(to_come(timeline))
    for step in known:
        doubtful = any(step not in branch.steps for _, branch in branches)
        yield foreseen(
            step, timeline, "Tant que la question n’est pas tranchée" if doubtful else ""
        )
    for condition, branch in branches:
        for step in to_come(branch):
            if step not in known:
                yield foreseen(step, branch, condition)
