"""A portfolio taken over from a page: deposited, tried, confirmed, carried out in the background.

Each effect of a run does one batch and emits the next in its own transaction: a worker that is
killed loses its batch alone, which the next worker does. The trial and the take-over read the same
files in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet

from access.imports.faults import unreadable
from access.imports.running import Course
from access.imports.scan_files import LARGEST_ARCHIVE, BadScans, ScanFiles, in_archive
from access.imports.source import Problem, Severity, SourceRow
from access.imports.tables import CannotRead, FoundTable, opened, rows_of, wrong_together
from access.models import ImportDeposit, ImportFile, ImportRun
from contracts.models import Caisse, User
from contracts.rules import scopes_where
from contracts.services.evidence import digest_of
from contracts.services.file_names import check_file_name
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import count, typeset

VIEW: Final = "access.view_import"
TRY: Final = "access.try_import"
CONFIRM: Final = "access.confirm_import"

RUNNING: Final = "access.import_run"
"""The name of the effect that does one batch of a run."""
KEPT: Final = timedelta(days=30)
"""For how long the files of a deposit are kept, from the end of its last run."""

_NAMED_AT_MOST: Final = 10

Kind = ImportFile.Kind
State = ImportRun.State


class CannotDeposit(Exception):
    """The files cannot be taken in as given; nothing was stored. ``field`` is that at fault."""

    def __init__(self, problems: Sequence[Problem] | str, field: str = "tables") -> None:
        self.problems = () if isinstance(problems, str) else tuple(problems)
        super().__init__(typeset(problems) if isinstance(problems, str) else "")
        self.field = field


class CannotConfirm(Exception):
    """The take-over cannot begin as things stand."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


_under_way: Final[dict[int, Course]] = {}
"""The run that this process is at, by its key, as its last batch left it once it was committed.

Only to spare the next batch the reading: what no longer agrees with the database is dropped.
"""


def caisses_for(user: User, power: str, on: date) -> QuerySet[Caisse]:
    """The caisses whose portfolio a user may take over: a portfolio is of every service."""
    whole = {scope.caisse_id for scope in scopes_where(user, power, on) if not scope.services}
    return Caisse.objects.filter(pk__in=whole).order_by("name")


def visible_deposits(user: User, on: date) -> QuerySet[ImportDeposit]:
    """The deposits that a user may read."""
    return ImportDeposit.objects.filter(caisse__in=caisses_for(user, VIEW, on))


def deposit(
    identifier: UUID, caisse: Caisse, tables: Sequence[File], scans: File | None, author: User
) -> ImportDeposit:
    """Keep the files of a portfolio and have them tried; the same form again, the same deposit.

    Raises ``CannotDeposit`` for what makes a file as a whole unreadable.
    """
    known = ImportDeposit.objects.filter(identifier=identifier, author=author).first()
    if known is not None:
        return known
    remarks = _examined(tables)
    if scans is not None:
        _check_archive(scans)
    with transaction.atomic():
        new = ImportDeposit(
            identifier=identifier,
            caisse=caisse,
            author=author,
            deposited_at=clock.now(),
            remarks=[one.as_json() for one in remarks],
        )
        given = [(Kind.TABLE, one) for one in tables]
        given += [(Kind.SCANS, scans)] if scans is not None else []
        kept = [_kept(kind, one) for kind, one in given]
        new.trial = _begun(new, kept, author, is_dry_run=True)
        new.save(force_insert=True)
        for one in kept:
            one.deposit = new
            one.save(force_insert=True)
        _go_on(new.trial, 0)
    return new


def confirm(deposit: ImportDeposit, author: User) -> ImportRun:
    """Begin the take-over that a deposit was tried for; confirmed again, it is the same run.

    Raises ``CannotConfirm``.
    """
    with transaction.atomic():
        own = ImportDeposit.objects.select_for_update(of=("self",), no_key=True)
        found = own.select_related("trial", "caisse").get(pk=deposit.pk)
        if found.run is not None:
            return found.run
        if found.trial.state != State.DONE:
            raise CannotConfirm("La lecture à blanc n’est pas terminée. Attendez son résultat.")
        if found.forgotten_at is not None:
            raise CannotConfirm(
                "Les fichiers de ce dépôt ne sont plus gardés. Déposez-les de nouveau."
            )
        run = _begun(found, list(found.files.all()), author, is_dry_run=False)
        found.run = run
        found.save(update_fields=["run"])
        _go_on(run, 0)
    return run


@effects.handler(RUNNING)
def go_on(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Do the next batch of a run; then emit the one that follows it."""
    run = ImportRun.objects.select_related("caisse", "author").get(pk=payload["run"])
    if run.state in (State.DONE, State.FAILED):
        return
    found = ImportDeposit.objects.get(Q(trial=run) | Q(run=run))
    course = _under_way.pop(run.pk, None)
    try:
        with _scans(found, run.author) as scans:
            if course is None or course.done != run.rows.count():
                course = _course(found, run, scans)
            if not course.is_over:
                course.take(scans)
    except (CannotRead, BadScans) as error:
        run.state, run.failure, run.ended_at = State.FAILED, str(error), clock.now()
        run.save(update_fields=["state", "failure", "ended_at"])
    else:
        if not course.is_over:
            transaction.on_commit(partial(_keep, run.pk, course))
            _go_on(run, course.done)


def _course(found: ImportDeposit, run: ImportRun, scans: ScanFiles | None) -> Course:
    """The run where it was left. Raises ``CannotRead``."""
    rows, problems = read_rows(found)
    if run.is_dry_run and run.state == State.WAITING and scans is not None:
        _tell_unnamed(found, scans.unnamed(rows))
    return Course(run, rows, problems)


def _keep(key: int, course: Course) -> None:
    # One at a time, as each holds the rows of a portfolio.
    _under_way.clear()
    _under_way[key] = course


def _tell_unnamed(found: ImportDeposit, names: Sequence[str]) -> None:
    """Say once which scans no row names: they would be left out."""
    if names:
        told = ", ".join(names[:_NAMED_AT_MOST])
        more = len(names) - _NAMED_AT_MOST
        problem = unreadable(
            "scan_not_named",
            f"Aucune ligne ne nomme {count(len(names), 'pièce')} du ZIP : {told}"
            + (f", et {more} de plus." if more > 0 else "."),
            "Elles ne seront pas gardées. Écrivez leurs noms dans la colonne « Pièces », s’il le "
            "faut.",
        )
        found.remarks.append(replace(problem, severity=Severity.DOUBTFUL).as_json())
        found.save(update_fields=["remarks"])


def read_rows(found: ImportDeposit) -> tuple[list[SourceRow], list[Problem]]:
    """The rows of a deposit, and what is wrong with them.

    Raises ``CannotRead``: a stored file is no longer what it was.
    """
    with ExitStack() as open_files:
        tables: list[FoundTable] = []
        for one in found.files.filter(kind=Kind.TABLE):
            stored = open_files.enter_context(one.file.open("rb"))
            tables += open_files.enter_context(opened(stored, one.name)).tables
        return rows_of(tables)


@contextmanager
def _scans(found: ImportDeposit, author: User | None) -> Iterator[ScanFiles | None]:
    """The scans of a deposit while they are open; None without any. Raises ``BadScans``."""
    archive = found.files.filter(kind=Kind.SCANS).first()
    if archive is None:
        yield None
        return
    with archive.file.open("rb") as stored, in_archive(stored, author) as scans:
        yield scans


def forget_files(today: date) -> int:
    """Delete the files of deposits that nobody needs any more; how many deposits.

    They hold names and addresses: the report of a run holds none.
    """
    before = clock.now() - KEPT
    over = Q(run__ended_at__lt=before) | Q(run=None, deposited_at__lt=before)
    count = 0
    for found in ImportDeposit.objects.filter(over, forgotten_at=None):
        with transaction.atomic():
            for one in found.files.all():
                transaction.on_commit(partial(one.file.storage.delete, one.file.name), robust=True)
                one.file = ""
                one.save(update_fields=["file"])
            found.forgotten_at = clock.now()
            found.save(update_fields=["forgotten_at"])
        count += 1
    return count


def _examined(tables: Sequence[File]) -> list[Problem]:
    """What is to be said of the tables as a whole. Raises ``CannotDeposit``."""
    remarks: list[Problem] = []
    found: list[FoundTable] = []
    try:
        with ExitStack() as open_files:
            for file in tables:
                name = str(file.name)
                _check_name(name, "tables")
                read = open_files.enter_context(opened(file, name))
                remarks += read.notices
                found += read.tables
            if problem := wrong_together(found):
                raise CannotDeposit(f"{problem.message} {problem.to_do}")
    except CannotRead as error:
        raise CannotDeposit(error.problems) from error
    return remarks


def _check_archive(scans: File) -> None:
    _check_name(str(scans.name), "scans")
    if (scans.size or 0) > LARGEST_ARCHIVE:
        raise CannotDeposit(
            f"Les pièces dépassent {LARGEST_ARCHIVE // 1024**2} Mo. Déposez le portefeuille en "
            "plusieurs fois, ou demandez à qui administre Tacite de le reprendre par la commande.",
            "scans",
        )
    try:
        with in_archive(scans, None):
            pass
    except BadScans as error:
        raise CannotDeposit(str(error), "scans") from error


def _check_name(name: str, field: str) -> None:
    try:
        check_file_name(name)
    except ValidationError as error:
        raise CannotDeposit(" ".join(error.messages), field) from error


def _kept(kind: Kind, given: File) -> ImportFile:
    row = ImportFile(
        kind=kind, name=str(given.name)[-255:], sha256=digest_of(given), size=given.size
    )
    given.seek(0)
    row.file.save(row.name, given, save=False)
    return row


def _begun(
    found: ImportDeposit, files: Sequence[ImportFile], author: User, *, is_dry_run: bool
) -> ImportRun:
    tables = [one for one in files if one.kind == Kind.TABLE]
    digests = [one.sha256 for one in tables]
    together = sha256("".join(digests).encode()).hexdigest() if digests[1:] else digests[0]
    return ImportRun.objects.create(
        identifier=uuid4(),
        caisse=found.caisse,
        file_name=", ".join(one.name for one in tables)[:255],
        file_sha256=together,
        is_dry_run=is_dry_run,
        author=author,
        asked_at=clock.now(),
    )


def _go_on(run: ImportRun, done: int) -> None:
    effects.emit(RUNNING, f"import_run:{run.pk}:{done}", f"import_run:{run.pk}", {"run": run.pk})
