"""How many things a message lists."""

from __future__ import annotations

from workflows.french import count

LINES = 500
"""Each of the 380 limits of a 1 January is named; past that, nobody reads a mail line by line, and
mailboxes cut it."""


def others(number: int) -> str:
    """« 12 autres » of so many things, where not all are listed; empty where they are."""
    return count(number - LINES, "autre") if number > LINES else ""
