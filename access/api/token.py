"""The address of the tokens: the OAuth 2 server of the library, for one grant, behind one door.

Errors here have the shape that RFC 6749 (5.2) gives them, which the clients' libraries read.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256

from allauth.account.adapter import get_adapter
from allauth.idp.oidc import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from access.api import problems, rates
from access.api.edge import refuse_unreadable
from access.api.problems import Problem

_KNOWN = {"grant_type", "scope", "client_id", "client_secret"}
_READABLE = re.compile(r"[\x20-\x7e]{1,512}")


@csrf_exempt
@login_not_required
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A token for the client that proves itself; it names nobody and opens nothing else."""
    try:
        refuse_unreadable(request, "application/x-www-form-urlencoded")
    except Problem as problem:
        return problems.answer(request, problem)
    if not all(key in _KNOWN and _is_one_value(values) for key, values in request.POST.lists()):
        return _refused("invalid_request")
    if "grant_type" in request.POST and request.POST["grant_type"] != "client_credentials":
        return _refused("unsupported_grant_type")
    client = _client(request)
    if client is None:
        return _refused("invalid_client", 401)
    address = str(get_adapter().get_client_ip(request))
    who = sha256(f"token:{address}:{client}".encode()).hexdigest()
    if not rates.within(who, settings.TACITE_API_TOKEN_RATE):
        wait = {"Retry-After": str(rates.seconds_left())}
        return problems.answer(request, Problem("too_many_requests", headers=wait))
    return views.token(request)


def _is_one_value(values: Sequence[str]) -> bool:
    return len(values) == 1 and _READABLE.fullmatch(values[0]) is not None


def _client(request: HttpRequest) -> str | None:
    """Who says to ask, in a form that the database can look for."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if not header:
        return request.POST.get("client_id")
    scheme, _, value = header.partition(" ")
    try:
        decoded = b64decode(value, validate=True).decode("ascii")
    except ValueError:
        return None
    known = scheme.lower() == "basic" and _READABLE.fullmatch(decoded)
    return decoded.partition(":")[0] if known else None


def _refused(error: str, status: int = 400) -> HttpResponse:
    response = JsonResponse({"error": error}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="tacite"'
    return response
