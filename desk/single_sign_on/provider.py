"""What is asked of the provider, over HTTP: its addresses, its keys, tokens, who the person is.

OpenID Connect Core 1.0: the code flow, with PKCE (RFC 7636). Nothing the provider says is kept but
the hint by which one leaves it.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from django.conf import settings
from django.core.cache import cache
from requests.auth import HTTPBasicAuth

WELL_KNOWN = "/.well-known/openid-configuration"
TIMEOUT = 10
"""Seconds."""
KEPT = 3600
"""Seconds during which the provider's addresses and keys are not asked for again."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class ProviderFails(Exception):
    """The provider does not answer, or says something else than the protocol."""


def addresses() -> dict[str, Any]:
    """What the provider says of itself. Raises ``ProviderFails``."""
    where = settings.TACITE_OIDC["discovery"]
    key = f"desk.single_sign_on.addresses:{where}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = _read(_ask("GET", where))
        if str(known.get("issuer", "")).rstrip("/") + WELL_KNOWN != where:
            raise ProviderFails("its issuer is not the one that was asked")
        scheme = urlsplit(where).scheme
        for name in _ENDPOINTS:
            if urlsplit(str(known.get(name, ""))).scheme not in {scheme, "https"}:
                raise ProviderFails(f"its {name} is missing, or has no TLS")
        cache.set(key, known, KEPT)
    return known


def keys(*, again: bool = False) -> dict[str, Any]:
    """The public keys that the provider signs with. Raises ``ProviderFails``."""
    key = f"desk.single_sign_on.keys:{settings.TACITE_OIDC['discovery']}"
    known: dict[str, Any] | None = None if again else cache.get(key)
    if known is None:
        known = _read(_ask("GET", addresses()["jwks_uri"]))
        cache.set(key, known, KEPT)
    return known


def entry(back: str, state: str, nonce: str, verifier: str) -> str:
    """The address at which the person proves who they are, then comes ``back``."""
    provider = settings.TACITE_OIDC
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider["client_id"],
        "redirect_uri": back,
        "scope": provider["scopes"],
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if provider["acr_values"]:
        asked["acr_values"] = provider["acr_values"]
    if provider["strong"]:
        asked["claims"] = json.dumps({"id_token": {"acr": None, "amr": None}})
    return _with_query(addresses()["authorization_endpoint"], asked)


def tokens(code: str, back: str, verifier: str) -> dict[str, Any]:
    """Change the code for tokens. Raises ``ProviderFails``."""
    provider, known = settings.TACITE_OIDC, addresses()
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    basic = None
    if "client_secret_post" in ways:
        sent |= {"client_id": provider["client_id"], "client_secret": provider["client_secret"]}
    else:
        basic = HTTPBasicAuth(provider["client_id"], provider["client_secret"])
    found = _read(_ask("POST", known["token_endpoint"], data=sent, auth=basic))
    if not isinstance(found.get("id_token"), str) or not isinstance(found.get("access_token"), str):
        raise ProviderFails("its token endpoint gave no token")
    return found


def person(access_token: str) -> dict[str, Any] | str:
    """What the provider says of the person: plain, or a signed token (ProConnect).

    Raises ``ProviderFails``.
    """
    headers = {"Authorization": f"Bearer {access_token}"}
    answer = _ask("GET", addresses()["userinfo_endpoint"], headers=headers)
    if answer.headers.get("Content-Type", "").startswith("application/jwt"):
        return answer.text.strip()
    return _read(answer)


def way_out(hint: str, back: str, state: str) -> str:
    """The address at which the session at the provider ends; empty when it has none."""
    where = addresses().get("end_session_endpoint", "")
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": state}
    return _with_query(where, asked) if where else ""


def _with_query(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def _ask(method: str, address: str, **more: Any) -> requests.Response:
    try:
        answer = requests.request(method, address, timeout=TIMEOUT, allow_redirects=False, **more)
    except (requests.RequestException, OSError) as error:
        raise ProviderFails(f"{type(error).__name__} at {address}") from error
    if answer.status_code != requests.codes.ok:
        raise ProviderFails(f"{answer.status_code} at {address}")
    return answer


def _read(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise ProviderFails("its answer is no JSON") from error
    if not isinstance(found, dict):
        raise ProviderFails("its answer is no JSON object")
    return found
