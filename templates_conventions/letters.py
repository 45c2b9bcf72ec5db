"""Letters: a subject and a text, each in a file of its own, with the values it needs.

One text serves every type of convention, from the folder ``letters`` beside them; a type that must
say it otherwise keeps its own under the same code, in ``<type>/letters``. A letter rests on rules:
where a type has no such rule, the letter is none of its letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from templates_conventions.catalogue import ROOT
from templates_conventions.sources import Source, SourceFault, digest_of, parts_of, read
from workflows.rulebook_types import Frozen

COMMON = "letters"
"""The folder of the letters that all types of convention share."""

Kind = Literal["text", "date", "list", "article"]
Choices = Mapping[str, str]
"""The codes a value may have, each with the path of the rule that it rests on (empty: none)."""


class Needed(Frozen):
    """A value that only some rules ask for; under others it is no value of the letter."""

    rule: str
    """Path of the rule: ``breach.cure``."""
    among: tuple[str, ...]
    """The values of that rule with which the letter says it."""


class LetterSettings(Frozen):
    """What stands at the head of a letter's file."""

    label: str = ""
    """What it is, in a list of letters."""
    subject: str
    recipient: Literal["partner", "structure", "legal_officer", "user", "credentials", "caisse"]
    """``credentials``: whoever the rulebook has them sent to. ``caisse``: the model of a letter
    that the partner writes, dates and signs."""
    rests_on: tuple[str, ...] = ()
    """Paths of the rules without which the letter cannot be written; it cites their articles."""
    refusal: str = ""
    """What remains to be done where they are missing."""
    binding: bool = False
    """Whether it ends the convention or says that it ended: never sent while a question that
    blocks is open."""
    enclosures: tuple[str, ...] = ()
    values: Mapping[str, Kind | Choices] = {}
    """What the letter says besides the rules and the facts of the convention."""
    optional: tuple[str, ...] = ()
    """Those of ``values`` it can do without."""
    secret: tuple[str, ...] = ()
    """Values shown in the one message that carries them and masked in every stored copy."""
    needed: Mapping[str, Needed] = Field(default_factory=dict)
    typed: Mapping[str, str] = {}
    """The values that no fact knows, each with the words in which a clerk is asked for it."""
    samples: Mapping[str, Any] = {}
    """What its previews say, where the values that all previews share would not do."""

    @model_validator(mode="after")
    def _names_are_values(self) -> LetterSettings:
        named = {*self.optional, *self.secret, *self.needed, *self.typed, *self.samples}
        if strange := sorted(named - set(self.values)):
            raise ValueError(f"« {strange[0]} » n’est pas déclaré sous [values]")
        return self


@dataclass(frozen=True, slots=True)
class LetterDefinition:
    """One letter, as its file says it."""

    code: str
    settings: LetterSettings
    source: Source
    digest: str
    """sha256 of its text and of the parts that it shares."""

    @property
    def by_partner(self) -> bool:
        """Whether it is the partner's letter to the caisse."""
        return self.settings.recipient == "caisse"

    def missing_rules(self, known: Mapping[str, Any]) -> tuple[str, ...]:
        """Paths of the rules it rests on that ``known`` lacks: empty when it can be written."""
        return tuple(path for path in self.settings.rests_on if rule_at(known, path) is None)

    def values_under(self, known: Mapping[str, Any]) -> Mapping[str, Kind | Choices]:
        """Its values under these rules; of a choice, what they allow."""
        return {
            name: kind if isinstance(kind, str) else _allowed(kind, known)
            for name, kind in self.settings.values.items()
            if name not in self.settings.needed or _asked(self.settings.needed[name], known)
        }


def letter_definition(rulebook_code: str, letter_code: str, root: Path = ROOT) -> LetterDefinition:
    """The letter of a type of convention: its own, else the common one. Raises ``SourceFault``."""
    own = root / rulebook_code / "letters" / f"{letter_code}.md"
    return letter_in(own if own.is_file() else root / COMMON / f"{letter_code}.md")


def letter_codes(rulebook_code: str, root: Path = ROOT) -> tuple[str, ...]:
    """The codes of the letters of a type, those that its rules have no use for included."""
    folders = (root / COMMON, root / rulebook_code / "letters")
    return tuple(sorted({path.stem for folder in folders for path in folder.glob("*.md")}))


def rule_at(known: Mapping[str, Any], path: str) -> Any:
    """The rule at a path such as ``breach.cure``; None where the rules are silent."""
    first, *keys = path.split(".")
    place = known.get(first)
    for key in keys:
        place = getattr(place, key, None)
    return place


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
            "les réglages décrits dans docs/letters.md",
        ) from error
    parts = parts_of(source)
    digest = digest_of((source, *parts)) if parts else source.digest
    return LetterDefinition(path.stem, settings, source, digest)


def _asked(needed: Needed, known: Mapping[str, Any]) -> bool:
    return str(rule_at(known, needed.rule)) in needed.among


def _allowed(choices: Choices, known: Mapping[str, Any]) -> Choices:
    return {
        code: path for code, path in choices.items() if not path or rule_at(known, path) is not None
    }
