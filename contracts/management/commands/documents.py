"""``manage.py documents verify``: read every stored file again."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.services.stored_files import faults
from workflows.french import count, typeset
from workflows.management.terminal import progress_on


class Command(BaseCommand):
    help = "Vérifie que chaque document émis et chaque pièce est encore le fichier déposé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for fault in faults(progress_on(sys.stderr)):
            found += 1
            self.stdout.write(typeset(f"{fault.name} : {fault.problem}."))
        if found:
            raise CommandError(f"{count(found, 'fichier')} à examiner.")
        self.stdout.write("Tous les fichiers sont tels qu’ils ont été déposés.")
