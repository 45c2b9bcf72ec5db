"""``manage.py restore``: bring a backup back onto an empty machine, and verify it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from contracts.backups.refusals import BackupRefused
from contracts.backups.restoring import made_at, restore, to_migrate
from workflows import clock
from workflows.french import count, date_in_words, typeset
from workflows.management.terminal import progress_on, writing


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base et un dépôt vides, puis vérifie tout."
    # The tables come with the backup.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER.tar")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(typeset(f"{path} : aucun fichier de ce nom."))
        try:
            with writing(path):
                manifest = restore(path, progress_on(sys.stderr))
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        made = made_at(manifest).astimezone(clock.PARIS)
        self.stdout.write(
            typeset(
                f"Restauré : la base du {date_in_words(made.date())} à {made:%H h %M} et "
                f"{count(manifest.files, 'document')}."
            )
        )
        if to_migrate(manifest):
            call_command("migrate", verbosity=0)
            self.stdout.write("La base a été mise au niveau de cette version.")
        for command in ("journal", "cache", "documents"):
            call_command(command, "verify", stdout=self.stdout, stderr=self.stderr)
