"""Which directory holds the accounts of a caisse."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from access.directory.embedded import EmbeddedDirectory
from access.directory.manual import ManualDirectory
from access.directory.port import Directory
from contracts.models import Caisse

DIRECTORIES: dict[str, type[Directory]] = {
    "manual": ManualDirectory,
    "embedded": EmbeddedDirectory,
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
