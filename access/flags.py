"""What calls for a person's look at an access given, without changing it.

A flag proposes and never closes: access is decided from its own dates (``access.decisions``). The
packages above say what they know by registering a source, asked when pages and the API show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from access.models import Habilitation


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to look at an access."""

    code: str
    """Stable: ``prerequisite_ended``."""
    words: str
    """The reason, in French."""
    article: str
    """The article that the reason rests on."""


Flags = Mapping[int, tuple[Flag, ...]]
"""By the number of the habilitation; without one, nothing to say."""

Source = Callable[[list[Habilitation], date], Flags]

_sources: dict[str, Source] = {}


def also_flag(name: str, source: Source) -> None:
    """Have ``source`` asked for flags, under a name so that it is asked once."""
    _sources[name] = source


def flags_on(day: date, habilitations: Iterable[Habilitation]) -> dict[int, tuple[Flag, ...]]:
    """The flags of each habilitation on a day, every one of them in the answer.

    Queries do not grow with their number. A right already closed has none.
    """
    asked = list(habilitations)
    found: dict[int, tuple[Flag, ...]] = {one.pk: () for one in asked}
    open_ones = [one for one in asked if one.state != "closed"]
    for source in _sources.values() if open_ones else ():
        for pk, flags in source(open_ones, day).items():
            found[pk] += flags
    return found
