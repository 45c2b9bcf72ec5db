"""The whole database in one file and back, by the means that each engine gives for it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from contracts.backups.refusals import BackupRefused
from contracts.models import EliminatedThing, EvidenceFile, FileVerification


def engine() -> str:
    """The engine of the database: ``sqlite`` or ``postgresql``. A dump goes back to its own."""
    return str(connection.vendor)


@contextmanager
def dumped(target: Path) -> Iterator[Iterator[tuple[str, str]]]:
    """Write the database as it is at one instant to ``target``.

    The block gets the stored files of that same instant, name and sha256, whatever others do
    meanwhile; nobody waits for it. Raises ``BackupRefused`` when the engine's program is missing
    or fails.
    """
    if engine() == "sqlite":
        # By a reader of its own: a connection in a transaction cannot be copied from.
        origin = sqlite3.connect(f"file:{_sqlite_file()}?mode=ro", uri=True)
        with closing(origin), closing(sqlite3.connect(target)) as copy:
            origin.backup(copy)
            # A copy has no writers: one file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            sql, values = _stored_files().query.sql_with_params()
            yield iter(copy.execute(sql.replace("%s", "?"), values))
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run("pg_dump", [*arguments, f"--file={target}"])
        yield _stored_files().iterator(chunk_size=1000)


def _stored_files() -> QuerySet[Any, tuple[str, str]]:
    """Those that are to be there: of one refused or eliminated, the row alone stays."""
    refused = FileVerification.objects.filter(state=FileVerification.State.REFUSED)
    gone = EliminatedThing.objects.filter(kind=EvidenceFile._meta.label)
    kept = (
        EvidenceFile.objects.exclude(pk__in=refused.values("file"))
        .exclude(pk__in=gone.values("key"))
        .order_by("pk")
    )
    return kept.values_list("file", "sha256")


def is_empty() -> bool:
    """Whether the database has no table at all."""
    return not connection.introspection.table_names()


def restore(source: Path) -> None:
    """Fill the empty database with a dump, all or nothing. Raises ``BackupRefused``."""
    if engine() == "sqlite":
        connection.close()
        file = _sqlite_file()
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as dump,
            closing(sqlite3.connect(file)) as target,
        ):
            dump.backup(target)
        return
    _run(
        "pg_restore",
        ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source)],
        into_database=True,
    )


def _sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _run(program: str, arguments: Sequence[str], *, into_database: bool = False) -> None:
    settings: dict[str, Any] = connection.settings_dict
    # By the environment: a command line is everybody's to read.
    known = {
        "PGDATABASE": settings["NAME"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"]),
    }
    if into_database:
        arguments = [f"--dbname={settings['NAME']}", *arguments]
    environment = os.environ | {name: value for name, value in known.items() if value}
    try:
        done = subprocess.run(  # noqa: S603 (a fixed program, no shell)
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupRefused(
            f"Le programme {program} n’est pas installé : installez le client de PostgreSQL "
            "(postgresql-client), de la version du serveur ou d’une plus récente."
        ) from error
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise BackupRefused(f"{program} a échoué : {told[0] if told else 'sans dire pourquoi'}")
