"""``manage.py replay``: the life that a file of facts makes, without a database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import clock, situations
from workflows.facts import FactError
from workflows.management.inputs import day, instant, json_content, rulebook_of
from workflows.rulebook_faults import RulebookErrors
from workflows.rulebook_files import UnknownRulebook
from workflows.timeline_json import as_json
from workflows.timeline_text import life


class Command(BaseCommand):
    """Replay facts under a rulebook and print the life they make."""

    help = "Rejoue un fichier d’événements sous un modèle de convention, sans base de données."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", metavar="CODE", help="code du modèle de convention")
        parser.add_argument(
            "facts",
            metavar="FICHIER",
            type=Path,
            help="JSON : une liste d’événements, ou une table avec acts et, au besoin, as_of, "
            "interpretations, partner_kind, holidays",
        )
        parser.add_argument(
            "--as-of",
            type=day,
            metavar="JOUR",
            help="jour d’où l’on regarde ; par défaut celui du fichier, sinon aujourd’hui",
        )
        parser.add_argument(
            "--known-at",
            type=instant,
            metavar="INSTANT",
            help="ne retenir que ce qui était enregistré à cet instant",
        )
        parser.add_argument("--json", action="store_true", help="tout, en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rulebook = rulebook_of(options["code"])
            situation = situations.read(json_content(options["facts"]))
        except (UnknownRulebook, RulebookErrors, FactError) as error:
            raise CommandError(str(error)) from error
        as_of = options["as_of"] or situation.as_of or clock.today()
        timeline = situation.replayed(rulebook, as_of, options["known_at"])
        if options["json"]:
            self.stdout.write(json.dumps(as_json(timeline), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(life(timeline), ending="")
