"""``manage.py api_client``: the programs that may ask the decision API."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from access.models import ApiClient
from access.services.clients import create_client, revoke_client
from contracts.models import Caisse
from workflows.french import NO_BREAK_SPACE


class Command(BaseCommand):
    help = "Crée, liste ou révoque les clients de l’API de décision."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="crée un client et montre son secret, une fois")
        create.add_argument("caisse", help="code de la caisse")
        create.add_argument("name", help="nom du programme")
        revoke = actions.add_parser("revoke", help="refuse un client désormais")
        revoke.add_argument("client_id")
        actions.add_parser("list", help="liste les clients")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "create":
            self._create(options["caisse"], options["name"])
        elif action == "revoke":
            self._revoke(options["client_id"])
        else:
            for client in ApiClient.objects.select_related("caisse"):
                state = "révoqué" if client.revoked_at else "en service"
                self.stdout.write(
                    f"{client.client_id}  {client.caisse.code}  {client.name}  {state}"
                )

    def _create(self, code: str, name: str) -> None:
        caisse = Caisse.objects.filter(code=code).first()
        if caisse is None:
            known = ", ".join(Caisse.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(
                f"Aucune caisse de code «{NO_BREAK_SPACE}{code}{NO_BREAK_SPACE}». Codes connus"
                f"{NO_BREAK_SPACE}: {known or 'aucun'}."
            )
        try:
            client, secret = create_client(caisse, name)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"identifiant{NO_BREAK_SPACE}: {client.client_id}")
        self.stdout.write(f"secret{NO_BREAK_SPACE}: {secret}")
        self.stdout.write(f"Notez le secret maintenant{NO_BREAK_SPACE}: rien ne le montrera plus.")

    def _revoke(self, client_id: str) -> None:
        client = ApiClient.objects.filter(client_id=client_id).first()
        if client is None:
            raise CommandError(
                f"Aucun client d’identifiant «{NO_BREAK_SPACE}{client_id}{NO_BREAK_SPACE}». "
                "« manage.py api_client list » les liste."
            )
        revoke_client(client)
        self.stdout.write(f"{client} est révoqué.")
