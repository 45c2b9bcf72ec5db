"""``manage.py retention``: what has had its time, and whether the proofs of what went hold."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.models import Caisse, Elimination
from contracts.retention.due import files_due
from contracts.retention.kinds import all_due
from contracts.retention.outcomes import broken_links
from contracts.retention.rules import RetentionSettingWrong, rules_of
from workflows import clock
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Dit ce qui a dépassé sa durée de conservation, ou vérifie les preuves d’élimination."

    def add_arguments(self, parser: ArgumentParser) -> None:
        wanted = parser.add_mutually_exclusive_group(required=True)
        wanted.add_argument("--due", action="store_true", help="compte les dossiers, par caisse")
        wanted.add_argument("--verify", action="store_true", help="suit la chaîne des bordereaux")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["due"]:
            self._due()
        else:
            self._verify()

    def _due(self) -> None:
        unreadable = []
        for caisse in Caisse.objects.order_by("code"):
            try:
                rules_of(caisse)
            except RetentionSettingWrong as wrong:
                unreadable.append(str(wrong))
                continue
            today = clock.today()
            number = files_due([caisse], today).count() + all_due(caisse, today)
            self.stdout.write(typeset(f"{caisse.code} : {count(number, 'dossier')}."))
        if unreadable:
            raise CommandError("\n".join(unreadable))

    def _verify(self) -> None:
        lists, broken = 0, []
        for lists, one in enumerate(Elimination.objects.order_by("pk"), start=1):  # noqa: B007
            broken += [f"{one.reference}, ligne {row.item_id}" for row in broken_links(one)]
        if broken:
            raise CommandError(
                typeset(
                    f"Preuve modifiée ou retirée : {' ; '.join(broken[:20])}. Comparez avec la "
                    "preuve téléchargée, et prévenez l’auditeur."
                )
            )
        self.stdout.write(typeset(f"{count(lists, 'bordereau', 'bordereaux')} : preuves intactes."))
