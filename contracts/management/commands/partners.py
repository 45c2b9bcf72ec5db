"""``manage.py partners verify``: whether each partner is found by the words it has now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.services.partner_keys import disagreements, rebuild
from workflows.french import count


class Command(BaseCommand):
    help = "Vérifie que chaque partenaire se trouve par les mots de ses fiches d’aujourd’hui."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--rebuild", action="store_true", help="réécrit les clés qui diffèrent")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"{count(rebuild(), 'clé réécrite', 'clés réécrites')}.")
            return
        wrong = [partner.pk for partner in disagreements()]
        if not wrong:
            self.stdout.write("Chaque partenaire se trouve par les mots de ses fiches.")
            return
        shown = ", ".join(map(str, wrong[:20]))
        raise CommandError(
            f"{count(len(wrong), 'partenaire')} à réécrire (numéros {shown}). "
            "Relancez avec --rebuild."
        )
