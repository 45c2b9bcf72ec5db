"""``manage.py sweep``: apply what is due."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import breaker, clock
from workflows.french import NO_BREAK_SPACE, count, date_in_words, typeset
from workflows.management.terminal import civil_day, progress_on
from workflows.models import HeldRun
from workflows.sweep import Swept, sweep


class Command(BaseCommand):
    help = "Applique ce qui est échu, à sa date légale, même en retard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=civil_day,
            metavar="AAAA-MM-JJ",
            help="jour auquel porter les vies ; aujourd’hui par défaut",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="montre ce qui serait appliqué, n’écrit rien"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = options["as_of"] or clock.today()
        result = sweep(as_of, options["dry_run"], progress_on(sys.stderr), self._tell)
        if result.held:
            raise CommandError(_why_held(result.held))
        outcome = ("étape à appliquer", "étapes à appliquer")
        if not result.dry_run:
            outcome = ("étape appliquée", "étapes appliquées")
        self.stdout.write(
            f"Balayage au {date_in_words(as_of)}{NO_BREAK_SPACE}: {count(result.steps, *outcome)}, "
            f"{count(result.swept, 'dossier')}."
        )
        for failed in result.set_aside:
            self.stderr.write(f"{failed.label} mis de côté. {failed.error}")
        if result.set_aside:
            raise CommandError(
                f"{count(len(result.set_aside), 'dossier')} mis de côté{NO_BREAK_SPACE}: corrigez "
                "ce que disent les lignes ci-dessus, puis relancez le balayage."
            )

    def _tell(self, one: Swept) -> None:
        for step in one.steps:
            self.stdout.write(f"{step.on}  {one.label}  {step.name} → {step.to_state}")


def _why_held(held: list[HeldRun]) -> str:
    """What the run would have done too much of, and the two ways to let it go."""
    lines = [typeset(f"{one.measure} : {breaker.measure_of(one).why(one)}") for one in held]
    ways = typeset(
        "Balayage retenu, rien n’est écrit. Si c’est bien ce qui doit arriver, confirmez à la page "
        "« Traitements retenus », ou par « manage.py breaker confirm MESURE --user ADRESSE "
        "--reason TEXTE » ; sinon, annulez ce qui a été enregistré à tort."
    )
    return "\n".join([*lines, ways])
