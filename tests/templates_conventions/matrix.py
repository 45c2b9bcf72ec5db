"""The matrix of the five texts: a line a rule, a column a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from templates_conventions.catalogue import rulebook
from workflows.rulebook import Rulebook

PIC = "psu-msa-picardie"
ARM = "psu-msa-armorique"
ADL = "qf-msa-ardeche-drome-loire"
RSA = "rsacg-msa-provence-azur"
CAF = "mon-enfant-caf-pas-de-calais"
FIVE = (PIC, ARM, ADL, RSA, CAF)
MSA = (PIC, ARM, ADL, RSA)

SILENT = "le texte ne dit rien"


@dataclass(frozen=True)
class Row:
    """One line: the path of a rule, and what each text says, in the order of ``FIVE``."""

    path: str
    said: tuple[Any, ...]


def row(path: str, *said: Any) -> Row:
    """A line; a single value is what all five say."""
    return Row(path, said * 5 if len(said) == 1 else said)


def cells(matrix: Iterable[Row]) -> list[tuple[str, str, Any]]:
    """Every code, path and expected value of a matrix."""
    return [
        (code, each.path, value)
        for each in matrix
        for code, value in zip(FIVE, each.said, strict=True)
    ]


def said(book: Rulebook | str, path: str) -> Any:
    """What a rulebook says at a path; ``SILENT`` where it has no such rule."""
    place: Any = rulebook(book) if isinstance(book, str) else book
    for part in path.split("."):
        place = place[int(part)] if part.isdigit() else getattr(place, part)
        if place is None:
            return SILENT
    return place
