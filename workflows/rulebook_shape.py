"""The keys that a rulebook may have, read from its models: for errors, reference and sheet."""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from workflows.calendar import Duration
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Frozen, Rule

COMMON_KEYS = ("article", "basis", "interpreted", "outside_text", "note")
"""The keys that every rule has."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a model."""

    model: type[Frozen]
    name: str
    holds: type[Any]
    """What one value is: a model, ``str``, ``int``, ``Duration``, …"""
    many: bool
    """Whether it is an array of such values."""
    required: bool
    values: tuple[str, ...]
    """The only values admitted, where the list is closed."""
    meaning: str

    @property
    def section(self) -> type[Frozen] | None:
        """The model of the table that the key opens, if it opens one."""
        return self.holds if issubclass(self.holds, Frozen) else None

    @property
    def common(self) -> bool:
        """Whether every rule has it."""
        return self.name in COMMON_KEYS


def keys(model: type[Frozen]) -> dict[str, Key]:
    """The keys of one model, in the order it declares them."""
    return {name: _key(model, name) for name in model.model_fields}


def paths(model: type[Frozen] = Rulebook, above: str = "") -> Iterator[tuple[str, Key]]:
    """Every key below a model with its dotted path; an array of tables is written ``parties[]``."""
    for name, key in keys(model).items():
        path = above + name + ("[]" if key.many and key.section else "")
        yield path, key
        if key.section is not None:
            yield from paths(key.section, f"{path}.")


def key_at(location: Sequence[str | int]) -> Key | None:
    """The key that pydantic's location of an error leads to; None when there is none such."""
    model: type[Frozen] | None = Rulebook
    key: Key | None = None
    for part in location:
        if isinstance(part, int):
            continue
        if model is None or part not in model.model_fields:
            return None
        key = _key(model, part)
        model = key.section
    return key


def model_at(location: Sequence[str | int]) -> type[Frozen] | None:
    """The model of the table at a location; the rulebook itself for an empty one."""
    if not any(isinstance(part, str) for part in location):
        return Rulebook
    key = key_at(location)
    return None if key is None else key.section


@cache
def _key(model: type[Frozen], name: str) -> Key:
    # A model never changes; a page about an avenant asks this thousands of times.
    field = model.model_fields[name]
    holds, many, values = _unwrap(field.annotation)
    return Key(model, name, holds, many, field.is_required(), values, field.description or "")


def _unwrap(annotation: Any) -> tuple[type[Any], bool, tuple[str, ...]]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        [inner] = [argument for argument in arguments if argument is not type(None)]
        return _unwrap(inner)
    if origin is tuple:
        holds, _, values = _unwrap(arguments[0])
        return holds, True, values
    if origin is Literal:
        return str, False, tuple(str(value) for value in arguments)
    if origin is not None:
        # Annotated[…] says what it holds first; a Mapping says what it is.
        if hasattr(annotation, "__metadata__"):
            return _unwrap(arguments[0])
        return dict, False, ()
    if issubclass(annotation, StrEnum):
        return str, False, tuple(member.value for member in annotation)
    return annotation, False, ()


TYPE_WORDS: dict[type[Any], str] = {
    str: "un texte",
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    dict: "une table de textes",
    Duration: "une durée ISO 8601, par exemple P3M, P1Y ou P30D",
    datetime.date: "une date, par exemple 2026-01-15",
    datetime.time: "une heure, par exemple 05:00:00",
}
"""What is expected, in French, for each type of value."""


def expected(key: Key) -> str:
    """What a key expects, in French: « l’une des valeurs posting, reception »."""
    if key.values:
        one = "l’une des valeurs " + ", ".join(key.values)
        return f"une liste, chacune {one}" if key.many else one
    if key.section is not None:
        return "des tables [[…]]" if key.many else "une table […]"
    word = TYPE_WORDS[key.holds]
    return f"une liste, chacune {word}" if key.many else word


def rules_of(model: Frozen) -> Iterator[Rule]:
    """Every rule of a rulebook, or of a part of one, the rules inside rules included."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Rule):
                yield item
            if isinstance(item, Frozen):
                yield from rules_of(item)
