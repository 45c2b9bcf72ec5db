"""What a rulebook may say, for those who write one: the JSON Schema and the table of keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from workflows.calendar import Duration
from workflows.rulebook import Rulebook
from workflows.rulebook_shape import Key, keys, paths
from workflows.rulebook_types import Rule
from workflows.rulebook_words import word_of_key

BEGIN = "<!-- The table of keys: written by `manage.py rulebook reference`. -->"
END = "<!-- End of the table of keys. -->"

TYPE_NAMES: dict[type[Any], str] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "table of texts",
    Duration: "duration",
    date: "date",
    time: "time",
}


class NoPlaceForTable(ValueError):
    """The page has no pair of markers to write the table between."""


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a rulebook, for editors that complete and check TOML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Rulebook.model_json_schema(mode="validation"),
    }


def reference() -> str:
    """Markdown tables of every key, one a table of the file; a ``*`` marks those required."""
    sections: dict[str, list[tuple[str, Key]]] = {"": []}
    for path, key in paths():
        above, _, name = path.rpartition(".")
        if key.section is not None:
            sections.setdefault(path, [])
        if not key.common or not issubclass(key.model, Rule):
            sections[above].append((name, key))
    lines = ["### Every rule\n", *_table((name, keys(Rule)[name]) for name in keys(Rule))]
    for path, entries in sections.items():
        if entries:
            heading = f"`{path}`" if path else "The file itself"
            lines += [f"\n### {heading}\n", *_table(entries)]
    bare = ", ".join(f"`{path}`" for path, entries in sections.items() if not entries)
    lines += ["\n### Nothing but the keys of every rule\n", bare]
    return "\n".join(lines)


def with_reference(page: str) -> str:
    """The page with its table of keys brought up to date. Raises ``NoPlaceForTable``."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not between.search(page):
        raise NoPlaceForTable(f"il y manque les lignes « {BEGIN} » et « {END} »")
    return between.sub(lambda _: f"{BEGIN}\n\n{reference()}\n\n{END}", page, count=1)


def _table(entries: Iterable[tuple[str, Key]]) -> Iterator[str]:
    yield "| key | on the sheet | holds | meaning |"
    yield "|---|---|---|---|"
    for name, key in entries:
        star = "\\*" if key.required else ""
        meaning = " ".join(key.meaning.split()).replace("``", "`").replace("|", "\\|")
        word = word_of_key(key.model, key.name)
        meaning = meaning or _meaning_of_section(key)
        yield f"| `{name}`{star} | {word} | {_holds(key)} | {meaning} |"


def _holds(key: Key) -> str:
    if key.section is not None:
        return "tables" if key.many else "table"
    kind = ", ".join(f"`{value}`" for value in key.values) or TYPE_NAMES[key.holds]
    return f"list of {kind}" if key.many else kind


def _meaning_of_section(key: Key) -> str:
    """A table without words of its own is what its model is."""
    words = (key.section.__doc__ or "") if key.section is not None else ""
    return " ".join(words.split()).replace("``", "`").replace("|", "\\|")
