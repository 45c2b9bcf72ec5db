"""Asking the API as a program does: a token for its secret, then JSON under that token."""

import json
from base64 import b64encode
from typing import Any

from django.test import Client

from access.services.clients import NewClient

DECISIONS = "/api/v1/access/decisions"
TOKENS = "/api/v1/oauth/token"


def basic(client_id: str, secret: str) -> dict[str, str]:
    token = b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"authorization": f"Basic {token}"}


def ask_for_token(made: NewClient, **form: str) -> Any:
    return Client().post(
        TOKENS,
        "&".join(
            f"{key}={value}" for key, value in ({"grant_type": "client_credentials"} | form).items()
        ),
        content_type="application/x-www-form-urlencoded",
        headers=basic(made.client.client_id, made.secret),
    )


def bearer(made: NewClient, **form: str) -> dict[str, str]:
    """The header of a new token of the client."""
    answer = ask_for_token(made, **form)
    assert answer.status_code == 200, answer.content
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def post(address: str, body: Any, headers: dict[str, str], **more: Any) -> Any:
    """Post JSON; a text is sent as it is."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post(address, content, content_type="application/json", headers=headers, **more)


def ask(made: NewClient, identifier: str, service: str, **more: Any) -> Any:
    """Ask for one decision under a new token."""
    return post(DECISIONS, {"identifier": identifier, "service": service, **more}, bearer(made))


def get(address: str, headers: dict[str, str], **query: Any) -> Any:
    return Client().get(address, query, headers=headers)
