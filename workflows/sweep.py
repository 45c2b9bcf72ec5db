"""The sweep: what a date alone changes is written on or after that date, at its legal date.

Deadlines stand in the indexed column ``next_change_on``. However late the sweep runs, every step is
journaled at the day the law gives it; a second run finds nothing due.

Subjects are claimed by chunks, in legal order. On PostgreSQL several sweepers share the work, each
passing over the rows that another holds; SQLite has one writer at a time. A chunk is computed
subject by subject and written at once. A subject that fails is set aside with its error, kept on
its row until a later sweep succeeds, and the others go on.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import Q

from workflows import breaker, cache, clock, settling
from workflows.convention_state import Step
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.keys import LARGEST_KEY
from workflows.models import HeldRun
from workflows.replay import ENGINE_VERSION
from workflows.settling import Settlement, Together, journals, settlement
from workflows.subjects import Subject, registered

logger = logging.getLogger(__name__)

CHUNK = 1000
"""Subjects a transaction: what is locked at once, and done again when the sweeper is killed."""


class JournalDisagrees(Exception):
    """A date alone never makes a past step untrue: acts, rules or engine changed unseen."""


class EngineDisagrees(Exception):
    """Another version of the engine gives other dates: a person is to look before they apply."""


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
    swept: int = 0
    """How many subjects were brought up to date."""
    steps: int = 0
    """How many steps were written."""
    set_aside: list[SetAside] = field(default_factory=list)
    held: list[HeldRun] = field(default_factory=list)
    """Why the run waits for a person: nothing was swept."""


@dataclass(slots=True)
class _Kind:
    """The due subjects of one kind, and how far this sweeper went through them."""

    name: str
    model: type[Subject]
    beyond: tuple[date, int] | None = None
    """Legal order goes by the day, then by the number. What is set aside stays due behind."""
    set_aside: set[int] = field(default_factory=set)

    def due(self, as_of: date) -> models.QuerySet[Subject]:
        """What is due and still ahead, in legal order."""
        rows = self.model._default_manager.filter(next_change_on__lte=as_of)
        if self.beyond is not None:
            day, pk = self.beyond
            later = Q(next_change_on__gt=day) | Q(next_change_on=day, pk__gt=pk)
            rows = rows.filter(later, next_change_on__gte=day)
        return rows.order_by("next_change_on", "pk")

    def due_on(self, day: date) -> models.QuerySet[Subject]:
        """What is due on that very day and still ahead, as the index of due days gives it."""
        after = self.beyond[1] if self.beyond is not None and self.beyond[0] == day else 0
        rows = self.model.to_sweep().filter(next_change_on=day, pk__gt=after)
        return rows.exclude(pk__in=self.set_aside).order_by("pk")

    def next_on(self, as_of: date) -> date | None:
        return self.due(as_of).values_list("next_change_on", flat=True).first()


@dataclass(slots=True)
class _Run:
    """One sweep: what it was asked, and what it did so far."""

    result: SweepResult
    chunk: int
    tell: Callable[[Swept], None] | None

    def count(self, kind: _Kind, settlements: Sequence[Settlement], failed: _Failed) -> None:
        for one in settlements:
            next_on = one.subject.next_change_on
            # What has more to catch up comes again, and is counted the last time.
            self.result.swept += next_on is None or next_on > self.result.as_of
            self.result.steps += len(one.changed.asserted)
            if self.tell is not None:
                steps = one.changed.asserted
                self.tell(Swept(kind.name, one.subject.pk, str(one.subject), steps))
        for subject, error in failed:
            kind.set_aside.add(subject.pk)
            aside = SetAside(kind.name, subject.pk, str(subject), _text(error))
            self.result.set_aside.append(aside)


def sweep(
    as_of: date,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    tell: Callable[[Swept], None] | None = None,
    chunk: int = CHUNK,
) -> SweepResult:
    """Write what is due on ``as_of`` for every registered subject, in legal order.

    After an outage each missed day is swept in its turn, as if it had been swept then. A dry run
    carries each subject to ``as_of`` at once, and writes nothing. ``progress`` is told how many
    are done, and of how many; ``tell`` is told each subject, each time; ``chunk`` is how many are
    claimed and written at once.
    """
    run = _Run(SweepResult(as_of, dry_run), chunk, tell)
    if not dry_run:
        run.result.held = breaker.hold(as_of)
        if run.result.held:
            return run.result
    kinds = [_Kind(name, model) for name, model in registered()]
    total = sum(kind.due(as_of).count() for kind in kinds)
    while (turn := _turn(kinds, as_of)) is not None:
        kind, day = turn
        if not _sweep_chunk(run, kind, day, skip_locked=True):
            # What is left of that day is in the hands of others.
            kind.beyond = (day, LARGEST_KEY)
        if progress is not None:
            progress(min(total, run.result.swept + len(run.result.set_aside)), total)
    if not dry_run:
        _sweep_what_was_held(run, kinds)
    return run.result


@contextmanager
def _collector_paused() -> Iterator[None]:
    """A chunk lives and dies at once and holds no cycle: looking for some costs a fifth more."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _turn(kinds: Sequence[_Kind], as_of: date) -> tuple[_Kind, date] | None:
    """The kind with the earliest due day, and that day; on one day, by the names of the kinds."""
    days = [(day, place) for place, kind in enumerate(kinds) if (day := kind.next_on(as_of))]
    if not days:
        return None
    day, place = min(days)
    return kinds[place], day


def _sweep_what_was_held(run: _Run, kinds: Sequence[_Kind]) -> None:
    """Wait for the rows that others held: should these give up, nobody else would come by."""
    for kind in kinds:
        kind.beyond = None
    while (turn := _turn(kinds, run.result.as_of)) is not None:
        kind, day = turn
        if not _sweep_chunk(run, kind, day, skip_locked=False):
            kind.beyond = (day, LARGEST_KEY)


def _sweep_chunk(run: _Run, kind: _Kind, day: date, *, skip_locked: bool) -> bool:
    """Claim and sweep some subjects due on a day in one transaction; whether there were any."""
    dry_run = run.result.dry_run
    as_of = run.result.as_of if dry_run else day
    with _collector_paused(), transaction.atomic():
        rows = kind.due_on(day)
        if not dry_run:
            rows = rows.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
        subjects = list(rows[: run.chunk])
        if not subjects:
            return False
        kind.beyond = (day, subjects[-1].pk)
        settlements, failed = _computed(kind.model, subjects, as_of)
        if not dry_run:
            try:
                with transaction.atomic():
                    settling.write(settlements)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                settlements, refused = _one_by_one(kind.model, settlements, as_of)
                failed += refused
            for subject, error in failed:
                _keep(kind, subject, error)
    run.count(kind, settlements, failed)
    return True


_Failed = list[tuple[Subject, Exception]]


def _computed(
    model: type[Subject], subjects: Sequence[Subject], as_of: date
) -> tuple[list[Settlement], _Failed]:
    """What is to be written for each subject, from its snapshot where that is enough."""
    now = clock.now().astimezone(UTC)
    found: dict[int, Settlement] = {}
    failed: _Failed = []
    to_replay = []
    together = Together(now)
    for subject, gone_on in zip(subjects, model.advances(subjects, as_of), strict=True):
        if gone_on is None:
            to_replay.append(subject)
            continue
        subject.revision += 1
        try:
            found[subject.pk] = together.settlement(subject, gone_on)
        except Exception as error:
            failed.append((subject, error))
    if to_replay:
        for subject, outcome in _replayed(model, to_replay, as_of):
            if isinstance(outcome, Settlement):
                found[subject.pk] = outcome
            else:
                failed.append((subject, outcome))
    return [found[one.pk] for one in subjects if one.pk in found], failed


def _replayed(
    model: type[Subject], subjects: Sequence[Subject], as_of: date
) -> Iterator[tuple[Subject, Settlement | Exception]]:
    """Each subject with what its whole life makes of it, or with what is wrong."""
    now = clock.now().astimezone(UTC)
    entries = journals(model, [subject.pk for subject in subjects])
    for subject, life in zip(subjects, model.lives(subjects, as_of), strict=True):
        try:
            if isinstance(life, Exception):
                raise life
            _require_same_dates(subject)
            subject.revision += 1
            one = settlement(subject, life, entries[subject.pk], "", now)
            _require_no_retraction(one)
            yield subject, one
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            yield subject, error


def _one_by_one(
    model: type[Subject], settlements: Sequence[Settlement], as_of: date
) -> tuple[list[Settlement], _Failed]:
    """Write each subject apart, replayed in full, so that the one at fault is found."""
    written, failed = [], []
    for one in settlements:
        subject = model.to_sweep().get(pk=one.subject.pk)
        try:
            with transaction.atomic():
                [(_, outcome)] = _replayed(model, [subject], as_of)
                if isinstance(outcome, Exception):
                    raise outcome
                settling.write([outcome])
            written.append(outcome)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            failed.append((subject, error))
    return written, failed


def _require_same_dates(subject: Subject) -> None:
    if subject.engine_version == ENGINE_VERSION:
        return
    if differences := cache.compared(subject):
        raise EngineDisagrees(
            f"La version «{NO_BREAK_SPACE}{ENGINE_VERSION}{NO_BREAK_SPACE}» du moteur donne "
            f"d’autres résultats que la version «{NO_BREAK_SPACE}{subject.engine_version}"
            f"{NO_BREAK_SPACE}»{NO_BREAK_SPACE}: {' ; '.join(differences)}. Relisez-les avec "
            "« manage.py cache verify », puis appliquez-les avec --rebuild."
        )


def _require_no_retraction(one: Settlement) -> None:
    if not one.changed.retracted:
        return
    lost = ", ".join(f"{step.name} au {date_in_words(step.on)}" for step in one.changed.retracted)
    raise JournalDisagrees(
        "Le calcul ne retrouve plus des étapes déjà inscrites au journal"
        f"{NO_BREAK_SPACE}: {lost}. Lancez « manage.py cache verify »."
    )


def _keep(kind: _Kind, subject: Subject, error: Exception) -> None:
    """Keep the error on the subject's row, where the desk shows it."""
    text = _text(error)
    logger.error("Balayage : %s %s mis de côté (%s).", kind.name, subject.pk, type(error).__name__)
    kind.model._default_manager.filter(pk=subject.pk).exclude(sweep_error=text).update(
        sweep_error=text
    )


def _text(error: Exception) -> str:
    return f"{type(error).__name__}{NO_BREAK_SPACE}: {error}"
