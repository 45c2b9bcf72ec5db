"""Clients of the API: making one, revoking it, recognising it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, QuerySet

from access.models import ApiClient, ApiClientCaisse
from contracts.models import Caisse
from workflows import clock

SCOPES = {
    "decisions": "Demander si un compte peut entrer dans un service",
    "read": "Lire les conventions, les échéances, les habilitations et leurs journaux",
    "read:persons": "Lire aussi le nom des utilisateurs habilités",
    "connections": "Déposer les connexions constatées",
}
"""What a client may do, each with its sentence."""


class NewClient(NamedTuple):
    """A client with its secret, which nothing will show again."""

    client: ApiClient
    secret: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that was recognised, and what it may do this time."""

    client: ApiClient
    caisses: Mapping[str, Caisse]
    """By their codes."""
    scopes: frozenset[str]

    def __str__(self) -> str:
        return self.client.client_id


@transaction.atomic
def create_client(
    caisse: Caisse,
    name: str,
    *,
    others: Collection[Caisse] = (),
    scopes: Collection[str] = ("decisions",),
    services: Collection[str] = (),
    certificate: str = "",
) -> NewClient:
    """Make a client of one caisse, or of several with ``others``.

    ``services`` binds it to some services, by their codes; ``certificate`` is the sha256 of the
    certificate by which it may be recognised too. Raises ``ValidationError``.
    """
    unknown = sorted(set(scopes) - SCOPES.keys())
    if unknown or not scopes:
        raise ValidationError(
            f"Droit inconnu : {', '.join(unknown) or 'aucun'}. Attendu : {', '.join(SCOPES)}."
        )
    secret = secrets.token_urlsafe(32)
    oauth = Client(
        id=f"{caisse.code.lower()}-{secrets.token_hex(6)}",
        name=name.strip(),
        grant_types=Client.GrantType.CLIENT_CREDENTIALS.value,
        response_types="",
    )
    oauth.set_scopes(sorted(scopes))
    # Who asks for nothing in particular gets all that it may have.
    oauth.set_default_scopes(sorted(scopes))
    oauth.set_secret(secret)
    oauth.save(force_insert=True)
    client = ApiClient(
        oauth=oauth,
        name=name.strip(),
        services=sorted(set(services)),
        certificate=certificate.replace(":", "").strip().lower(),
        created_at=clock.now(),
    )
    client.full_clean()
    client.save(force_insert=True)
    ApiClientCaisse.objects.bulk_create(
        ApiClientCaisse(client=client, caisse=one) for one in {caisse, *others}
    )
    return NewClient(client, secret)


@transaction.atomic
def renew_secret(client: ApiClient) -> NewClient:
    """Give a client another secret: the one before, and its tokens, are worth nothing any more."""
    if client.revoked_at is not None:
        raise ValidationError(f"{client} est révoqué. Créez-en un autre.")
    secret = secrets.token_urlsafe(32)
    client.oauth.set_secret(secret)
    client.oauth.save(update_fields=["secret"])
    Token.objects.filter(client=client.oauth).delete()
    return NewClient(client, secret)


@transaction.atomic
def revoke_client(client: ApiClient) -> None:
    """Refuse a client and its tokens from now on; revoked again, nothing changes."""
    if client.revoked_at is None:
        client.revoked_at = clock.now()
        client.save(update_fields=["revoked_at"])
        client.oauth.secret = make_password(None)
        client.oauth.save(update_fields=["secret"])
        Token.objects.filter(client=client.oauth).delete()


_BY_TOKEN = """
    SELECT token.scopes, client.id, client.oauth_id, client.name, client.services,
           caisse.id, caisse.code, caisse.name, caisse.departments, caisse.settings
      FROM allauth_idp_oidc_token token
      JOIN access_apiclient client ON client.oauth_id = token.client_id
      JOIN access_apiclientcaisse binding ON binding.client_id = client.id
      JOIN contracts_caisse caisse ON caisse.id = binding.caisse_id
     WHERE token.hash = %s
       AND token.type = %s
       AND token.expires_at > %s
       AND client.revoked_at IS NULL
"""  # noqa: S105  # No secret, a query.
"""Written out, as it is asked at every request: Django takes longer to write it than to run it."""

_OF_CLIENT = ("id", "oauth_id", "name", "services")
_OF_CAISSE = ("id", "code", "name", "departments", "settings")


def by_token(value: str) -> Caller | None:
    """Who holds this access token; None when it is unknown or over, or its client revoked.

    Tokens live in the machine's own time, whatever clock is shown. One query; what it does not
    read of the client and its caisses is fetched when it is asked for.
    """
    now = connection.ops.adapt_datetimefield_value(clock.system_time())
    wanted = [get_adapter().hash_token(value), Token.Type.ACCESS_TOKEN.value, now]
    with connection.cursor() as cursor:
        cursor.execute(_BY_TOKEN, wanted)
        rows = cursor.fetchall()
    if not rows:
        return None
    scopes, *of_client = rows[0][:5]
    of_client[-1] = json.loads(of_client[-1])
    caisses = [(*row[5:8], json.loads(row[8]), json.loads(row[9])) for row in rows]
    return Caller(
        client=ApiClient.from_db(connection.alias, _OF_CLIENT, of_client),
        caisses={row[1]: Caisse.from_db(connection.alias, _OF_CAISSE, row) for row in caisses},
        scopes=frozenset(scopes.split()),
    )


def by_certificate(fingerprint: str) -> Caller | None:
    """Whose certificate has this sha256; None when it is nobody's. One query."""
    bindings = _bindings().filter(client__certificate=fingerprint)
    return _caller(bindings.annotate(granted=F("client__oauth__scopes")))


def _bindings() -> QuerySet[ApiClientCaisse]:
    return ApiClientCaisse.objects.filter(client__revoked_at=None).select_related(
        "client", "caisse"
    )


def _caller(bindings: QuerySet[ApiClientCaisse]) -> Caller | None:
    rows = list(bindings)
    if not rows:
        return None
    return Caller(
        client=rows[0].client,
        caisses={row.caisse.code: row.caisse for row in rows},
        scopes=frozenset(rows[0].granted.split()),  # type: ignore[attr-defined]
    )
