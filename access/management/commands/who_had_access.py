"""``manage.py who_had_access``: who could enter which service on a day, as it was known when."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from access.models import Habilitation
from access.register_lines import COLUMNS, line_of, sentence_of
from access.services.register import Entry, who_had_access
from contracts.models import Caisse, Partner
from workflows import clock
from workflows.csv_lines import lines
from workflows.french import NO_BREAK_SPACE, count, date_in_words, typeset
from workflows.management.inputs import day, instant


class Command(BaseCommand):
    help = "Dit qui pouvait entrer dans quel service un jour donné, et par quelle habilitation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=day, metavar="JOUR", help="par exemple 2026-03-31")
        parser.add_argument("--caisse", metavar="CODE", help="d’une caisse")
        parser.add_argument("--service", metavar="CODE", help="à un service")
        parser.add_argument("--partner", metavar="SIREN|NOM", help="d’un partenaire")
        parser.add_argument(
            "--known-at",
            type=instant,
            metavar="INSTANT",
            help="tel qu’on le savait à cet instant, avec son décalage ; maintenant par défaut",
        )
        parser.add_argument("--csv", type=Path, metavar="FICHIER", help="écrit un fichier CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        known_at = options["known_at"]
        if known_at is not None and known_at > clock.now():
            raise CommandError(
                f"--known-at{NO_BREAK_SPACE}: cet instant est à venir. Attendu{NO_BREAK_SPACE}: un "
                "instant passé, ou rien pour ce qui est connu maintenant."
            )
        found = who_had_access(_asked(options), options["day"], known_at)
        if options["csv"] is None:
            self._tell(found, options)
        else:
            self._write(found, options)

    def _tell(self, found: Iterator[Entry], options: dict[str, Any]) -> None:
        number = 0
        for entry in found:
            number += not entry.fault
            self.stdout.write(sentence_of(entry))
        self.stdout.write(f"{count(number, 'accès', 'accès')} le {date_in_words(options['day'])}.")

    def _write(self, found: Iterator[Entry], options: dict[str, Any]) -> None:
        known_at, number = options["known_at"] or clock.now(), 0

        def rows() -> Iterator[list[str]]:
            nonlocal number
            for entry in found:
                number += 1
                yield line_of(entry, options["day"], known_at)

        try:
            with options["csv"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines(COLUMNS, rows()))
        except OSError as error:
            raise CommandError(
                f"Fichier impossible à écrire{NO_BREAK_SPACE}: {options['csv']} "
                f"({error.strerror}). Donnez un chemin dans un dossier où vous pouvez écrire."
            ) from error
        self.stdout.write(f"{options['csv']}{NO_BREAK_SPACE}: {count(number, 'ligne')}.")


def _asked(options: dict[str, Any]) -> QuerySet[Habilitation]:
    found = Habilitation.objects.all()
    if options["caisse"] is not None:
        caisse = Caisse.objects.filter(code=options["caisse"]).first()
        if caisse is None:
            known = ", ".join(Caisse.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(
                _unknown("--caisse", options["caisse"], f"Caisses connues : {known}.")
            )
        found = found.filter(convention__caisse=caisse)
    if options["service"] is not None:
        known = sorted(set(found.order_by().values_list("service", flat=True).distinct()))
        if options["service"] not in known:
            listed = ", ".join(known) or "aucun"
            raise CommandError(
                _unknown("--service", options["service"], f"Services habilités : {listed}.")
            )
        found = found.filter(service=options["service"])
    if options["partner"] is not None:
        partners = Partner.objects.filter(siren=options["partner"])
        if not partners.exists():
            partners = Partner.objects.filter(name__icontains=options["partner"])
        if not partners.exists():
            raise CommandError(
                _unknown("--partner", options["partner"], "Donnez son SIREN ou son nom.")
            )
        found = found.filter(convention__partner__in=partners)
    return found


def _unknown(option: str, value: str, advice: str) -> str:
    return typeset(f"{option} : « {value} » n’est pas connu. {advice}")
