"""Which directory holds the accounts of a caisse."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from access.directory.embedded import EmbeddedDirectory
from access.directory.manual import ManualDirectory
from access.directory.port import Directory
from contracts.models import Caisse


def _ldap() -> Directory:
    # Here, as a house without LDAP does without its library.
    try:
        from access.directory.ldap import LdapDirectory
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            "La bibliothèque python-ldap n’est pas installée : installez Tacite avec son "
            "complément « ldap » (docs/running.md)."
        ) from error
    return LdapDirectory()


DIRECTORIES: dict[str, Callable[[], Directory]] = {
    "manual": ManualDirectory,
    "embedded": EmbeddedDirectory,
    "ldap": _ldap,
}


def directory_of(caisse: Caisse) -> Directory:
    """The caisse's own choice (its setting ``directory``), or that of the house.

    Raises ``ImproperlyConfigured`` for a directory that nobody knows.
    """
    name = caisse.settings.get("directory", settings.TACITE_DIRECTORY)
    if name not in DIRECTORIES:
        raise ImproperlyConfigured(
            f"Annuaire inconnu : « {name} » ({caisse.code}). Attendu : {', '.join(DIRECTORIES)}. "
            "Corrigez le réglage « directory » de la caisse, ou TACITE_DIRECTORY."
        )
    return DIRECTORIES[name]()


def wants_unique_email(caisse: Caisse) -> bool:
    """Whether the caisse's directory takes an electronic address for one user only.

    Its setting ``directory_unique_email``, false by default: entries are found by their
    identifier. Raises ``ImproperlyConfigured`` for anything but true and false.
    """
    wanted = caisse.settings.get("directory_unique_email", False)
    if not isinstance(wanted, bool):
        raise ImproperlyConfigured(
            f"Réglage « directory_unique_email » de la caisse {caisse.code} : {wanted!r}. "
            "Attendu : true ou false."
        )
    return wanted


MANUAL = "manual"
"""The directory that only people look into."""


def directory_name(caisse: Caisse) -> str:
    """Under which name ``directory_of`` finds the directory of the caisse."""
    return str(caisse.settings.get("directory", settings.TACITE_DIRECTORY))
