"""Who asks: a client with an access token or, where the proxy says so, with its certificate."""

from __future__ import annotations

import re
import ssl
from base64 import b64decode
from hashlib import sha256
from ipaddress import ip_address, ip_network
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase

from access.api.edge import TOKEN_ADDRESS, refuse_unreadable
from access.api.problems import Problem
from access.services.clients import SCOPES, Caller, by_certificate, by_token
from contracts.models import Caisse

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{20,512}=*")


class Recognised(AuthBase):
    """The client of a request, if it was given the scope; each operation names its own."""

    openapi_type = "oauth2"
    openapi_flows = {
        "clientCredentials": {"tokenUrl": TOKEN_ADDRESS, "scopes": SCOPES},
    }

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        caller = _caller(request)
        if caller is None:
            raise Problem("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="tacite"'})
        if self.scope not in caller.scopes:
            raise Problem(
                "out_of_scope",
                f"Droit nécessaire : « {self.scope} » ({SCOPES[self.scope]}).",
                headers={
                    "WWW-Authenticate": 'Bearer realm="tacite", error="insufficient_scope", '
                    f'scope="{self.scope}"'
                },
            )
        refuse_unreadable(request)
        return caller


def caller_of(request: HttpRequest) -> Caller:
    """The client of a request that was let in."""
    recognised: Caller = request.auth  # type: ignore[attr-defined]
    return recognised


def caisse_of(caller: Caller, code: str) -> Caisse:
    """The caisse that a request is about: the one named, or the client's only one.

    Raises ``Problem`` for one that is not the client's, whether or not it exists.
    """
    if code:
        if code not in caller.caisses:
            raise Problem("out_of_scope", "Cette caisse n’est pas de celles du client.")
        return caller.caisses[code]
    if len(caller.caisses) > 1:
        known = ", ".join(sorted(caller.caisses))
        raise Problem("invalid", faults=[("caisse", f"à préciser parmi {known}")])
    return next(iter(caller.caisses.values()))


def _caller(request: HttpRequest) -> Caller | None:
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header:
        scheme, _, value = header.partition(" ")
        value = value.strip()
        known = scheme.lower() == "bearer" and _TOKEN.fullmatch(value)
        return by_token(value) if known else None
    fingerprint = _fingerprint(request)
    return by_certificate(fingerprint) if fingerprint else None


def _fingerprint(request: HttpRequest) -> str:
    """sha256 of the certificate that a proxy of ours verified; empty without one.

    The proxy gives it as RFC 9440 has it (``:base64:``) or as PEM in per-cent encoding.
    """
    name = settings.TACITE_API_CERTIFICATE_HEADER
    value = request.headers.get(name, "").strip() if name else ""
    if not value or not _is_proxy(request.META.get("REMOTE_ADDR", "")):
        return ""
    try:
        if value.startswith(":") and value.endswith(":") and len(value) > 2:
            der = b64decode(value[1:-1], validate=True)
        else:
            der = ssl.PEM_cert_to_DER_cert(unquote(value))
    except ValueError:
        return ""
    return sha256(der).hexdigest()


def _is_proxy(address: str) -> bool:
    try:
        # Without an address, the request came by a socket.
        from_ = ip_address(address) if address else None
    except ValueError:
        return False
    return any(
        from_ is None if proxy == "unix" else from_ is not None and from_ in ip_network(proxy)
        for proxy in settings.TACITE_API_PROXIES
    )
