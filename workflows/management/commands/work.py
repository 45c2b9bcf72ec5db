"""``manage.py work``: do what the effects ledger asks for, where no ``serve`` runs."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflows import effects
from workflows.effect_worker import Outcome, Worker, drain
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Fait les envois en attente, jusqu’à ce qu’on l’arrête (Ctrl+C ou SIGTERM)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="fait ce qui est échu, puis s’arrête"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self._once()
            return
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.ask_to_stop())
        self.stdout.write("Les envois en attente sont faits (Ctrl+C pour arrêter).")
        self.stdout.flush()
        worker.loop()
        self.stdout.write("Arrêté ; rien n’est resté en cours.")

    def _once(self) -> None:
        drained = drain()
        done, held = drained.outcomes[Outcome.DONE], drained.outcomes[Outcome.HELD]
        failed = drained.tried - done - held
        self.stdout.write(
            typeset(
                f"{count(done, 'envoi fait', 'envois faits')}, "
                f"{count(failed, 'essai manqué', 'essais manqués')}."
            )
        )
        if held:
            told = count(held, "envoi retenu", "envois retenus")
            self.stdout.write(typeset(f"{told} : voir « manage.py breaker »."))
        dead = list(effects.dead_letters().order_by("pk"))
        for effect in dead:
            self.stderr.write(typeset(f"{effect.key} ({effect.handler}) : {effect.last_error}"))
        if dead:
            raise CommandError(
                typeset(
                    f"{count(len(dead), 'envoi en échec', 'envois en échec')} : corrigez la cause, "
                    "puis relancez-les ou écartez-les."
                )
            )
