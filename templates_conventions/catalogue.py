"""The types of convention of this house: the rulebooks published beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from workflows.rulebook import Rulebook
from workflows.rulebook_files import UnknownRulebook, published

ROOT = Path(__file__).resolve().parent


@cache
def rulebooks() -> Mapping[str, Rulebook]:
    """All the rulebooks by their code. Raises ``RulebookErrors`` if one of them has a fault."""
    return MappingProxyType(published(ROOT))


def rulebook(code: str) -> Rulebook:
    """The rulebook of a type of convention. Raises ``UnknownRulebook``, naming the known ones."""
    known = rulebooks()
    if code not in known:
        raise UnknownRulebook(code, sorted(known))
    return known[code]
