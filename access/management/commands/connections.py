"""``manage.py connections``: take in a file, purge what is too old, check the monthly counts."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from access.services.connection_counts import counted_again, months_with_events, stored
from access.services.connection_file import COLUMNS, NotACsv, Report, import_file
from access.services.connection_retention import first_open_month, purge, to_purge
from contracts.models import Caisse
from workflows import clock
from workflows.french import count, typeset


class Command(BaseCommand):
    help = "Importe des connexions, purge les anciennes, ou vérifie les comptes mensuels."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        reading = actions.add_parser("import", help=f"importe un CSV : {', '.join(COLUMNS)}")
        reading.add_argument("file", type=Path, help="fichier CSV en UTF-8")
        reading.add_argument("--caisse", help="code de la caisse ; inutile s’il n’y en a qu’une")
        reading.add_argument("--dry-run", action="store_true", help="montre sans rien changer")
        purging = actions.add_parser("purge", help="efface les connexions trop anciennes")
        purging.add_argument("--caisse", help="code de la caisse ; toutes sinon")
        purging.add_argument("--dry-run", action="store_true", help="compte sans rien effacer")
        verify = actions.add_parser("verify", help="recompte les mois conservés en entier")
        verify.add_argument("--caisse", help="code de la caisse ; toutes sinon")

    def handle(self, *args: Any, action: str, caisse: str | None, **options: Any) -> None:
        caisses = self._caisses(caisse)
        try:
            if action == "import":
                self._import(caisses, options["file"], options["dry_run"])
            elif action == "purge":
                self._purge(caisses, options["dry_run"])
            else:
                self._verify(caisses)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error

    def _caisses(self, code: str | None) -> list[Caisse]:
        found = list(Caisse.objects.order_by("code"))
        if code is None:
            return found
        chosen = [caisse for caisse in found if caisse.code == code]
        if not chosen:
            known = ", ".join(caisse.code for caisse in found) or "aucun"
            raise CommandError(
                typeset(f"Aucune caisse de code « {code} ». Codes connus : {known}.")
            )
        return chosen

    def _import(self, caisses: list[Caisse], file: Path, dry_run: bool) -> None:
        if len(caisses) != 1:
            codes = ", ".join(caisse.code for caisse in caisses) or "aucune"
            raise CommandError(typeset(f"Dites laquelle avec --caisse. Caisses : {codes}."))
        try:
            with file.open("rb") as lines:
                report = import_file(caisses[0], lines, dry_run)
        except OSError as error:
            raise CommandError(
                typeset(f"{file} : fichier illisible ({error.strerror}). Vérifiez son chemin.")
            ) from error
        except NotACsv as error:
            raise CommandError(typeset(f"{file} : {error}")) from error
        self._show(report, dry_run)

    def _show(self, report: Report, dry_run: bool) -> None:
        for line in report.to_say:
            self.stdout.write(typeset(f"ligne {line.number} : {line.outcome.sentence}"))
        counts = report.counts
        words = "à accepter" if dry_run else "acceptées"
        self.stdout.write(
            typeset(
                f"Lignes {words} : {counts['accepted']} ; déjà connues : {counts['known']} ; "
                f"refusées : {counts['refused']}."
            )
        )
        if counts["refused"]:
            raise CommandError(
                typeset(
                    f"{count(counts['refused'], 'ligne')} à corriger : reprenez ces lignes, puis "
                    "relancez ; celles déjà acceptées ne comptent qu’une fois."
                )
            )

    def _purge(self, caisses: list[Caisse], dry_run: bool) -> None:
        today = clock.today()
        for caisse in caisses:
            number = (to_purge if dry_run else purge)(caisse, today)
            words = "à purger" if dry_run else "purgées"
            self.stdout.write(typeset(f"{caisse.code} : {count(number, 'connexion')} {words}."))

    def _verify(self, caisses: list[Caisse]) -> None:
        wrong = 0
        for caisse in caisses:
            since = first_open_month(caisse, clock.today())
            for month in months_with_events(caisse, since):
                if stored(caisse, month) != counted_again(caisse, month):
                    wrong += 1
                    self.stdout.write(
                        typeset(f"{caisse.code}, {month:%m/%Y} : autres que ceux des événements.")
                    )
        if wrong:
            raise CommandError(f"{count(wrong, 'mois')} en désaccord.")
        self.stdout.write("Tous les mois conservés en entier sont justes.")
