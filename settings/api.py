"""The API: how its clients are recognised, how much they may ask, what is kept of the answers."""

import os
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from settings import environment

# django-allauth's OAuth 2 server: a client proves itself by its secret, for a token that says
# nothing by itself and of which only the hash is kept.
IDP_OIDC_ACCESS_TOKEN_FORMAT = "opaque"  # noqa: S105
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 60 * environment.whole_number(
    "TACITE_API_TOKEN_MINUTES", 10, "minutes", 24 * 60
)

# Requests a minute and client, each question of a batch counted as one; by each process.
TACITE_API_RATE = environment.whole_number("TACITE_API_RATE", 60_000, "requests a minute")
# Tokens a minute, client and network address: each costs the time of a slow hash.
TACITE_API_TOKEN_RATE = environment.whole_number("TACITE_API_TOKEN_RATE", 60, "tokens a minute")
# Counted in memory: a count in the database would cost more than the answer.
API_RATES: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "api_rates",
    "OPTIONS": {"MAX_ENTRIES": 10_000},
}

# Bytes of a request's body: a batch of a thousand questions takes less than half of it.
TACITE_API_LARGEST_BODY = 1024 * 1024

# Of a hundred permissions, how many are kept; denials are all kept.
TACITE_API_PERMITS_KEPT_PERCENT = environment.whole_number(
    "TACITE_API_PERMITS_KEPT_PERCENT", 1, "per cent", 100, least=0
)
TACITE_API_LOG_MONTHS = environment.whole_number("TACITE_API_LOG_MONTHS", 12, "months")

# Mutual TLS: the header in which the proxy gives the certificate that it verified, and the
# addresses of that proxy (networks, or "unix" for a socket), the only ones believed.
TACITE_API_CERTIFICATE_HEADER = os.environ.get("TACITE_API_CERTIFICATE_HEADER", "").strip()
TACITE_API_PROXIES = environment.optional_list("TACITE_API_PROXIES")
if TACITE_API_CERTIFICATE_HEADER and not TACITE_API_PROXIES:
    raise ImproperlyConfigured(
        "TACITE_API_CERTIFICATE_HEADER is set and TACITE_API_PROXIES is not: anybody could send "
        "that header. Give the addresses of the proxy, or `unix` for a socket."
    )
for _proxy in TACITE_API_PROXIES:
    try:
        _proxy == "unix" or ip_network(_proxy)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"TACITE_API_PROXIES holds {_proxy!r}: expected addresses or networks such as "
            "10.0.0.0/24, separated by commas, or `unix`."
        ) from error
