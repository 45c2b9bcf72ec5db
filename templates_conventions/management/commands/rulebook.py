"""``manage.py rulebook``: check rulebooks, explain one to a lawyer, help those who write them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from templates_conventions.rendering import pdf
from templates_conventions.rulebook_document import rulebook_document
from workflows import clock
from workflows.french import NO_BREAK_SPACE, count
from workflows.management.terminal import writing
from workflows.rulebook import Rulebook
from workflows.rulebook_files import FILE_NAME, UnknownRulebook, examine, find
from workflows.rulebook_reference import NoPlaceForTable, schema, with_reference
from workflows.rulebook_sheet import sheet


class Command(BaseCommand):
    """The rulebooks of the types of convention, without a database."""

    help = "Contrôle, explique et décrit les modèles de convention."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        check = actions.add_parser("check", help="contrôle des fichiers ; sortie 1 s’il y a faute")
        check.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        explain = actions.add_parser("explain", help="fiche du modèle, à signer par un juriste")
        explain.add_argument("code", metavar="CODE")
        explain.add_argument(
            "--pdf",
            nargs="?",
            const="",
            metavar="FICHIER",
            help="l’écrit en PDF, prête à signer ; sans nom, fiche-CODE.pdf dans ce dossier",
        )
        actions.add_parser("schema", help="schéma JSON, pour les éditeurs")
        reference = actions.add_parser("reference", help="met à jour la table des clés d’une page")
        reference.add_argument("page", type=Path, metavar="PAGE")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        match action:
            case "check":
                self.check_files(options["paths"])
            case "explain":
                self.explain(published(options["code"]), options["pdf"])
            case "schema":
                self.stdout.write(json.dumps(schema(), ensure_ascii=False, indent=2))
            case "reference":
                self.update_reference(options["page"])

    def explain(self, rulebook: Rulebook, file: str | None) -> None:
        """Print the sheet of a rulebook, or write it as PDF; an empty name is its own."""
        if file is None:
            self.stdout.write(sheet(rulebook), ending="")
            return
        document = rulebook_document(rulebook, clock.today())
        path = Path(file or f"{document.code}.pdf")
        with writing(path):
            path.write_bytes(pdf.render(document))
        self.stdout.write(f"Fiche écrite dans {path}")

    def check_files(self, paths: list[Path]) -> None:
        """Examine each file and print one line a fault; raise ``CommandError`` if there is one."""
        faults = 0
        for path in (file for given in paths for file in files_of(given)):
            found, rulebook = examine(path)
            faults += len(found)
            for fault in found:
                self.stdout.write(str(fault))
            if rulebook is not None and not found:
                self.stdout.write(
                    f"{path}{NO_BREAK_SPACE}: conforme, {rulebook.code}, version "
                    f"{rulebook.version}, empreinte {rulebook.digest[:12]}."
                )
        if faults:
            raise CommandError(f"{count(faults, 'faute')}.")

    def update_reference(self, page: Path) -> None:
        """Rewrite the table of keys of a page of documentation."""
        try:
            text = page.read_text(encoding="utf-8")
            page.write_text(with_reference(text), encoding="utf-8")
        except (OSError, NoPlaceForTable) as error:
            raise CommandError(f"{page}{NO_BREAK_SPACE}: {error}") from error


def published(code: str) -> Rulebook:
    """A published rulebook by its code. Raises ``CommandError`` if it is unknown or at fault."""
    try:
        path = find(Path(settings.TACITE_RULEBOOKS), code)
    except UnknownRulebook as error:
        raise CommandError(str(error)) from error
    faults, rulebook = examine(path)
    if rulebook is None or faults:
        raise CommandError("\n".join(str(fault) for fault in faults))
    return rulebook


def files_of(path: Path) -> list[Path]:
    """A file stands for itself, a folder for the rulebooks below it."""
    if not path.is_dir():
        return [path]
    files = sorted(path.rglob(FILE_NAME))
    if not files:
        raise CommandError(f"Aucun fichier {FILE_NAME} sous {path}.")
    return files
