"""``manage.py breaker``: what is held back and why, and the decision to let it go."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.models import User
from contracts.services.held_runs import CannotConfirm, confirm_held_run
from workflows import breaker
from workflows.french import count, typeset
from workflows.models import HeldRun


class Command(BaseCommand):
    help = "Montre les traitements retenus (sortie 1 s’il y en a), et en confirme un."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action")
        confirm = actions.add_parser("confirm", help="laisse faire un traitement retenu")
        confirm.add_argument(
            "measure", metavar="MESURE", help="« conventions », « accounts » ou « user_reviews »"
        )
        confirm.add_argument(
            "--user", required=True, metavar="ADRESSE", help="adresse de qui le décide"
        )
        confirm.add_argument("--reason", required=True, metavar="TEXTE", help="pourquoi")

    def handle(self, *args: Any, action: str | None = None, **options: Any) -> None:
        waiting = list(breaker.open_runs())
        if action is None:
            self._show(waiting)
            return
        held = next((one for one in waiting if one.measure == options["measure"]), None)
        if held is None:
            known = ", ".join(one.measure for one in waiting) or "aucun"
            raise CommandError(
                typeset(
                    f"Aucun traitement n’est retenu pour « {options['measure']} ». "
                    f"Traitements retenus : {known}."
                )
            )
        self._confirm(held, options["user"], options["reason"])

    def _show(self, waiting: list[HeldRun]) -> None:
        for held in waiting:
            why = breaker.measure_of(held).why(held)
            self.stdout.write(typeset(f"{held.measure} : {why}"))
        if waiting:
            raise CommandError(
                typeset(
                    f"{count(len(waiting), 'traitement attend', 'traitements attendent')} une "
                    "décision : la page « Traitements retenus » montre les cas, « manage.py "
                    "breaker confirm MESURE --user ADRESSE --reason TEXTE » laisse faire."
                )
            )
        self.stdout.write("Rien n’est retenu.")

    def _confirm(self, held: HeldRun, address: str, reason: str) -> None:
        author = User.objects.filter(email__iexact=address, is_active=True).first()
        if author is None:
            raise CommandError(
                typeset(f"Aucun utilisateur actif n’a l’adresse « {address} ». Vérifiez-la.")
            )
        try:
            confirm_held_run(held, author, reason, held.count)
        except (CannotConfirm, breaker.NotHeld) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            typeset(
                f"Confirmé pour {count(held.count, 'cas', 'cas')} au plus, jusqu’à demain soir. Le "
                "traitement reprend de lui-même, ou tout de suite avec « manage.py sweep »."
            )
        )
