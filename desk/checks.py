"""System checks of signing in, for `check --deploy`: what the demonstration does without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"


@checks.register(checks.Tags.security, deploy=True)
def second_factors_are_demanded(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[checks.CheckMessage]:
    """Refuse a site where a stolen password is enough to decide, or keys answer any address."""
    found: list[checks.CheckMessage] = []
    if not settings.TACITE_SECOND_FACTOR_DEMANDED:
        found.append(
            checks.Error(
                "TACITE_SECOND_FACTOR_DEMANDED is off: lawyers, directors, data protection "
                "officers and administrators would enter with a password alone.",
                hint="Leave the setting out: it is on everywhere but in the demonstration.",
                id="desk.E001",
            )
        )
    if getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        found.append(
            checks.Error(
                "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN is on: security keys would answer pages "
                "without TLS.",
                hint="Leave the setting out: it is for the loopback.",
                id="desk.E002",
            )
        )
    return found


@checks.register(checks.Tags.security, deploy=True)
def passwords_are_hashed_with_argon2(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[checks.CheckMessage]:
    """Refuse a site whose new passwords would be stored by a weaker function."""
    if settings.PASSWORD_HASHERS[:1] == [ARGON2]:
        return []
    return [
        checks.Error(
            "The first of PASSWORD_HASHERS is not Argon2: new passwords would be easier to guess "
            "from a stolen database.",
            hint=f"Put {ARGON2} first.",
            id="desk.E003",
        )
    ]
