"""What reading a file yields: rows of plain texts, and the problems that are told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a file, as texts."""

    number: int
    """Its line in the sheet or the file, as a spreadsheet numbers them: headers are line 1."""
    sheet: str
    """Key of its table: ``conventions``, ``events``, ``users``."""
    values: Mapping[str, str]
    """The filled cells only, by the keys of the columns, without spaces around."""


class Severity(StrEnum):
    """What a problem does to the convention it is told of."""

    REFUSED = "refused"
    """Nothing of the convention is taken over."""
    DOUBTFUL = "doubtful"
    """The convention is taken over, and a person should look."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell or one row: what, where, what was expected, what to do."""

    row: int
    """Line of the file, 0 for the whole file."""
    column: str
    """Header of the column; empty for the whole row."""
    value: str
    """What was read there; empty where it may be a person's own (name, address)."""
    kind: str
    """A short stable code, by which problems are counted: ``unreadable_day``."""
    message: str
    """In French, a sentence."""
    expected: str
    to_do: str
    severity: Severity = Severity.REFUSED
    sheet: str = "conventions"

    def as_json(self) -> dict[str, Any]:
        """As the report stores it."""
        return asdict(self)
