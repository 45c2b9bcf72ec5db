"""Where a problem stands, in words."""

from __future__ import annotations

from access.imports.columns import TABLES
from workflows.french import NO_BREAK_SPACE


def in_words(sheet: str, line: int, column: str) -> str:
    """« Conventions, ligne 12, SIREN »; without what is empty or zero."""
    table = TABLES.get(sheet)
    told = [table.title if table else "", f"ligne{NO_BREAK_SPACE}{line}" if line else "", column]
    return ", ".join(filter(None, told))
