"""From one group of questions of a form, as data, to what Django asks and checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from contracts.identifiers import validate_no_nir
from forms_annexes.completeness import asked_online, own_name
from forms_annexes.forms import DressedForm
from templates_conventions.forms import FormBlock, FormField

OTHER_QUALITY = "other"

_NAMES = {"last_name", "first_name", "name", "representative"}
"""Answers that are the name of a person, where the form says that they are about one."""


def field_name(code: str) -> str:
    """The name of a field in a page: ``user_last_name`` for ``user.last_name``."""
    return code.replace(".", "_")


def as_typed(field: FormField, answer: str) -> str:
    """An answer as it is typed: a day reads 14/10/2026."""
    if field.kind != "date" or not answer:
        return answer
    try:
        return f"{date.fromisoformat(answer):%d/%m/%Y}"
    except ValueError:
        return answer


def typed_quality(quality: str, qualities: Iterable[str]) -> dict[str, str]:
    """The quality of the signatory as its two questions show it."""
    if quality in qualities or not quality:
        return {"quality": quality, "other_quality": ""}
    return {"quality": OTHER_QUALITY, "other_quality": quality}


class BlockForm(DressedForm):
    """The questions of one block, once: about the partner, a structure or one person."""

    def __init__(
        self,
        *args: Any,
        block: FormBlock,
        qualities: Iterable[str] = (),
        key: str = "",
        closed: bool = False,
        **kwargs: Any,
    ) -> None:
        """``closed``: shown and not to be changed. ``key`` tells a repetition from the others."""
        self.block, self.key, self.closed = block, key, closed
        self.asked = asked_online(block)
        self.base_fields = {field_name(f.code): django_field(f) for f in self.asked}
        qualities = tuple(qualities)
        if qualities:
            self.base_fields |= _quality_fields(qualities)
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.disabled = closed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("quality") == OTHER_QUALITY and not cleaned.get("other_quality"):
            self.add_error("other_quality", "Dites en quelle qualité cette personne signe.")
        return cleaned

    @property
    def answers(self) -> dict[str, str]:
        """The answers by field code."""
        return {f.code: _text(self.cleaned_data.get(field_name(f.code))) for f in self.asked}

    @property
    def quality(self) -> str | None:
        """In what quality the signatory signs; None when the page does not ask."""
        chosen = self.cleaned_data.get("quality")
        if chosen == OTHER_QUALITY:
            return str(self.cleaned_data["other_quality"]).strip()
        return chosen


def validate_name(text: str) -> None:
    """Raise ``ValidationError`` for a name with figures in it, first of all a person's number."""
    validate_no_nir(text)
    if any(character.isdigit() for character in text):
        raise forms.ValidationError("Un nom ne contient pas de chiffre.", code="digits")


def django_field(field: FormField) -> forms.Field:
    """The question that Django asks and checks for a field of a form."""
    common: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.required,
    }
    match field.kind:
        case "email":
            return forms.EmailField(
                max_length=field.max_length,
                error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
                **common,
            )
        case "date":
            return forms.DateField(
                widget=forms.DateInput(format="%d/%m/%Y"),
                error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
                **common,
            )
        case "choice":
            choices = [("", "Choisir"), *((choice, choice) for choice in field.choices)]
            return forms.ChoiceField(choices=choices, **common)
        case "address" | "lines":
            return forms.CharField(
                max_length=field.max_length, widget=forms.Textarea(attrs={"rows": 3}), **common
            )
    names_somebody = field.personal and own_name(field) in _NAMES
    validators = [validate_name] if names_somebody else []
    return forms.CharField(max_length=field.max_length, validators=validators, **common)


def initial_of(
    block: FormBlock,
    answers: Mapping[str, str],
    quality: str = "",
    qualities: Iterable[str] = (),
) -> dict[str, str]:
    """What the questions of a block start from, by their names in the page."""
    shown = {field_name(f.code): as_typed(f, answers.get(f.code, "")) for f in asked_online(block)}
    return shown | (typed_quality(quality, tuple(qualities)) if qualities else {})


def _quality_fields(qualities: tuple[str, ...]) -> dict[str, forms.Field]:
    return {
        "quality": forms.ChoiceField(
            label="En quelle qualité cette personne signe-t-elle\N{NO-BREAK SPACE}?",
            choices=[
                *((q, q[:1].upper() + q[1:]) for q in qualities),
                (OTHER_QUALITY, "Une autre"),
            ],
            widget=forms.RadioSelect,
        ),
        "other_quality": forms.CharField(
            label="Si c’est une autre qualité, laquelle ?",
            help_text="Une délégation de signature sera alors demandée.",
            required=False,
            max_length=200,
        ),
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
