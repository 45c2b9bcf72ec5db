"""Mistakes in a rulebook, said in French to its author: where, what, what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workflows.french import NO_BREAK_SPACE, count
from workflows.rulebook_shape import expected, key_at, model_at

Location = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class RulebookFault:
    """One mistake of a rulebook."""

    file: str
    key: str
    """Dotted path of the key in the file; empty when the file itself is at fault."""
    article: str
    """The article nearest to the key; empty when none stands above it."""
    problem: str
    expected: str

    def __str__(self) -> str:
        colon = f"{NO_BREAK_SPACE}: "
        where = [self.file] if self.file else []
        if self.key:
            where.append(f"{self.key} (article {self.article})" if self.article else self.key)
        line = colon.join([*where, self.problem.rstrip(".")])
        return f"{line}. Attendu{colon}{self.expected}." if self.expected else f"{line}."


class RulebookErrors(Exception):
    """A rulebook that cannot be used: all its faults at once, one a mistake."""

    def __init__(self, faults: Sequence[RulebookFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def validation_faults(
    error: ValidationError, content: Mapping[str, Any], file: str
) -> tuple[RulebookFault, ...]:
    """One fault for each mistake that pydantic found in ``content``."""
    details = error.errors()
    return tuple(
        _fault(detail, content, file) for detail in details if not _follows(detail, details)
    )


def dotted(location: Location) -> str:
    """The path of a key as an avenant or a reader names it: ``effect.conditions[0].label``."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def nearest_article(content: Any, location: Location) -> str:
    """The article of the rule that holds a key, or of the nearest rule above it."""
    article = ""
    place = content
    for part in (None, *location):
        if part is not None:
            try:
                place = place[part]
            except (LookupError, TypeError):
                break
        if isinstance(place, Mapping) and isinstance(place.get("article"), str):
            article = place["article"]
    return article


def _follows(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Whether a list is too short only because an item of it was refused."""
    location = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(other["loc"]) > len(location) and other["loc"][: len(location)] == location
        for other in details
    )


def _fault(detail: ErrorDetails, content: Mapping[str, Any], file: str) -> RulebookFault:
    location = detail["loc"]
    problem, wanted = _in_french(detail, location)
    return RulebookFault(
        file, dotted(location), nearest_article(content, location), problem, wanted
    )


def _in_french(detail: ErrorDetails, location: Location) -> tuple[str, str]:
    kind, given, limits = detail["type"], _given(detail["input"]), detail.get("ctx", {})
    if kind == "missing":
        return "clé absente", _expected(location)
    if kind == "extra_forbidden":
        return "clé inconnue", _known_keys(location)
    if kind == "value_error":
        return _own_words(str(limits["error"]))
    if kind == "string_pattern_mismatch":
        return f"valeur refusée, reçu {given}", f"la forme {limits['pattern']}"
    if kind == "string_too_short":
        return "texte vide", "un texte"
    if kind == "too_short":
        return (
            f"liste trop courte, reçu {given}",
            f"au moins {count(limits['min_length'], 'élément')}",
        )
    if kind in _BOUNDS:
        words, limit = _BOUNDS[kind]
        return f"valeur hors bornes, reçu {given}", f"{words} {limits[limit]:g}"
    return f"valeur refusée, reçu {given}", _expected(location)


_BOUNDS = {
    "greater_than_equal": ("un nombre au moins égal à", "ge"),
    "greater_than": ("un nombre supérieur à", "gt"),
    "less_than_equal": ("un nombre au plus égal à", "le"),
    "less_than": ("un nombre inférieur à", "lt"),
}


def _expected(location: Location) -> str:
    key = key_at(location)
    if key is None:
        return ""
    if key.many and isinstance(location[-1], int) and key.values:
        return "l’une des valeurs " + ", ".join(key.values)
    return expected(key)


def _known_keys(location: Location) -> str:
    model = model_at(location[:-1])
    if model is None:
        return ""
    known = list(model.model_fields)
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    return f"« {near[0]} » peut-être" if near else "l’une des clés " + ", ".join(known)


def _own_words(message: str) -> tuple[str, str]:
    """Our own validators say in French what is wrong and, after « Attendu », what was expected."""
    for mark in ("Attendu : ", f"Attendu{NO_BREAK_SPACE}: "):
        problem, found, wanted = message.partition(mark)
        if found:
            return problem.strip(), wanted.rstrip(".")
    return message, ""


def _given(value: Any) -> str:
    if isinstance(value, Mapping):
        return "une table"
    if isinstance(value, list | tuple):
        return "une liste" if value else "une liste vide"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"«{NO_BREAK_SPACE}{text[:60]}{'…' if len(text) > 60 else ''}{NO_BREAK_SPACE}»"
