"""Read the reports of mails that did not arrive."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notifications.bounces.inbox import read_folder, take_in
from notifications.bounces.reports import LARGEST, Unreadable
from workflows.french import count, typeset


class Command(BaseCommand):
    """``read_bounces [FOLDER]``, or ``read_bounces --stdin`` at the end of a pipe."""

    help = "Lit les avis de non-remise (RFC 3464) d’un dossier, ou d’un seul sur l’entrée standard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.TACITE_BOUNCES_FOLDER)
        parser.add_argument("--stdin", action="store_true", help="Un seul avis, par un tube.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["stdin"]:
            self._read_one()
        else:
            self._read_folder(options["folder"])

    def _read_one(self) -> None:
        try:
            bounced = take_in(sys.stdin.buffer.read(LARGEST + 1))
        except Unreadable as reason:
            raise CommandError(f"Avis non retenu. {reason}") from reason
        self.stdout.write("Message non reçu." if bounced else "Rien à changer.")

    def _read_folder(self, folder: Path | None) -> None:
        if folder is None:
            raise CommandError(
                "Quel dossier ? Donnez-le, ou réglez TACITE_BOUNCES_FOLDER une fois pour toutes."
            )
        try:
            read = read_folder(folder)
        except NotADirectoryError as missing:
            raise CommandError(typeset(f"{folder} n’est pas un dossier.")) from missing
        said = [
            count(read.bounced, "message non reçu", "messages non reçus"),
            count(read.noted, "avis sans suite", "avis sans suite"),
            count(read.set_aside, "mis de côté", "mis de côté"),
        ]
        self.stdout.write(", ".join(said) + ".")
