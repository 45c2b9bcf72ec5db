"""What the lines of a list are about, as pages, slips and reports call it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from contracts.models import Caisse, EliminationItem, EliminationOutcome
from contracts.retention.kinds import kind_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, and what became of it."""

    item: EliminationItem
    outcome: EliminationOutcome | None
    name: str
    """The number of a convention, or what a thing is called."""
    of_whom: str = ""
    """The partner of a convention."""


def lines_of(items: Iterable[EliminationItem], caisse: Caisse) -> list[Line]:
    """The lines of some items, which come with their outcome, their convention and its partner."""
    items = list(items)
    subjects: dict[str, list[int]] = defaultdict(list)
    for item in items:
        if item.subject is not None:
            subjects[item.rule].append(item.subject)
    names: dict[tuple[str, int], str] = {}
    for rule, keys in subjects.items():
        if (kind := kind_of(rule)) is not None:
            names |= {(rule, key): name for key, name in kind.named(caisse, keys).items()}
    return [_line(item, names) for item in items]


def _line(item: EliminationItem, names: dict[tuple[str, int], str]) -> Line:
    outcome = getattr(item, "outcome", None)
    if item.convention is not None:
        return Line(item, outcome, item.convention.number, item.convention.partner.name)
    assert item.subject is not None
    return Line(item, outcome, names.get((item.rule, item.subject), f"{item.rule} {item.subject}"))
