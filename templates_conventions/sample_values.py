"""The made-up values that samples show, read from ``samples.toml``: facts, answers, letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from pydantic import Field

from templates_conventions.catalogue import ROOT
from templates_conventions.facts import DocumentFacts
from templates_conventions.form_sheets import bare
from templates_conventions.forms import FormField, form_definition
from templates_conventions.letters import Choices, Kind, LetterDefinition
from templates_conventions.markup import set_in_french
from templates_conventions.sources import read_toml
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Frozen


class SampleLetter(Frozen):
    """What one letter says otherwise than the others."""

    dated: date | None = None
    values: Mapping[str, Any] = Field(default_factory=dict)


class SampleAvenant(Frozen):
    """One made-up avenant."""

    name: str
    type: str
    """Code of its type of avenant."""
    reason: str
    effective_on: date | None = None
    rules: Mapping[str, Any] = Field(default_factory=dict)
    """Rule path, ``*`` for any code, to its new value; only the first that there is changes."""
    facts: Mapping[str, str] = Field(default_factory=dict)
    """What is otherwise of the partner."""
    annex: str = ""
    """The Markdown that replaces an annex."""


class SampleValues(Frozen):
    """Everything that samples say."""

    dated: date
    consolidated_on: date
    """The day whose consolidated text is shown."""
    stamp: str
    facts: DocumentFacts
    answers: Mapping[str, str | tuple[str, ...]]
    values: Mapping[str, Any]
    letters: Mapping[str, SampleLetter]
    avenants: tuple[SampleAvenant, ...]

    def letter_day(self, letter: str) -> date:
        """The day of a letter, in the one story that all samples tell."""
        known = self.letters.get(letter)
        return (known and known.dated) or self.dated

    def letter_value(
        self, letter: LetterDefinition, name: str, kind: Kind | Choices, known: Mapping[str, Any]
    ) -> Any:
        """A value of a letter; of an article or a choice, the first that the rules allow."""
        if not isinstance(kind, str):
            return next(iter(kind), "aucun")
        if kind == "article":
            return min(known["articles"], key=lambda article: (not article[:1].isdigit(), article))
        own = {**self.letters.get(letter.code, SampleLetter()).values, **letter.settings.samples}
        return _set(own[name] if name in own else self.values.get(name, _UNNAMED[kind]))


_UNNAMED: Mapping[Kind, Any] = {
    "text": "exemple",
    "date": date(2026, 1, 15),
    "list": ("exemple",),
}
"""What is said for a value that the file does not name, so that a new letter needs no sample."""


@cache
def sample_values() -> SampleValues:
    """The values of all samples. Raises ``SourceFault`` and pydantic's ``ValidationError``."""
    return SampleValues.model_validate(read_toml(ROOT / "samples.toml").settings)


def sample_answers(
    rulebook: Rulebook, form: str, times: int = 1
) -> dict[str, list[dict[str, str]]]:
    """Every field of a form answered, each block as often as it may be, up to ``times``.

    What the rulebook keeps off paper, such as a password, is left out.
    """
    withheld = {
        bare(label)
        for one in rulebook.habilitation.forms
        if one.code == form
        for label in one.withheld_fields
    }
    return {
        block.code: [
            {
                field.code: _answer(field, number)
                for field in block.fields
                if bare(field.label) not in withheld
            }
            for number in range(1, min(max(times, block.repeat.minimum), block.repeat.maximum) + 1)
        ]
        for block in form_definition(rulebook.code, form).blocks
        if block.fields
    }


def _answer(field: FormField, number: int) -> str:
    if field.kind == "signature":
        return ""
    if field.kind == "choice":
        return field.choices[(number - 1) % len(field.choices)]
    known = sample_values().answers.get(field.code, _EXAMPLES.get(field.kind, "Exemple {number}"))
    if isinstance(known, tuple):
        known = known[(number - 1) % len(known)]
    return known.replace("{number}", str(number))


_EXAMPLES = {"date": "2026-01-02", "email": "exemple{number}@exemple.example"}


def _set(value: Any) -> Any:
    match value:
        case str():
            return set_in_french(value)
        case list() | tuple():
            return tuple(_set(one) for one in value)
    return value
