"""``manage.py api_client``: the programs that may ask the API."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from access.models import ApiClient
from access.services.clients import (
    SCOPES,
    NewClient,
    create_client,
    renew_secret,
    revoke_client,
)
from contracts.models import Caisse
from workflows.french import NO_BREAK_SPACE, typeset


class Command(BaseCommand):
    help = "Crée, liste, renouvelle ou révoque les clients de l’API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        create = actions.add_parser("create", help="crée un client et montre son secret, une fois")
        create.add_argument("caisse", help="code de la caisse")
        create.add_argument("name", help="nom du programme")
        create.add_argument(
            "--caisse",
            dest="others",
            action="append",
            default=[],
            metavar="CODE",
            help="autre caisse du même client ; peut être répété",
        )
        create.add_argument(
            "--scope",
            dest="scopes",
            action="append",
            default=[],
            choices=sorted(SCOPES),
            help="droit du client, « decisions » sans cette option ; peut être répété",
        )
        create.add_argument(
            "--service",
            dest="services",
            action="append",
            default=[],
            metavar="CODE",
            help="seul service du client, tous sans cette option ; peut être répété",
        )
        create.add_argument(
            "--certificate",
            default="",
            metavar="SHA256",
            help="empreinte sha256 du certificat, s’il se présente ainsi",
        )
        for action, told in (
            ("renew", "donne un autre secret et le montre, une fois"),
            ("revoke", "refuse un client désormais"),
        ):
            actions.add_parser(action, help=told).add_argument("client_id")
        actions.add_parser("list", help="liste les clients")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(options)
        except ValidationError as error:
            raise CommandError(typeset(" ".join(error.messages))) from error

    def _create(self, options: dict[str, Any]) -> None:
        caisse, *others = _caisses([options["caisse"], *options["others"]])
        made = create_client(
            caisse,
            options["name"],
            others=others,
            scopes=options["scopes"] or ("decisions",),
            services=options["services"],
            certificate=options["certificate"],
        )
        self._show(made)

    def _renew(self, options: dict[str, Any]) -> None:
        self._show(renew_secret(_client(options["client_id"])))

    def _revoke(self, options: dict[str, Any]) -> None:
        client = _client(options["client_id"])
        revoke_client(client)
        self.stdout.write(f"{client} est révoqué.")

    def _list(self, options: dict[str, Any]) -> None:
        clients = ApiClient.objects.select_related("oauth").prefetch_related("caisses")
        for client in clients:
            caisses = ",".join(sorted(caisse.code for caisse in client.caisses.all()))
            services = ",".join(client.services) or "tous services"
            scopes = ",".join(client.oauth.get_scopes())
            state = "révoqué" if client.revoked_at else "en service"
            self.stdout.write(
                f"{client.client_id}  {caisses}  {client.name}  {state}  {scopes}  {services}"
            )

    def _show(self, made: NewClient) -> None:
        self.stdout.write(f"identifiant{NO_BREAK_SPACE}: {made.client.client_id}")
        self.stdout.write(f"secret{NO_BREAK_SPACE}: {made.secret}")
        self.stdout.write(f"Notez le secret maintenant{NO_BREAK_SPACE}: rien ne le montrera plus.")


def _caisses(codes: Sequence[str]) -> list[Caisse]:
    known = {caisse.code: caisse for caisse in Caisse.objects.order_by("code")}
    for code in codes:
        if code not in known:
            raise CommandError(
                f"Aucune caisse de code «{NO_BREAK_SPACE}{code}{NO_BREAK_SPACE}». Codes connus"
                f"{NO_BREAK_SPACE}: {', '.join(known) or 'aucun'}."
            )
    return [known[code] for code in dict.fromkeys(codes)]


def _client(client_id: str) -> ApiClient:
    client = ApiClient.objects.filter(oauth=client_id).select_related("oauth").first()
    if client is None:
        raise CommandError(
            f"Aucun client d’identifiant «{NO_BREAK_SPACE}{client_id}{NO_BREAK_SPACE}». "
            "« manage.py api_client list » les liste."
        )
    return client
