"""The three tables of a take-over: one row a convention, one row an event, one row a user.

In a workbook each is a sheet, in CSV each is a file, known by its headers. Rows that bear the same
number make one convention, taken over whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from access.imports.column import Table
from access.imports.convention_columns import CONVENTIONS
from access.imports.event_columns import EVENTS
from access.imports.user_columns import USERS

TABLES: Final[Mapping[str, Table]] = {table.key: table for table in (CONVENTIONS, EVENTS, USERS)}
"""By their keys, in the order in which they are read."""
