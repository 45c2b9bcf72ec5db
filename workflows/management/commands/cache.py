"""``manage.py cache verify``: replay everything and compare with what is stored."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows.cache import rebuild, verify
from workflows.french import NO_BREAK_SPACE, count
from workflows.management.terminal import progress_on


class Command(BaseCommand):
    help = "Vérifie que l’état enregistré de chaque dossier est celui que donnent ses événements."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="remplace ce qui diffère par ce que donne le calcul",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rebuilding = options["rebuild"]
        examine = rebuild if rebuilding else verify
        found = list(examine(progress_on(sys.stderr)))
        for disagreement in found:
            self.stdout.write(disagreement.label)
            for difference in disagreement.differences:
                self.stdout.write(f"  {difference}")
        if not found:
            self.stdout.write("Tout ce qui est enregistré est ce que donnent les événements.")
            return
        number = count(len(found), "dossier")
        failed = [one for one in found if not one.computed]
        if rebuilding and not failed:
            self.stdout.write(f"{number} reconstruit{'s' if len(found) > 1 else ''}.")
            return
        if rebuilding:
            raise CommandError(
                f"{count(len(failed), 'dossier')} sur {len(found)} impossible à reconstruire"
                f"{NO_BREAK_SPACE}: voyez les lignes ci-dessus."
            )
        raise CommandError(
            f"{number} en désaccord avec les événements enregistrés. Lisez les différences ; si le "
            "calcul a raison, relancez avec --rebuild."
        )
