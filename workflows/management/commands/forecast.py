"""``manage.py forecast``: every dated transition to come, with its branch conditions."""

from __future__ import annotations

import csv
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import clock
from workflows.forecast import Foreseen, forecast
from workflows.french import NO_BREAK_SPACE, article_number, count

COLUMNS = ("date", "dossier", "étape", "de", "vers", "article", "condition")


class Command(BaseCommand):
    help = "Liste les étapes datées à venir, et la question dont chacune dépend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=_months, default=24, help="24 par défaut")
        parser.add_argument("--csv", type=Path, metavar="FICHIER", help="écrit un fichier CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = sorted(forecast(clock.today(), options["months"]), key=lambda step: step[:3])
        if options["csv"] is None:
            for step in steps:
                self.stdout.write("  ".join(filter(None, _row(step))))
            self.stdout.write(f"{count(len(steps), 'étape')} à venir.")
            return
        try:
            # With a mark of UTF-8, without which spreadsheets misread the accents.
            with options["csv"].open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, delimiter=";")
                writer.writerow(COLUMNS)
                writer.writerows(_row(step) for step in steps)
        except OSError as error:
            raise CommandError(
                f"Fichier impossible à écrire{NO_BREAK_SPACE}: {options['csv']} "
                f"({error.strerror}). Donnez un chemin dans un dossier où vous pouvez écrire."
            ) from error
        self.stdout.write(f"{options['csv']}{NO_BREAK_SPACE}: {count(len(steps), 'étape')}.")


def _row(step: Foreseen) -> list[str]:
    article = f"article {article_number(step.article)}" if step.article else ""
    return [
        step.on.isoformat(),
        step.label,
        step.step,
        step.from_state,
        step.to_state,
        article,
        step.condition,
    ]


def _months(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1200:
        raise ArgumentTypeError(
            f"«{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}» n’est pas un nombre de mois. Attendu"
            f"{NO_BREAK_SPACE}: un nombre entier, de 1 à 1200."
        )
    return int(text)
