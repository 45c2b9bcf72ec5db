"""Running a command of ``manage.py``: a database that is not ready is said in a line, in one place.

Commands need not look themselves: the first query that finds no table, or no server, ends here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from workflows.french import typeset

NOT_MIGRATED = typeset(
    "La base de données n’est pas à jour. Lancez « manage.py migrate », puis recommencez."
)


def run(arguments: Sequence[str]) -> None:
    """Run the command that ``arguments`` name; what the database lacks ends it with exit code 1.

    Any other failure is left as it is, and all are under ``--traceback``. So are those of
    ``migrate`` itself, which is what the line would ask for.
    """
    try:
        execute_from_command_line(list(arguments))
    except DatabaseError:
        if "migrate" in arguments[1:2] or "--traceback" in arguments:
            raise
        said = _what_is_missing()
        if not said:
            raise
        sys.exit(said)


def is_behind() -> bool:
    """Whether the tables are older than this version. Raises ``DatabaseError``."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _what_is_missing() -> str:
    connection.close()
    try:
        return NOT_MIGRATED if is_behind() else ""
    except DatabaseError as error:
        return typeset(
            "La base de données ne répond pas, ou refuse : vérifiez qu’elle est en marche, et les "
            f"réglages TACITE_DATABASE…\n{error}"
        )
