"""What is wrong with a file, a table or a row, as the problems that a report tells."""

from __future__ import annotations

from typing import Final

from access.imports.cells import Fault
from access.imports.column import Column, Group, Table
from access.imports.source import Problem, Severity
from workflows.french import typeset

PERSONAL: Final = frozenset({Group.PARTNER, Group.SIGNATORY, Group.USER})
"""Groups of columns whose values may be a person's own: a report does not repeat them."""


def of_row(
    number: int, table: str, fault: Fault, column: Column | None = None, value: str = ""
) -> Problem:
    """A fault of a row, or of its cell in ``column``."""
    return Problem(
        row=number,
        column=column.header if column else "",
        value=value if column and column.group not in PERSONAL else "",
        kind=fault.kind,
        message=typeset(fault.message),
        expected=typeset(fault.expected),
        to_do=typeset(fault.to_do),
        sheet=table,
    )


def about_table(
    kind: str,
    message: str,
    expected: str,
    to_do: str,
    table: Table,
    column: str = "",
    severity: Severity = Severity.REFUSED,
) -> Problem:
    """What is to be said of a table, or of its column of that title."""
    return Problem(
        row=0,
        column=column,
        value="",
        kind=kind,
        message=typeset(message),
        expected=typeset(expected),
        to_do=typeset(to_do),
        severity=severity,
        sheet=table.key,
    )


def unreadable(kind: str, message: str, to_do: str, expected: str = "") -> Problem:
    """What is to be said of a file in which no table is known."""
    return Problem(
        row=0,
        column="",
        value="",
        kind=kind,
        message=typeset(message),
        expected=typeset(expected),
        to_do=typeset(to_do),
        sheet="",
    )
