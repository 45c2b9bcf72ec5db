"""``manage.py evidence``: write the evidence file of a convention, for a dispute."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.management import conventions
from contracts.services import dispute_file
from workflows.french import count, typeset
from workflows.management.terminal import progress_on, writing


class Command(BaseCommand):
    help = "Écrit le dossier de preuve d’une convention (ZIP) : pièces, vie, journal, empreintes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        conventions.add_arguments(parser)
        parser.add_argument("--out", type=Path, required=True, metavar="FICHIER.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        convention = conventions.numbered(options["number"], options["caisse"])
        path: Path = options["out"]
        if path.exists():
            raise CommandError(typeset(f"{path} existe déjà : donnez un autre nom."))
        with writing(path), ExitStack() as unless_written, path.open("xb") as target:
            # Half an archive would pass for one.
            unless_written.callback(path.unlink)
            done = dispute_file.write(convention, target, progress_on(sys.stderr))
            unless_written.pop_all()
        self.stdout.write(f"{count(len(done.filed), 'fichier')} dans {path}")
        if done.problems:
            for problem in done.problems:
                self.stderr.write(typeset(problem))
            raise CommandError(
                "Le dossier est écrit, mais des fichiers manquent ou ont changé (ci-dessus)."
            )
