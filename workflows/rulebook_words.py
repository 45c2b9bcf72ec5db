"""The French words of the keys and values of a rulebook, all from ``rulebook_words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from workflows.rulebook_shape import keys
from workflows.rulebook_types import Frozen

FILE = Path(__file__).with_suffix(".toml")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def word_of_key(model: type[Frozen], name: str) -> str:
    """What the sheet calls a key: « Préavis ». ``KeyError`` when the file has no word for it."""
    own = _words().get(model.__name__, {})
    return str(own[name] if name in own else _words()["Rule"][name])


def word_of_value(model: type[Frozen], name: str, value: str) -> str:
    """What the sheet calls a value: « envoi ».

    A value of an open list, such as a role or a quality, stands for itself unless it has a word
    there. ``KeyError`` when a value of a closed list has none.
    """
    values = _words()["values"]
    own = values.get(model.__name__, {}).get(name, {})
    if value in own:
        return str(own[value])
    return str(values[value]) if keys(model)[name].values else value
