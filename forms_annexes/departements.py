"""The names of the départements, by the codes under which caisses list theirs."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("departements.toml")


@cache
def departements() -> dict[str, str]:
    """Name by code (« 2A », « 974 »), in the order in which people look for them."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def in_words(code: str) -> str:
    """« 2A - Corse-du-Sud »; the code alone for one that is in no list."""
    name = departements().get(code)
    return f"{code} - {name}" if name else code
