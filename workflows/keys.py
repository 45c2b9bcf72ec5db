"""The keys of rows, as far as the databases count."""

from __future__ import annotations

from typing import Final

LARGEST_KEY: Final = 2**63 - 1
"""No row bears a larger one: PostgreSQL and SQLite would not even compare it."""
