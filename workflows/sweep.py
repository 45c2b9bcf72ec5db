"""The sweep: what a date alone changes is written on or after that date, at its legal date.

Deadlines stand in the indexed column ``next_change_on``. However late the sweep runs, every step is
journaled at the day the law gives it; a second run finds nothing due. A subject that fails is set
aside with its error, kept on its row until a later sweep succeeds, and the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from workflows import journal
from workflows.convention_state import Step
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.subjects import Subject, locked, registered, settle

logger = logging.getLogger(__name__)


class JournalDisagrees(Exception):
    """A date alone never makes a past step untrue: acts, rules or engine changed unseen."""


@dataclass(frozen=True, slots=True)
class Swept:
    """One subject brought up to date, with the steps that were due."""

    subject: str
    """Name of the kind of subject."""
    pk: int
    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """One subject that could not be brought up to date, and why."""

    subject: str
    pk: int
    label: str
    error: str


@dataclass(slots=True)
class SweepResult:
    """What a sweep did, or would do when it was only tried."""

    as_of: date
    dry_run: bool
    swept: list[Swept] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """How many steps were written."""
        return sum(len(one.steps) for one in self.swept)


def sweep(
    as_of: date,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> SweepResult:
    """Write what is due on ``as_of`` for every registered subject, in legal order.

    Each subject has its own transaction. ``progress`` is told how many are done, and of how many.
    """
    result = SweepResult(as_of, dry_run)
    due = sorted(
        (next_change_on, name, pk, model)
        for name, model in registered()
        for pk, next_change_on in model._default_manager.filter(
            next_change_on__lte=as_of
        ).values_list("pk", "next_change_on")
    )
    for done, (_, name, pk, model) in enumerate(due, start=1):
        try:
            swept = _sweep_one(name, model, pk, as_of, dry_run)
        except Exception as error:
            result.set_aside.append(_set_aside(name, model, pk, error, dry_run))
        else:
            if swept is not None:
                result.swept.append(swept)
        if progress is not None:
            progress(done, len(due))
    return result


def _sweep_one(
    name: str, model: type[Subject], pk: int, as_of: date, dry_run: bool
) -> Swept | None:
    with transaction.atomic():
        subject = locked(model._default_manager.all(), pk)
        if subject.next_change_on is None or subject.next_change_on > as_of:
            return None  # Somebody else did it since the list was read.
        timeline = subject.timeline(as_of)
        changed = journal.change(subject.journal.order_by("number"), timeline.past_steps)
        if changed.retracted:
            lost = ", ".join(
                f"{step.name} au {date_in_words(step.on)}" for step in changed.retracted
            )
            raise JournalDisagrees(
                "Le calcul ne retrouve plus des étapes déjà inscrites au journal"
                f"{NO_BREAK_SPACE}: {lost}. Lancez « manage.py cache verify »."
            )
        if not dry_run:
            subject.revision += 1
            settle(subject, timeline)
        return Swept(name, pk, str(subject), changed.asserted)


def _set_aside(
    name: str, model: type[Subject], pk: int, error: Exception, dry_run: bool
) -> SetAside:
    """Keep the error on the subject's row, where the desk shows it."""
    text = f"{type(error).__name__}{NO_BREAK_SPACE}: {error}"
    logger.error("Balayage : %s %s mis de côté (%s).", name, pk, type(error).__name__)
    row = model._default_manager.filter(pk=pk)
    if not dry_run:
        row.exclude(sweep_error=text).update(sweep_error=text)
    subject = row.first()
    return SetAside(name, pk, str(subject) if subject else str(pk), text)
