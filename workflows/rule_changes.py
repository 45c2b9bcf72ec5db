"""What differs between two sets of rules: as changes of an avenant, and in French words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from workflows.french import NO_BREAK_SPACE, typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_shape import COMMON_KEYS, Key, keys
from workflows.rulebook_sheet import value_in_words
from workflows.rulebook_types import Frozen
from workflows.rulebook_words import word_of_key

NOTHING = "rien n’est dit"
_UNSAID = {*COMMON_KEYS, "ambiguities"}
"""Keys that say where a rule comes from, not what it is."""


class RuleChange(NamedTuple):
    """One rule that is otherwise before and after, in words."""

    path: str
    label: str
    article: str
    before: str
    after: str


def differences(before: Rulebook, after: Rulebook) -> dict[str, Any]:
    """The changes that make ``after`` of ``before``, by path, as JSON can hold them.

    ``before.amended(differences(before, after)) == after`` for two versions of one type.
    """
    return dict(_leaves(before.model_dump(mode="json"), after.model_dump(mode="json"), ""))


def described(before: Rulebook, after: Rulebook) -> tuple[RuleChange, ...]:
    """The rules that differ, in the words of the sheet; what only tells their source left out."""
    told = []
    for path in differences(before, after):
        if _UNSAID & set(path.split(".")):
            continue
        was, will_be = in_words(before, path), in_words(after, path)
        if was != will_be:
            article = after.article_of(path) or before.article_of(path)
            told.append(RuleChange(path, label_of(after, path), article, was, will_be))
    return tuple(told)


def label_of(rulebook: Rulebook, path: str) -> str:
    """What the rule at a path is called: « Durée : Reconduction : Durée de la période »."""
    words = dict.fromkeys(word for word, _ in _walk(rulebook, path))
    return f"{NO_BREAK_SPACE}: ".join(words)


def in_words(rulebook: Rulebook, path: str) -> str:
    """The value at a path in French; what the rulebook leaves out is « rien n’est dit »."""
    *_, (_, words) = _walk(rulebook, path)
    return words


def value_at(rulebook: Rulebook, path: str) -> Any:
    """The value at a path as the TOML has it. ``KeyError`` where there is none."""
    place: Any = rulebook.model_dump(mode="json")
    for key in path.split("."):
        place = _coded(place)[key]
    return place


def _leaves(before: Any, after: Any, above: str) -> Iterator[tuple[str, Any]]:
    if before == after:
        return
    was, will_be = _coded(before), _coded(after)
    if was and list(was) == list(will_be):
        for key in was:
            yield from _leaves(was[key], will_be[key], f"{above}.{key}" if above else key)
    else:
        yield above, after


def _coded(value: Any) -> Mapping[str, Any]:
    """The parts of a table by their keys, of an array of tables by their code or role."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        named = {item.get("code") or item.get("role") or "": item for item in value}
        if len(named) == len(value) and all(named) and not any("." in name for name in named):
            return named
    return {}


def _walk(rulebook: Rulebook, path: str) -> Iterator[tuple[str, str]]:
    """The word of each step of a path, with the words of what stands there."""
    place: Any = rulebook
    for part in path.split("."):
        if isinstance(place, tuple):
            place = next(item for item in place if part in (_get(item, "code"), _get(item, "role")))
            yield _get(place, "label") or _get(place, "designation") or part, _told(place)
            continue
        if not isinstance(place, Frozen):
            yield part, NOTHING
            continue
        key = keys(type(place))[part]
        word, value = word_of_key(type(place), part), getattr(place, part)
        empty = value is None or value in ("", ()) or value == {}
        holds_rules = isinstance(value, Frozen) or (
            isinstance(value, tuple) and any(isinstance(item, Frozen) for item in value)
        )
        if empty:
            yield word, NOTHING
        else:
            yield word, _told(value) if holds_rules else typeset(value_in_words(key, value))
        place = value


def _told(value: Any) -> str:
    """A whole rule in one line: its keys and their words."""
    if isinstance(value, tuple):
        return f"{NO_BREAK_SPACE}; ".join(_told(item) for item in value)
    told = []
    for name, key in keys(type(value)).items():
        inner = getattr(value, name)
        if name in _UNSAID or inner is None or inner in ("", ()) or inner == {}:
            continue
        nested = isinstance(inner, Frozen) or (
            isinstance(inner, tuple) and isinstance(inner[0], Frozen)
        )
        words = f"({_told(inner)})" if nested else value_in_words(key, inner)
        told.append(f"{word_of_key(type(value), name)}{NO_BREAK_SPACE}: {words}")
    return typeset(", ".join(told))


def _named(items: tuple[Any, ...], name: str) -> Any:
    """The table of that code or role among several; None when there is none."""
    named = (item for item in items if name in (_get(item, "code"), _get(item, "role")))
    return next(named, None)


def _get(item: Any, name: str) -> str:
    return str(getattr(item, name, "") or "")


def key_of(rulebook: Rulebook, path: str) -> Key:
    """The key a path leads to, with the type of its values. ``KeyError`` where there is none."""
    place: Any = rulebook
    key: Key | None = None
    for part in path.split("."):
        if isinstance(place, tuple):
            place = next(
                (one for one in place if part in (_get(one, "code"), _get(one, "role"))), None
            )
        elif isinstance(place, Frozen):
            key = keys(type(place))[part]
            place = getattr(place, part)
        else:
            raise KeyError(path)
    if key is None:
        raise KeyError(path)
    return key
