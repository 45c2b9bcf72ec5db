"""Read what the provider of registered letters told, more often than each night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from contracts.services.letter_statuses import read_statuses, to_look_at
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Relève les statuts du prestataire de recommandés (à lancer par cron, chaque heure)."

    def handle(self, *args: Any, **options: Any) -> None:
        made = read_statuses()
        waiting = to_look_at().count()
        self.stdout.write(
            typeset(
                f"{count(made, 'passage enregistré', 'passages enregistrés')} ; "
                f"{count(waiting, 'statut à vérifier', 'statuts à vérifier')}."
            )
        )
