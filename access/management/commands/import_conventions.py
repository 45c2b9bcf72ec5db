"""``manage.py import_conventions``: take a former register over, with a report row by row."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from access.imports.places import in_words
from access.imports.running import carry_out, counts
from access.imports.scan_files import BadScans, in_folder
from access.imports.source import Problem, SourceRow
from access.imports.tables import CannotRead, FoundTable, opened, rows_of, wrong_together
from access.models import ImportRow, ImportRun
from contracts.models import Caisse, User
from workflows import clock
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Reprend un ancien registre de conventions, et dit ce qu’il est advenu de chaque ligne."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FICHIER", help="classeur XLSX, ou fichiers CSV"
        )
        parser.add_argument("--caisse", help="code de la caisse ; inutile s’il n’y en a qu’une")
        parser.add_argument(
            "--by", metavar="ADRESSE", help="adresse électronique de qui répond de la reprise"
        )
        parser.add_argument("--scans", type=Path, metavar="DOSSIER", help="dossier des pièces")
        parser.add_argument("--dry-run", action="store_true", help="montre sans rien écrire")

    def handle(
        self,
        *args: Any,
        files: list[Path],
        caisse: str | None,
        by: str | None,
        scans: Path | None,
        dry_run: bool,
        **options: Any,
    ) -> None:
        chosen = _caisse(caisse)
        author = _author(by, chosen, dry_run)
        try:
            found = None if scans is None else in_folder(scans, author)
            rows, problems, notices = _read(files)
        except BadScans as error:
            raise CommandError(str(error)) from error
        except CannotRead as error:
            raise CommandError("\n".join(map(_said, error.problems))) from error
        except OSError as error:
            raise CommandError(
                typeset(f"« {error.filename} » ne se lit pas : {error.strerror}.")
            ) from error
        for notice in notices:
            self.stdout.write(_said(notice))
        run = ImportRun.objects.create(
            identifier=uuid4(),
            caisse=chosen,
            file_name=", ".join(file.name for file in files)[:255],
            file_sha256=_digest(files),
            is_dry_run=dry_run,
            author=author,
            asked_at=clock.now(),
        )
        try:
            carry_out(run, rows, problems, found, self._progress)
        except KeyboardInterrupt as stopped:
            raise CommandError(
                typeset(
                    f"Interrompu après {count(run.rows.count(), 'convention')}. Relancez la même "
                    "commande : ce qui est repris ne l’est pas deux fois."
                )
            ) from stopped
        self._report(run)

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} / {count(total, 'convention')}")

    def _report(self, run: ImportRun) -> None:
        for row in run.rows.order_by("rank").iterator(500):
            place = in_words(row.sheet, row.line, row.number or "sans numéro")
            self.stdout.write(typeset(f"{place} : {row.get_outcome_display()}"))
            for told in row.problems:
                self.stdout.write(f"    {_said(Problem(**told))}")
        found = counts(run)
        for outcome in ImportRow.Outcome:
            self.stdout.write(typeset(f"{outcome.label} : {found[outcome.value]}"))
        if run.is_dry_run:
            self.stdout.write("À blanc : rien n’a été écrit.")
        if found["refused"]:
            refused = count(found["refused"], "convention refusée", "conventions refusées")
            raise CommandError(f"{refused}. Corrigez, puis relancez : le reste ne bougera pas.")


def _caisse(code: str | None) -> Caisse:
    found = list(Caisse.objects.order_by("code"))
    chosen = [one for one in found if code is None or one.code == code]
    if len(chosen) != 1:
        known = ", ".join(one.code for one in found) or "aucune"
        raise CommandError(typeset(f"Dites la caisse par --caisse. Caisses connues : {known}."))
    return chosen[0]


def _author(address: str | None, caisse: Caisse, dry_run: bool) -> User | None:
    """Who answers for the run; nobody has to for a trial."""
    if address is None:
        if dry_run:
            return None
        raise CommandError("Dites qui répond de la reprise par --by, ou essayez avec --dry-run.")
    author = User.objects.filter(email=address.strip().lower(), is_active=True).first()
    if author is None or not (dry_run or author.has_perm("access.confirm_import", caisse)):
        raise CommandError(
            typeset(
                f"« {address} » ne peut pas répondre d’une reprise : il y faut un compte et un "
                f"rôle de juriste ou de direction dans la caisse {caisse.code}."
            )
        )
    return author


def _read(
    files: Iterable[Path],
) -> tuple[list[SourceRow], list[Problem], list[Problem]]:
    """The rows of every file, what is wrong with them, and what is to be said of the files."""
    tables: list[FoundTable] = []
    notices: list[Problem] = []
    with ExitStack() as stack:
        for path in files:
            file = stack.enter_context(path.open("rb"))
            found = stack.enter_context(opened(file, path.name))
            tables += found.tables
            notices += found.notices
        if (wrong := wrong_together(tables)) is not None:
            raise CannotRead([wrong])
        rows, problems = rows_of(tables)
    return rows, problems, notices


def _digest(files: Iterable[Path]) -> str:
    """Of one file its sha256, of several that of theirs in order."""
    found = [sha256(path.read_bytes()) for path in files]
    if len(found) == 1:
        return found[0].hexdigest()
    return sha256(b"".join(one.digest() for one in found)).hexdigest()


def _said(problem: Problem) -> str:
    """« Conventions, ligne 4, SIREN : … Lu : … Attendu : … À faire »"""
    where = in_words(problem.sheet, problem.row, problem.column)
    read = f"Lu : « {problem.value} »." if problem.value else ""
    expected = f"Attendu : {problem.expected}." if problem.expected else ""
    said = " ".join(part for part in (problem.message, read, expected, problem.to_do) if part)
    return typeset(f"{where} : {said}" if where else said)
