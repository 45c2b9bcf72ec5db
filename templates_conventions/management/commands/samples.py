"""``manage.py samples``: every document of every type, with made-up values, to be read again."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from templates_conventions.catalogue import rulebook, rulebooks
from templates_conventions.sample_files import FORMATS, INDEX, write_samples
from templates_conventions.sources import SourceFault
from templates_conventions.texts import has_text
from workflows.french import count
from workflows.management.terminal import progress_on, writing
from workflows.rulebook import Rulebook
from workflows.rulebook_files import UnknownRulebook


class Command(BaseCommand):
    """The samples of the types of convention, without a database."""

    help = "Écrit tous les documents de tous les modèles, avec des données inventées, à relire."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="DOSSIER")
        parser.add_argument("--type", metavar="CODE", help="un seul modèle ; tous par défaut")
        parser.add_argument(
            "--format", nargs="+", choices=FORMATS, default=FORMATS, help="tous par défaut"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["out"]
        try:
            with writing(folder):
                written = write_samples(
                    _types(options["type"]), folder, options["format"], progress_on(sys.stderr, 1)
                )
        except (SourceFault, UnknownRulebook) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count(written, 'fichier')} dans {folder}")
        self.stdout.write(f"Liste : {folder / INDEX}")


def _types(code: str | None) -> list[Rulebook]:
    """The types to write: the one named, or all those whose texts are written."""
    if code:
        return [rulebook(code)]
    return [one for one in rulebooks().values() if has_text(one.code)]
