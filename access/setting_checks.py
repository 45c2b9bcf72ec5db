"""System check of what stands in the database: the settings of each caisse.

The packages above add what they read there with ``also_read``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from access.channels import activation_hours, channel_of
from access.directory.choice import directory_of, wants_unique_email
from access.retention import retention_in
from access.review_policy import setting_of
from access.services.connection_retention import retention_months
from access.services.registers import keeps_registers
from contracts.models import Caisse
from contracts.retention.rules import rules_of
from notifications.ladder_settings import own_of

Reader = Callable[[Caisse], object]
"""Reads one setting of a caisse. Raises ``ImproperlyConfigured`` or ``ValueError``, in French."""

_readers: list[Reader] = [
    directory_of,
    wants_unique_email,
    keeps_registers,
    retention_months,
    setting_of,
    own_of,
    rules_of,
    lambda caisse: retention_in(caisse.settings, caisse.code),
    lambda caisse: channel_of(None, caisse.settings, makes_passwords=True),
    lambda caisse: activation_hours(caisse.settings),
]


def also_read(*readers: Reader) -> None:
    """Have other settings of the caisses checked too."""
    _readers.extend(reader for reader in readers if reader not in _readers)


@checks.register(checks.Tags.database)
def settings_of_caisses(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Tell every setting of a caisse that cannot be read, before somebody waits for it."""
    if not databases or Caisse._meta.db_table not in connection.introspection.table_names():
        return []
    return [
        checks.Error(str(fault), hint=f"Caisse {caisse.code}.", obj=caisse, id="access.E003")
        for caisse, fault in unreadable(Caisse.objects.all())
    ]


def unreadable(caisses: Iterable[Caisse]) -> list[tuple[Caisse, Exception]]:
    """Each setting of these caisses that cannot be read, with the words that say why."""
    return [(caisse, fault) for caisse in caisses for fault in _faults(caisse)]


def _faults(caisse: Caisse) -> list[Exception]:
    found: list[Exception] = []
    for read in _readers:
        try:
            read(caisse)
        except (ImproperlyConfigured, ValueError) as error:
            found.append(error)
    return found
