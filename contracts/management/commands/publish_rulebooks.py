"""``manage.py publish_rulebooks``: freeze the rulebooks of the house."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.models import User
from contracts.services.rulebooks import RulebookChanged, publish
from templates_conventions.catalogue import rulebooks
from workflows import clock
from workflows.french import NO_BREAK_SPACE
from workflows.management.terminal import civil_day
from workflows.rulebook_files import RulebookErrors


class Command(BaseCommand):
    help = "Publie la version de chaque modèle de convention qui ne l’est pas encore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--signed-off-by", metavar="ADRESSE", help="adresse du juriste qui a validé les règles"
        )
        parser.add_argument(
            "--signed-off-on",
            type=civil_day,
            metavar="AAAA-MM-JJ",
            help="jour de cette validation ; aujourd’hui par défaut",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lawyer = _user(options["signed_off_by"])
        if lawyer is None and options["signed_off_on"] is not None:
            raise CommandError(
                "--signed-off-on demande --signed-off-by : qui a validé les règles ?"
            )
        day = (options["signed_off_on"] or clock.today()) if lawyer else None
        try:
            known = rulebooks()
        except RulebookErrors as errors:
            raise CommandError(str(errors)) from errors
        refused = []
        for rulebook in known.values():
            try:
                row, created = publish(rulebook, signed_off_by=lawyer, signed_off_on=day)
            except RulebookChanged as error:
                refused.append(str(error))
            else:
                what = "publiée" if created else "déjà publiée"
                self.stdout.write(f"{row}{NO_BREAK_SPACE}: {what}")
        if refused:
            raise CommandError("\n".join(refused))


def _user(email: str | None) -> User | None:
    if email is None:
        return None
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist as error:
        raise CommandError(
            f"Aucun utilisateur n’a l’adresse «{NO_BREAK_SPACE}{email}{NO_BREAK_SPACE}»."
        ) from error
