"""Read what the provider of registered letters told, more often than each night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.services.letter_statuses import read_statuses, to_look_at
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Relève les statuts du prestataire de recommandés (à lancer par cron, chaque heure)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = read_statuses()
        except OSError as error:
            raise CommandError(
                typeset(
                    f"Le prestataire n’a pas pu être lu ({error}). Vérifiez que le dossier "
                    "TACITE_LETTER_FOLDER existe et que ce compte peut y lire et y écrire."
                )
            ) from error
        waiting = to_look_at().count()
        self.stdout.write(
            typeset(
                f"{count(made, 'passage enregistré', 'passages enregistrés')} ; "
                f"{count(waiting, 'statut à vérifier', 'statuts à vérifier')}."
            )
        )
