"""A run of a take-over: rows in, conventions and a report out, some at a time.

Each batch is one transaction with its lines of the report, so that a run that is killed goes on
where it was. What the database refuses of a batch is tried again one convention at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from django.db import DatabaseError, transaction
from django.db.models import Count

from access.imports.cells import Fault
from access.imports.faults import of_row
from access.imports.judging import Judge, Judged, Outcome
from access.imports.known import Known
from access.imports.reading import Rows, Setting, dossier_of, grouped, named_in
from access.imports.scan_files import BadScan
from access.imports.scans import check_scans
from access.imports.source import Problem, SourceRow
from access.imports.storing import Scans, store
from access.imports.taken_over import compare
from access.imports.told import Dossier, Place
from access.imports.user_storing import store_users
from access.models import ImportRow, ImportRun
from contracts.models import Convention
from contracts.services.searching import keep_words
from workflows import clock

AT_ONCE = 500
"""Conventions of one transaction."""

Progress = Callable[[int, int], None]

logger = logging.getLogger(__name__)


def carry_out(
    run: ImportRun,
    rows: Iterable[SourceRow],
    problems: Iterable[Problem] = (),
    scans: Scans | None = None,
    progress: Progress | None = None,
) -> ImportRun:
    """Take over what the rows tell, or only look at it when the run is a trial.

    ``progress`` is told how many conventions are done, and of how many. Called again for a run that
    was cut, it goes on after the last batch written.
    """
    course = Course(run, rows, problems)
    while not course.is_over:
        course.take(scans)
        if progress is not None:
            progress(course.done, course.total)
    return run


def counts(run: ImportRun) -> dict[str, int]:
    """How many conventions of a run came to each outcome."""
    found = dict(run.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return {outcome.value: found.get(outcome.value, 0) for outcome in ImportRow.Outcome}


class Course:
    """A run under way: its rows, read once, and what is known by them so far.

    A trial writes nothing that the next batch could find, so that what the file brought is kept in
    memory, or gathered again from the rows that were judged before the run was cut: a conflict of
    two rows is told whatever lies between them, and as the take-over will tell it.
    """

    def __init__(
        self, run: ImportRun, rows: Iterable[SourceRow], problems: Iterable[Problem] = ()
    ) -> None:
        """``problems`` were found while the file was read: a row that bears one is refused."""
        self._run = run
        self._found = list(grouped(rows, problems))
        self.total, self.done = len(self._found), run.rows.count()
        run.state, run.total = ImportRun.State.RUNNING, self.total
        run.save(update_fields=["state", "total"])
        self._known = self._gathered()
        self._end_when_over()

    @property
    def is_over(self) -> bool:
        """Whether every convention was looked at."""
        return self.done >= self.total

    def take(self, scans: Scans | None) -> None:
        """Take the next batch, in a transaction."""
        batch = self._found[self.done : self.done + AT_ONCE]
        try:
            with transaction.atomic():
                self._take_together(batch, scans)
        except (DatabaseError, BadScan):
            logger.exception("Reprise %s : un lot est repris par convention.", self._run.pk)
            self._take_one_by_one(batch, scans)
        else:
            self.done += len(batch)
        self._end_when_over()

    def _end_when_over(self) -> None:
        if self.is_over:
            self._run.state, self._run.ended_at = ImportRun.State.DONE, clock.now()
            self._run.save(update_fields=["state", "ended_at"])

    def _gathered(self) -> Known:
        """What the caisse knows, with what the rows judged so far brought to it."""
        known = Known(self._run.caisse)
        if self._run.is_dry_run:
            brought = self._run.rows.filter(outcome__in=(Outcome.ACCEPTED, Outcome.DOUBTFUL))
            for rank in brought.order_by("rank").values_list("rank", flat=True):
                partner, users = named_in(self._found[rank - 1])
                people = known.accept(partner).users()
                for user in users:
                    people.find(*user)
        return known

    def _take_one_by_one(self, batch: Sequence[Rows], scans: Scans | None) -> None:
        # What the batch that failed had added to it was not written.
        self._known = self._gathered()
        for rows in batch:
            try:
                with transaction.atomic():
                    self._take_together([rows], scans)
            except (DatabaseError, BadScan) as error:
                logger.exception("Reprise %s : une convention est refusée.", self._run.pk)
                self._known = self._gathered()
                first = [*rows.conventions, *rows.events, *rows.users][0]
                dossier = Dossier(rows.number, Place(first.sheet, first.number), "")
                dossier.problems.append(_not_written(first, error))
                self._report([Judged(dossier)], [None])
            self.done += 1

    def _take_together(self, batch: Sequence[Rows], scans: Scans | None) -> None:
        at, known, run = clock.now(), self._known, self._run
        setting = Setting(run.caisse.code, known.models, at)
        stored = known.conventions(rows.number for rows in batch if rows.number)
        judge = Judge(known, clock.civil_date(at))
        judged = []
        for rows in batch:
            dossier = dossier_of(rows, setting)
            check_scans(dossier, scans)
            if rows.number in stored:
                judged.append(Judged(dossier))
            else:
                judged.append(judge.judge(dossier))
        compare([one for one in judged if one.dossier.number in stored], stored)
        made: dict[str, Convention] = {}
        new = [one.accepted for one in judged if one.accepted is not None]
        if new and not run.is_dry_run:
            conventions = store(new, run, at, scans)
            made = {one.number: one for one in conventions}
        about = [
            made.get(one.dossier.number)
            or (None if one.outcome == Outcome.REFUSED else stored.get(one.dossier.number))
            for one in judged
        ]
        report = self._report(judged, about)
        if made:
            of_new = [
                row for one, row in zip(judged, report, strict=True) if one.accepted is not None
            ]
            store_users(new, conventions, of_new, run, at)
            keep_words([one.pk for one in conventions])

    def _report(
        self, judged: Sequence[Judged], about: Sequence[Convention | None]
    ) -> list[ImportRow]:
        return ImportRow.objects.bulk_create(
            ImportRow(
                run=self._run,
                rank=rank,
                sheet=one.dossier.place.sheet,
                line=one.dossier.place.line,
                number=one.dossier.number[:60],
                outcome=one.outcome,
                problems=[problem.as_json() for problem in one.dossier.problems],
                digest=one.dossier.digest,
                convention=convention,
            )
            for rank, (one, convention) in enumerate(
                zip(judged, about, strict=True), start=self.done + 1
            )
        )


def _not_written(row: SourceRow, error: Exception) -> Problem:
    """Why the database, or one of its files, kept a convention from being stored."""
    if isinstance(error, BadScan):
        return of_row(row.number, row.sheet, error.fault)
    return of_row(
        row.number,
        row.sheet,
        Fault(
            "database",
            "La base refuse cette convention : un fait en contredit un autre, ou son numéro vient "
            "d’être pris.",
            expected="une convention que la base accepte",
            to_do="Relancez la reprise ; si elle est encore refusée, saisissez-la à la main.",
        ),
    )
