"""Clients of the decision API: making one, revoking it, recognising it."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from access.models import ApiClient
from contracts.models import Caisse
from workflows import clock

_CLIENT_ID = re.compile(r"[a-z0-9]+-[0-9a-f]{12}")
_NOBODY = sha256(b"nobody").hexdigest()


class NewClient(NamedTuple):
    """A client with its secret, which nothing will show again."""

    client: ApiClient
    secret: str


def create_client(caisse: Caisse, name: str) -> NewClient:
    """Make a client that may ask about the accounts of one caisse."""
    secret = secrets.token_urlsafe(32)
    client = ApiClient(
        caisse=caisse,
        name=name.strip(),
        client_id=f"{caisse.code.lower()}-{secrets.token_hex(6)}",
        secret_digest=_digest(secret),
        created_at=clock.now(),
    )
    client.full_clean()
    client.save(force_insert=True)
    return NewClient(client, secret)


def revoke_client(client: ApiClient) -> None:
    """Refuse a client from now on; revoked again, nothing changes."""
    if client.revoked_at is None:
        client.revoked_at = clock.now()
        client.save(update_fields=["revoked_at"])


def authenticate(client_id: str, secret: str) -> ApiClient | None:
    """The client of these credentials; None, after the same work, for any fault."""
    client = None
    if _CLIENT_ID.fullmatch(client_id):
        known = ApiClient.objects.filter(client_id=client_id, revoked_at=None)
        client = known.select_related("caisse").first()
    right = compare_digest(client.secret_digest if client else _NOBODY, _digest(secret))
    return client if client is not None and right else None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
