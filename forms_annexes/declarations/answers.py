"""Checking what was answered to the questions of a kind: pure, for pages, mail and paper alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from forms_annexes.declarations.kinds import RIGHTS, Kind, Question
from workflows.french import date_in_words, typeset
from workflows.rulebook import Rulebook

_REFERENCE = re.compile(r"[A-Z0-9][A-Z0-9/._-]{0,29}", re.IGNORECASE)
_MOST_LETTERS, _MOST_DIGITS = 4, 10
"""In a row, and in all: too few to write a name, or a person's number."""

YES = "oui"
"""What a ticked confirmation answers."""


def validate_reference(text: str) -> None:
    """Raise ``ValidationError`` unless the reference says nothing of anybody.

    Groups of at most four letters and ten digits in all: neither a name, nor a social security
    number, nor one of a family's numbers fits. The message does not repeat what was typed.
    """
    letters = max(map(len, re.findall(r"[A-Za-z]+", text)), default=0)
    digits = sum(character.isdigit() for character in text)
    fits = _REFERENCE.fullmatch(text) and letters <= _MOST_LETTERS and 1 <= digits <= _MOST_DIGITS
    if not fits:
        raise ValidationError(
            typeset(
                "Cette référence pourrait désigner la personne. Choisissez-en une qui ne dise rien "
                "d’elle, par exemple OPP-2026-014 : quatre lettres de suite et dix chiffres au "
                "plus, sans espace. L’identité ne passe que par le canal sûr de la caisse."
            ),
            code="reference",
        )


def choices_of(question: Question, rules: Rulebook) -> dict[str, str]:
    """What may be answered to a question with a closed list, by code."""
    if question.kind != "right":
        return dict(question.choices)
    rights = rules.provisions.rights_of_persons
    return {code: RIGHTS[code] for code in (rights.kinds if rights is not None else ())}


def checked_answers(
    kind: Kind, rules: Rulebook, given: Mapping[str, str], today: date
) -> dict[str, str]:
    """The answers to keep, by code of question, those not asked left out.

    Raises ``ValidationError`` with a dictionary by code, every fault at once.
    """
    kept: dict[str, str] = {}
    faults: dict[str, list[str]] = {}
    for question in kind.asked(rules):
        value = str(given.get(question.code, "")).strip()
        try:
            _check(question, rules, value, today)
        except ValidationError as fault:
            faults[question.code] = fault.messages
        else:
            if value:
                kept[question.code] = value
    if faults:
        raise ValidationError(faults)
    return kept


def _check(question: Question, rules: Rulebook, value: str, today: date) -> None:
    asked = question.label.rstrip(" :?\N{NO-BREAK SPACE}")
    tick = typeset("Cochez cette case pour continuer.")
    if not value:
        if question.required:
            said = tick if question.kind == "confirmation" else f"Répondez à « {asked} »."
            raise ValidationError(typeset(said))
        return
    validate_no_nir(value)
    if len(value) > question.max_length:
        raise ValidationError(f"{question.max_length} caractères au plus. Écrivez plus court.")
    if question.kind in ("choice", "right") and value not in choices_of(question, rules):
        raise ValidationError(typeset(f"Choisissez une réponse à « {asked} »."))
    if question.kind == "confirmation" and value != YES:
        raise ValidationError(tick)
    if question.kind == "past_date":
        _check_past(value, today)
    if question.kind in _VALIDATORS:
        _VALIDATORS[question.kind](value)


def _check_past(value: str, today: date) -> None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValidationError("Écrivez une date comme 14/10/2026.") from None
    if day > today:
        raise ValidationError(
            typeset(f"Le {date_in_words(day)} est à venir. Attendu : ce jour, ou un jour passé.")
        )


def _check_name(value: str) -> None:
    if any(character.isdigit() for character in value):
        raise ValidationError("Un nom ne contient pas de chiffre.")


def _check_letter_number(value: str) -> None:
    if not re.fullmatch(r"(?=.*\d)[0-9A-Za-z ./-]{5,30}", value):
        raise ValidationError(
            typeset("Recopiez le numéro de la preuve de dépôt, par exemple 1A 123 456 7890 1.")
        )


_VALIDATORS: Mapping[str, Callable[[str], None]] = {
    "reference": validate_reference,
    "name": _check_name,
    "letter_number": _check_letter_number,
}


def shown_answers(kind: Kind, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each question with its answer in words, for a page to read over."""
    shown = []
    for question in kind.questions:
        value = answers.get(question.code, "")
        if not value:
            continue
        if question.kind in ("choice", "right"):
            value = {**RIGHTS, **question.choices}.get(value, value)
        elif question.kind == "past_date":
            value = date_in_words(date.fromisoformat(value))
        shown.append((question.label, typeset(value)))
    return shown
