"""``manage.py backup``: the database and every document, in one file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.backups.refusals import BackupRefused
from contracts.backups.saving import save
from workflows.french import count, typeset
from workflows.management.terminal import progress_on, writing


class Command(BaseCommand):
    help = (
        "Sauvegarde la base et tous les documents, tels qu’ils sont au même instant, en un fichier."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with writing(path):
                saved = save(path, progress_on(sys.stderr))
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{path} : la base et {count(saved.files, 'document')}.")
        if saved.problems:
            for problem in saved.problems:
                self.stderr.write(typeset(problem))
            raise CommandError(
                "La sauvegarde est écrite, mais des documents manquent ou ont changé (ci-dessus)."
            )
