"""What must hold before this process may be sent visitors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from contracts.models.evidence import evidence_storage


class NotReady(Exception):
    """Something is missing; its message says what, for the machine's logs."""


def failures() -> dict[str, str]:
    """What is not ready, by name, with the type of what went wrong; empty when all is.

    Messages of exceptions are left out: they may name hosts and accounts, and anybody may ask.
    """
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            check()
        except NotReady as error:
            found[name] = str(error)
        except Exception as error:
            found[name] = type(error).__name__
    return found


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


@cache
def _migrations() -> None:
    """Whether the tables are those that this version of the code expects.

    Kept once it is so: tables do not go back, and whoever probes asks every few seconds.
    """
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations to apply")


def _documents() -> None:
    """Whether the storage of the documents answers."""
    evidence_storage().check_ready()


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "documents": _documents,
}
