"""System checks of the libraries that access needs: its guards, its directory."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


def is_installed(distribution: str) -> bool:
    """Say whether a distribution of that name is installed in this environment."""
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


@checks.register
def ldap_is_installed(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[checks.CheckMessage]:
    """Refuse an LDAP server in the settings without the library that talks to it."""
    if settings.TACITE_LDAP is None or is_installed("python-ldap"):
        return []
    return [
        checks.Error(
            "TACITE_LDAP_URL is set, but the distribution python-ldap is not installed.",
            hint="Install Tacite with its extra `ldap` (docs/running.md).",
            id="access.E002",
        )
    ]


@checks.register
def only_one_django_fsm(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[checks.CheckMessage]:
    """Refuse `django-fsm` beside `django-fsm-2`.

    Both write the folder `django_fsm`, the last one installed silently wins, and the inactive
    one has neither the optimistic lock nor the fixes that access requests rely on.
    """
    if not is_installed("django-fsm"):
        return []
    return [
        checks.Error(
            "The distribution django-fsm is installed and overwrites the folder of django-fsm-2.",
            hint="Run `pip uninstall django-fsm`, then reinstall django-fsm-2.",
            id="access.E001",
        )
    ]
