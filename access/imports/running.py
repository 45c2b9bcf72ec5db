"""A run of a take-over: rows in, conventions and a report out, some at a time.

Each batch is one transaction with its lines of the report, so that a run that is killed goes on
where it was. What the database refuses of a batch is tried again one convention at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from django.db import DatabaseError, transaction
from django.db.models import Count

from access.imports.cells import Fault
from access.imports.faults import of_row
from access.imports.judging import Judge, Judged, Outcome
from access.imports.known import Known
from access.imports.reading import Rows, Setting, dossier_of, grouped
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

    ``problems`` are those found while the file was read: a row that bears one is refused.
    ``progress`` is told how many conventions are done, and of how many. Called again for a run that
    was cut, it goes on after the last batch written.
    """
    found = list(grouped(rows, problems))
    run.state, run.total = ImportRun.State.RUNNING, len(found)
    run.save(update_fields=["state", "total"])
    done = run.rows.count()
    known = Known(run.caisse)
    batches = iter(found[done:])
    while batch := list(islice(batches, AT_ONCE)):
        known = _take(run, batch, done, known, scans)
        done += len(batch)
        if progress is not None:
            progress(done, len(found))
    run.state, run.ended_at = ImportRun.State.DONE, clock.now()
    run.save(update_fields=["state", "ended_at"])
    return run


def counts(run: ImportRun) -> dict[str, int]:
    """How many conventions of a run came to each outcome."""
    found = dict(run.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return {outcome.value: found.get(outcome.value, 0) for outcome in ImportRow.Outcome}


def _take(
    run: ImportRun, batch: Sequence[Rows], done: int, known: Known, scans: Scans | None
) -> Known:
    """Take one batch; what is known after it."""
    try:
        with transaction.atomic():
            _take_together(run, batch, done, known, scans)
        return known
    except (DatabaseError, BadScan):
        logger.exception("Reprise %s : un lot est repris convention par convention.", run.pk)
    for rank, rows in enumerate(batch, start=done):
        # What the batch that failed had added to it was not written.
        known = Known(run.caisse)
        try:
            with transaction.atomic():
                _take_together(run, [rows], rank, known, scans)
        except (DatabaseError, BadScan) as error:
            logger.exception("Reprise %s : une convention ne peut être écrite.", run.pk)
            known = Known(run.caisse)
            first = [*rows.conventions, *rows.events, *rows.users][0]
            dossier = Dossier(rows.number, Place(first.sheet, first.number), "")
            dossier.problems.append(_not_written(first, error))
            _report(run, [Judged(dossier)], [None], rank)
    return known


def _take_together(
    run: ImportRun, batch: Sequence[Rows], done: int, known: Known, scans: Scans | None
) -> None:
    at = clock.now()
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
    report = _report(run, judged, about, done)
    if made:
        of_new = [row for one, row in zip(judged, report, strict=True) if one.accepted is not None]
        store_users(new, conventions, of_new, run, at)
        keep_words([one.pk for one in conventions])


def _report(
    run: ImportRun, judged: Sequence[Judged], about: Sequence[Convention | None], done: int
) -> list[ImportRow]:
    return ImportRow.objects.bulk_create(
        ImportRow(
            run=run,
            rank=rank,
            sheet=one.dossier.place.sheet,
            line=one.dossier.place.line,
            number=one.dossier.number[:60],
            outcome=one.outcome,
            problems=[problem.as_json() for problem in one.dossier.problems],
            digest=one.dossier.digest,
            convention=convention,
        )
        for rank, (one, convention) in enumerate(zip(judged, about, strict=True), start=done + 1)
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
