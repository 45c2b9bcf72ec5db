"""`manage.py reset_second_factor ADDRESS --reason …`: for who is shut out, with nobody to help."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts.models import User
from desk.second_factors.resetting import LONGEST_REASON, CannotReset, reset
from workflows.french import typeset


class Command(BaseCommand):
    help = (
        "Retire les seconds facteurs d’une personne qui les a perdus, quand aucun autre "
        "administrateur ne peut le faire."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="adresse électronique de la personne")
        parser.add_argument("--reason", required=True, help="motif : elle le lira")

    def handle(self, *args: Any, **options: Any) -> None:
        address, reason = options["address"].strip().lower(), options["reason"].strip()
        if not reason or len(reason) > LONGEST_REASON:
            raise CommandError(f"Donnez un motif, de {LONGEST_REASON} caractères au plus.")
        user = User.objects.filter(email=address).first()
        if user is None:
            raise CommandError(f"Aucun compte n’a l’adresse {address}.")
        try:
            row = reset(user, None, None, reason, uuid4())
        except CannotReset as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            typeset(f"Retirés : {row.removed}. La personne est prévenue par courriel.")
        )
