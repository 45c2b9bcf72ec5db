"""The rare words of the screens and what they mean, read once from ``glossary.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from workflows.french import typeset

_FILE = Path(__file__).with_name("glossary.toml")


class Term(NamedTuple):
    """One word."""

    code: str
    """What it is called in an address."""
    word: str
    definition: str


@cache
def glossary() -> dict[str, Term]:
    """Every term by its code, in the order of the file."""
    given = tomllib.loads(_FILE.read_text(encoding="utf-8"))["terms"]
    terms = [Term(one["code"], one["word"], typeset(one["definition"])) for one in given]
    return {term.code: term for term in terms}
