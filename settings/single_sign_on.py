"""The identity provider by which the staff may sign in, as environment variables tell it."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from settings import environment
from settings.directory import is_loopback

WELL_KNOWN = "/.well-known/openid-configuration"


def chosen() -> dict[str, Any] | None:
    """Return the OpenID Connect provider; None where there is none, which is the default.

    Raises `ImproperlyConfigured` for what is missing or wrong, and for an address without TLS that
    is not on this machine.
    """
    discovery = os.environ.get("TACITE_OIDC_DISCOVERY", "").strip()
    if not discovery:
        return None
    parts = urlsplit(discovery)
    if parts.scheme != "https" and not (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    ):
        raise ImproperlyConfigured(
            f"TACITE_OIDC_DISCOVERY is {discovery!r}: expected an address that begins with "
            "https://, as secrets travel by it."
        )
    if not parts.path.endswith(WELL_KNOWN):
        raise ImproperlyConfigured(
            f"TACITE_OIDC_DISCOVERY is {discovery!r}: expected an address that ends with "
            f"{WELL_KNOWN}."
        )
    return {
        "discovery": discovery,
        "client_id": environment.required(
            "TACITE_OIDC_CLIENT_ID", "the identifier that the provider gave this site"
        ),
        "client_secret": environment.required_secret(
            "TACITE_OIDC_CLIENT_SECRET",
            "TACITE_OIDC_CLIENT_SECRET_FILE",
            "the secret that the provider gave this site",
        ),
        "name": os.environ.get("TACITE_OIDC_NAME", "").strip() or "ProConnect",
        "scopes": os.environ.get("TACITE_OIDC_SCOPES", "").strip() or "openid email",
        "acr_values": os.environ.get("TACITE_OIDC_ACR_VALUES", "").strip(),
        "strong": environment.optional_list("TACITE_OIDC_STRONG"),
        "vouches_for_addresses": environment.flag("TACITE_OIDC_VOUCHES_FOR_ADDRESSES"),
    }
