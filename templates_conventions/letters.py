"""Letters: a subject and a text, each in a file of its own, with the values it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from templates_conventions.catalogue import ROOT
from templates_conventions.sources import Source, SourceFault, read
from workflows.rulebook_types import Frozen


class LetterSettings(Frozen):
    """What stands at the head of a letter's file."""

    subject: str
    recipient: Literal["partner", "structure", "legal_officer", "user"]
    articles: tuple[str, ...] = ()
    """Articles the letter cites or applies."""
    enclosures: tuple[str, ...] = ()
    values: Mapping[str, Literal["text", "date", "list"]] = {}
    """What the letter says besides the rules and the facts of the convention."""
    optional: tuple[str, ...] = ()
    """Those of ``values`` it can do without."""
    secret: tuple[str, ...] = ()
    """Values shown in the one message that carries them and masked in every stored copy."""


@dataclass(frozen=True, slots=True)
class LetterDefinition:
    """One letter of a type of convention."""

    code: str
    settings: LetterSettings
    source: Source


def letter_definition(rulebook_code: str, letter_code: str, root: Path = ROOT) -> LetterDefinition:
    """The letter, from ``<type>/letters/<letter>.md``. Raises ``SourceFault``."""
    return letter_in(root / rulebook_code / "letters" / f"{letter_code}.md")


def letter_codes(rulebook_code: str, root: Path = ROOT) -> tuple[str, ...]:
    """The codes of all the letters of a type of convention."""
    return tuple(sorted(path.stem for path in (root / rulebook_code / "letters").glob("*.md")))


@cache
def letter_in(path: Path) -> LetterDefinition:
    """The letter of one file. Raises ``SourceFault``."""
    source = read(path)
    try:
        settings = LetterSettings.model_validate(source.settings)
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceFault(
            path,
            f"{'.'.join(map(str, first['loc']))} : {first['msg']}",
            "les réglages décrits dans docs/documents.md",
        ) from error
    return LetterDefinition(path.stem, settings, source)
