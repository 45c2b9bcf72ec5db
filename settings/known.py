"""The names of all the variables, so that a misspelt one is told and not passed over."""

import os
from difflib import get_close_matches
from typing import Final

from django.core.exceptions import ImproperlyConfigured

NAMES: Final = frozenset(
    {
        "TACITE_ALLOWED_HOSTS",
        "TACITE_ANTIVIRUS",
        "TACITE_API_CERTIFICATE_HEADER",
        "TACITE_API_LOG_MONTHS",
        "TACITE_API_PERMITS_KEPT_PERCENT",
        "TACITE_API_PROXIES",
        "TACITE_API_RATE",
        "TACITE_API_TOKEN_MINUTES",
        "TACITE_API_TOKEN_RATE",
        "TACITE_BOUNCES_FOLDER",
        "TACITE_BOUNCES_TO",
        "TACITE_BREAKER_FLOOR",
        "TACITE_BREAKER_NUMBER",
        "TACITE_BREAKER_PERCENT",
        "TACITE_CLAMAV",
        "TACITE_CLAMAV_CLEAR_TEXT",
        "TACITE_CLAMAV_SECONDS",
        "TACITE_DATABASE",
        "TACITE_DATABASE_HOST",
        "TACITE_DATABASE_NAME",
        "TACITE_DATABASE_PASSWORD",
        "TACITE_DATABASE_PORT",
        "TACITE_DATABASE_USER",
        "TACITE_DEBUG",
        "TACITE_DIRECTORY",
        "TACITE_DOCX_REFERENCE",
        "TACITE_EVIDENCE_BUCKET",
        "TACITE_EVIDENCE_ENDPOINT",
        "TACITE_EVIDENCE_REGION",
        "TACITE_HEADS",
        "TACITE_HEAD_RECIPIENTS",
        "TACITE_LDAP_BASE",
        "TACITE_LDAP_BIND_DN",
        "TACITE_LDAP_CA_FILE",
        "TACITE_LDAP_CLEAR_TEXT",
        "TACITE_LDAP_PASSWORD",
        "TACITE_LDAP_PASSWORD_FILE",
        "TACITE_LDAP_STARTTLS",
        "TACITE_LDAP_URL",
        "TACITE_LETTER_FOLDER",
        "TACITE_LETTER_PROVIDER",
        "TACITE_LOGS",
        "TACITE_MAIL_FROM",
        "TACITE_OIDC_ACR_VALUES",
        "TACITE_OIDC_CLIENT_ID",
        "TACITE_OIDC_CLIENT_SECRET",
        "TACITE_OIDC_CLIENT_SECRET_FILE",
        "TACITE_OIDC_DISCOVERY",
        "TACITE_OIDC_NAME",
        "TACITE_OIDC_SCOPES",
        "TACITE_OIDC_STRONG",
        "TACITE_OIDC_VOUCHES_FOR_ADDRESSES",
        "TACITE_PUBLIC_REQUEST_DAYS",
        "TACITE_SECRET_KEY",
        "TACITE_SESSION_IDLE_MINUTES",
        "TACITE_SESSION_LONGEST_HOURS",
        "TACITE_SITE_URL",
        "TACITE_SMTP_HOST",
        "TACITE_SMTP_PASSWORD",
        "TACITE_SMTP_PORT",
        "TACITE_SMTP_TLS",
        "TACITE_SMTP_USER",
        "TACITE_SOURCE_URL",
        "TACITE_TEST_DATABASE",
        "TACITE_THIRD_PARTIES_REGISTER",
        "TACITE_TRUST_ROOTS",
        "TACITE_VAR",
    }
)
"""Those that `docs/running.md` lists."""


def refuse_others() -> None:
    """Raise `ImproperlyConfigured` for a variable of Tacite that no setting reads."""
    for name in sorted(os.environ):
        if name.startswith("TACITE_") and name not in NAMES:
            near = get_close_matches(name, NAMES, n=1, cutoff=0.8)
            advice = f"{near[0]} may be meant" if near else "docs/running.md lists those there are"
            raise ImproperlyConfigured(
                f"The environment variable {name} is none of Tacite's: {advice}. Correct its name, "
                "or remove it."
            )
