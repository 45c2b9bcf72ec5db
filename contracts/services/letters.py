"""The letters of a convention: which make sense today, what they say, what is left to type.

The facts fill all that they know; a clerk types the rest, and can change no date. The same letter
issued since its occasion is shown as done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from contracts.models import Convention, IssuedDocument
from contracts.services.documents import facts_of
from contracts.services.letter_occasions import Occasion, occasions_of
from templates_conventions.assembly import CannotAssemble
from templates_conventions.document import Document
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letter_values import check_rules
from templates_conventions.letters import letter_codes, letter_definition
from workflows import clock
from workflows.french import date_in_words
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Asked:
    """One value that no fact knows, to be asked of a clerk."""

    name: str
    label: str
    kind: str
    """``text``, ``date``, ``list``, ``article`` (of the convention) or ``choice``."""
    required: bool
    choices: tuple[str, ...] = ()
    """For a choice its codes, for an article those that the rules cite."""


@dataclass(frozen=True, slots=True)
class LetterProposal:
    """A letter that makes sense, filled as far as the facts go."""

    rules: Rulebook
    """The rules as amended since the signature."""
    occasion: Occasion
    label: str
    asked: tuple[Asked, ...]
    issued_on: date | None = None
    """The day on which it was issued for this occasion."""
    binding: bool = False
    """Whether it binds the caisse: then it is for those who commit it in law."""
    held_by: str = ""
    """The open question for which a binding letter waits; empty when it may be sent."""

    @property
    def code(self) -> str:
        return self.occasion.letter

    @property
    def values(self) -> Mapping[str, Any]:
        """What the facts say, dates with their explanations."""
        return self.occasion.values

    @property
    def to_send(self) -> bool:
        """Whether something calls for it, nothing holds it and it has not been issued."""
        return self.occasion.due and self.issued_on is None and not self.held_by


def letters_today(convention: Convention, on: date | None = None) -> tuple[LetterProposal, ...]:
    """The letters that make sense on ``on`` (today by default), those to send first.

    Raises ``SourceFault`` when the text of a letter has a fault.
    """
    day = on or clock.today()
    rows = IssuedDocument.objects.filter(convention=convention, kind=IssuedDocument.Kind.LETTER)
    issued = list(rows.values_list("code", "dated"))
    proposed = proposals(convention.timeline(day), issued)
    return tuple(sorted(proposed, key=lambda proposal: not proposal.to_send))


def letter_proposal(
    convention: Convention, code: str, about: str = "", on: date | None = None
) -> LetterProposal:
    """One letter of the convention, filled as far as the facts go.

    ``about`` chooses between users. Raises ``CannotAssemble`` when the rules lack what the letter
    rests on, or when nothing that day calls for it.
    """
    day = on or clock.today()
    timeline = convention.timeline(day)
    return chosen(timeline, code, about)


def chosen(timeline: Timeline, code: str, about: str = "") -> LetterProposal:
    """The proposal of one letter in a life already told. Raises as ``letter_proposal``."""
    rules = timeline.rulebook
    if code not in letter_codes(rules.code):
        known = ", ".join(letter_codes(rules.code))
        raise CannotAssemble(f"Courrier inconnu : « {code} ». Courriers : {known}.")
    letter = letter_definition(rules.code, code)
    check_rules(letter, context(rules, DocumentFacts()))
    for occasion in occasions_of(timeline):
        if occasion.letter == code and about in ("", occasion.about):
            return _proposal(timeline, occasion, ())
    raise CannotAssemble(
        f"Courrier « {code} » : rien ne l’appelle au {date_in_words(timeline.as_of)}, où la "
        f"convention est dans l’état « {timeline.state_label} ». Enregistrez d’abord l’événement "
        "dont il parle."
    )


def proposals(
    timeline: Timeline, issued: Iterable[tuple[str, date]] = ()
) -> tuple[LetterProposal, ...]:
    """The letters of a life already told; ``issued`` are codes and dates of letters that left."""
    known = tuple(issued)
    return tuple(_proposal(timeline, occasion, known) for occasion in occasions_of(timeline))


def proposed_document(
    convention: Convention,
    proposal: LetterProposal,
    typed: Mapping[str, Any],
    *,
    to: str = "",
    signatory: tuple[str, str] = ("", ""),
    on: date | None = None,
    facts: DocumentFacts | None = None,
) -> Document:
    """The letter written, from the facts and from what was typed.

    ``facts`` saves a batch from asking twice. Raises ``CannotAssemble`` for a value that is
    missing, typed though the facts know it or holding a social security number, and for a binding
    letter while a question is open.
    """
    day = on or clock.today()
    if proposal.held_by:
        raise CannotAssemble(
            f"Courrier « {proposal.code} » : il engage, et une question est ouverte "
            f"(« {proposal.held_by} »). Faites-la trancher d’abord."
        )
    if known := sorted(set(typed) & set(proposal.values)):
        raise CannotAssemble(
            f"Courrier « {proposal.code} » : « {known[0]} » vient du dossier et ne se tape pas. "
            "Si c’est faux, corrigez l’événement dont il vient."
        )
    _refuse_nir(proposal.code, typed)
    return letter_document(
        proposal.rules,
        proposal.code,
        facts or facts_of(convention, day),
        day,
        {**proposal.values, **typed},
        to=to,
        signatory=signatory,
    )


def _refuse_nir(code: str, typed: Mapping[str, Any]) -> None:
    for name, value in typed.items():
        for text in value if isinstance(value, list | tuple) else (value,):
            try:
                validate_no_nir(text if isinstance(text, str) else "")
            except ValidationError as error:
                said = " ".join(error.messages)
                raise CannotAssemble(f"Courrier « {code} », « {name} » : {said}") from error


def _proposal(
    timeline: Timeline, occasion: Occasion, issued: tuple[tuple[str, date], ...]
) -> LetterProposal:
    rules = timeline.rulebook
    letter = letter_definition(rules.code, occasion.letter)
    days = [dated for code, dated in issued if code == occasion.letter and dated >= occasion.since]
    blocking = [one.kind_text.title for one in timeline.open_questions if one.blocking]
    return LetterProposal(
        rules,
        occasion,
        letter.settings.label,
        _asked(rules, occasion),
        max(days, default=None),
        letter.settings.binding,
        blocking[0] if blocking and letter.settings.binding else "",
    )


def _asked(rules: Rulebook, occasion: Occasion) -> tuple[Asked, ...]:
    known = context(rules, DocumentFacts())
    letter = letter_definition(rules.code, occasion.letter)
    settings = letter.settings
    asked = []
    for name, kind in letter.values_under(known).items():
        optional = name in settings.optional
        if name in occasion.values or (optional and name not in settings.typed):
            continue
        choices: tuple[str, ...] = ()
        if not isinstance(kind, str):
            choices = tuple(kind)
        elif kind == "article":
            choices = tuple(sorted(known["articles"]))
        asked.append(
            Asked(
                name,
                settings.typed.get(name, name),
                kind if isinstance(kind, str) else "choice",
                not optional,
                choices,
            )
        )
    return tuple(asked)
