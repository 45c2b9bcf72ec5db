"""The facts a document shows: who the parties are, which convention, which structure.

Plain data handed in by whoever knows it; a fact left out is room to write by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import field_validator

from templates_conventions.rule_articles import articles_of
from templates_conventions.wording import TO_WRITE, clean
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Frozen


class _Facts(Frozen):
    @field_validator("*", mode="before")
    @classmethod
    def _on_one_line(cls, value: Any) -> Any:
        if isinstance(value, str):
            return clean(", ".join(line.strip(" ,") for line in value.splitlines() if line.strip()))
        return value


class PartyFacts(_Facts):
    """A party as the document names it."""

    name: str = ""
    address: str = ""
    representative: str = ""
    quality: str = ""
    """In what quality the representative signs: « présidente »."""
    number: str = ""
    """The number under which the caisse knows the partner (« n° tiers »)."""
    email: str = ""
    """The mailbox to which its forms and reports are sent."""
    in_the_place_of: str = ""
    """Whose place a successor took, since when and by what deed; empty for whoever signed."""


class StructureFacts(_Facts):
    """The structure that uses the service: the site covered, or the partner itself."""

    name: str = ""
    address: str = ""


class PersonFacts(_Facts):
    """A person whom the caisse habilitates by name."""

    last_name: str = ""
    first_name: str = ""
    email: str = ""
    establishments: str = ""
    """Those for which the person enters or reads information."""


class ConventionFacts(_Facts):
    """The convention as it stands on the day of the document."""

    number: str = ""
    effect_on: date | None = None
    term_last_day: date | None = None
    last_day_in_force: date | None = None


class DocumentFacts(Frozen):
    """All that a document may show besides the rules."""

    persons: tuple[PersonFacts, ...] = ()
    """The habilitated persons that an annex lists; empty: the list is left to write."""
    convention: ConventionFacts = ConventionFacts()
    caisse: PartyFacts = PartyFacts()
    partner: PartyFacts = PartyFacts()
    structure: StructureFacts = StructureFacts()
    structures: tuple[StructureFacts, ...] = ()
    """The structures it is about: the one chosen, or all those that the convention covers."""

    def of_each_structure(self) -> tuple[DocumentFacts, ...]:
        """The facts of each sheet of a form that takes one a structure.

        The partner is no structure of its own there: when none is known, its name is to be written.
        """
        return tuple(
            self.model_copy(update={"structure": one, "structures": (one,)})
            for one in self.structures or (StructureFacts(),)
        )

    def at(self, path: str) -> str:
        """The fact at a path such as ``structure.name``. Raises ``AttributeError``."""
        place: Any = self
        for key in path.split("."):
            place = getattr(place, key)
        return str(place or "")


def context(rulebook: Rulebook, facts: DocumentFacts) -> dict[str, Any]:
    """What the placeholders of a text may name: the rules by their keys, then the facts.

    ``service`` is the first service, ``party`` gives the rule of a party by its role, ``articles``
    are those that the rules cite. A fact left out, and ``to_write``, is room to write by hand.
    """
    rules: Mapping[str, Any] = {name: getattr(rulebook, name) for name in Rulebook.model_fields}
    return {
        **rules,
        "service": rulebook.services[0],
        "party": {party.role: party for party in rulebook.parties},
        "articles": articles_of(rulebook),
        **{name: _writable(getattr(facts, name)) for name in DocumentFacts.model_fields},
        "to_write": TO_WRITE,
    }


def _writable(fact: _Facts | tuple[_Facts, ...]) -> Any:
    """The values of a fact by their keys, those left out as room to write."""
    if isinstance(fact, tuple):
        return tuple(_writable(one) for one in fact)
    return {key: value or TO_WRITE for key, value in fact}
