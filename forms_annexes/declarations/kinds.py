"""The kinds of declarations as data: ``kinds.toml``, read once.

A kind says in plain words what it is, what it asks, where it goes and how fast; the article is the
one under which the convention's own rulebook puts the rule named by ``rule``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from templates_conventions.letter_words import cited
from templates_conventions.sources import SourceFault, read_toml
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Frozen

_FILE = Path(__file__).with_name("kinds.toml")

QuestionKind = Literal[
    "text",
    "lines",
    "name",
    "choice",
    "right",
    "reference",
    "letter_number",
    "past_date",
    "confirmation",
]
"""``right``: one of the rights that the rulebook has relayed; ``reference``: opaque, by which
nobody can be recognised."""


class Question(Frozen):
    """One thing asked."""

    code: str = Field(pattern=r"^[a-z_]+$")
    label: str
    help: str = ""
    kind: QuestionKind
    required: bool = True
    max_length: int = 2000
    choices: Mapping[str, str] = {}
    when: Literal["", "registered_letter"] = ""
    """Asked only where the rulebook wants the change told by registered letter."""

    @field_validator("label", "help")
    @classmethod
    def _typeset(cls, text: str) -> str:
        return typeset(text)


class Kind(Frozen):
    """One thing that a partner may declare."""

    code: str = Field(pattern=r"^[a-z_]+$")
    slug: str = Field(pattern=r"^[a-z-]+$")
    """Its name in addresses."""
    label: str
    question: str
    """What happened, as the partner would say it."""
    explanation: tuple[str, ...] = Field(min_length=1)
    goes_to: str
    delay: str
    rule: str = ""
    """Path of the rule in the rulebook whose article is cited."""
    law: str = ""
    """What commands it where the rulebook has no such rule."""
    urgent: bool = False
    """Whether the agents see it before the others, and are told of it by mail."""
    mail_to: tuple[str, ...] = ()
    """Roles that are told of it by mail."""
    handled_by: tuple[str, ...] = ("back_office_agent", "legal_officer", "director")
    """Roles that may handle it."""
    scope: Literal["partner", "either"] = "partner"
    """``partner``: for whoever answers for the partner as a whole; ``either``: also for whoever
    answers for one structure, about that one."""
    fact: Literal["on", "aware_at", "none"]
    """What is asked of the fact itself: its day, the instant at which it was known, or nothing."""
    fact_label: str = ""
    fact_help: str = ""
    may_be_future: bool = False
    """Whether the fact may be announced before its day."""
    pieces: Literal["none", "optional", "required"] = "none"
    pieces_required_when: Literal["", "registered_letter"] = ""
    """Where the rulebook makes an optional piece compulsory."""
    pieces_label: str = ""
    pieces_help: str = ""
    single: bool = False
    """Whether a convention has one at a time in progress."""
    page: str = ""
    """A page of its own that keeps its own record; empty for the ordinary one."""
    handled_label: str = ""
    handled_words: str = ""
    questions: tuple[Question, ...] = ()

    @field_validator("label", "question", "goes_to", "delay", "fact_help", "pieces_help")
    @classmethod
    def _typeset(cls, text: str) -> str:
        return typeset(text)

    @field_validator("explanation")
    @classmethod
    def _typeset_each(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(typeset, texts))

    def article(self, rules: Rulebook) -> str:
        """What commands it: « article 6-3 » of the convention, a law, or nothing (empty)."""
        if self._rule_in(rules) is None:
            return self.law
        article = cited(rules.article_of(self.rule))
        return f"{article} de la convention" if article.startswith("article") else article

    def _rule_in(self, rules: Rulebook) -> object | None:
        place: object | None = rules if self.rule else None
        for key in filter(None, self.rule.split(".")):
            place = getattr(place, key, None)
        return place

    def wants_piece(self, rules: Rulebook) -> bool:
        """Whether these rules want a piece with it."""
        if self.pieces_required_when and told_by_registered_letter(rules):
            return True
        return self.pieces == "required"

    def asked(self, rules: Rulebook) -> tuple[Question, ...]:
        """The questions that these rules call for."""
        return tuple(
            one for one in self.questions if not one.when or told_by_registered_letter(rules)
        )


class _Kinds(Frozen):
    kinds: tuple[Kind, ...]


RIGHTS: Mapping[str, str] = {
    "opposition": "S’opposer à la consultation de ses données",
    "access": "Accéder à ses données",
    "rectification": "Faire rectifier ses données",
    "erasure": "Faire effacer ses données",
}
"""The rights of persons, in words."""


def told_by_registered_letter(rules: Rulebook) -> bool:
    """Whether the convention wants a change of address told by registered letter."""
    correspondence = rules.provisions.correspondence
    return correspondence is not None and correspondence.change_form == "registered_letter"


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, the urgent ones first. Raises ``SourceFault``."""
    source = read_toml(_FILE)
    try:
        return _Kinds.model_validate(source.settings).kinds
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise SourceFault(
            _FILE, f"{place} : {first['msg']}", "les clés décrites dans docs/declarations.md"
        ) from error


def kind_of(code: str) -> Kind:
    """The kind of that code. Raises ``LookupError``."""
    for kind in kinds():
        if kind.code == code:
            return kind
    raise LookupError(f"No kind of declaration bears the code {code!r}.")


def kind_at(slug: str) -> Kind | None:
    """The kind at that address; None when there is none."""
    return next((kind for kind in kinds() if kind.slug == slug), None)
