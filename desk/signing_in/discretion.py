"""What is kept of a failed attempt: enough to stop the next ones, nothing that names anyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def pseudonym(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """Stand in for the address typed: the same for the same address, meaningless without our key.

    In place of the address in the table of django-axes.
    """
    typed = (credentials or {}).get("email") or ""
    if not typed and request is not None:
        typed = request.POST.get("username", "")
    address = str(typed).strip().lower()
    return salted_hmac("desk.signing_in.pseudonym", address, algorithm="sha256").hexdigest()


def source(request: HttpRequest) -> str | None:
    """The network address, behind as many proxies as the settings say; None when unknown."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None


def nobody(*args: Any) -> str:
    """How the log lines of django-axes call whoever tries: neither address nor machine."""
    return "a visitor"
