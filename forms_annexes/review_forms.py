"""The partner's answer to a list of users: each one still in post, or gone since a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from access.models import Habilitation, ReviewedUser
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import NO_BREAK_SPACE

STAYS, LEFT = "stays", "left"


@dataclass(frozen=True, slots=True)
class AskedUser:
    """One right of the list, with the two fields that ask about it."""

    habilitation: Habilitation
    answer: forms.BoundField
    left_on: forms.BoundField


class ReviewForm(DressedForm):
    """One choice for each right of the list still open; none is made beforehand."""

    review = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[ReviewedUser], **kwargs: Any) -> None:
        """``lines`` are those of the rights still open."""
        self.lines = lines
        fields: dict[str, forms.Field] = {}
        for line in lines:
            name = line.habilitation.person.get_full_name()
            fields[_answer(line)] = _answer_field(name)
            fields[_left_on(line)] = _left_on_field(name)
        self.base_fields = {**fields, **self.base_fields}
        super().__init__(*args, **kwargs)

    @property
    def users(self) -> list[AskedUser]:
        """Each right with its fields."""
        return [
            AskedUser(line.habilitation, self[_answer(line)], self[_left_on(line)])
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for line in self.lines:
            day, name = cleaned.get(_left_on(line)), line.habilitation.person.get_full_name()
            gone = cleaned.get(_answer(line)) == LEFT
            if gone and day is None and _left_on(line) not in self.errors:
                self.add_error(_left_on(line), f"Dites depuis quel jour {name} est parti.")
            elif day is not None and day > clock.today():
                self.add_error(
                    _left_on(line),
                    "Ce jour est à venir : la personne est encore en poste. Déclarez son départ "
                    "quand il aura eu lieu, ou par une demande de suppression.",
                )
            elif day is not None and cleaned.get(_answer(line)) == STAYS:
                self.add_error(_left_on(line), f"{name} est-il en poste ou parti ? Choisissez.")
        return cleaned

    @property
    def kept(self) -> list[Habilitation]:
        """The rights of those still in post."""
        return [one.habilitation for one in self.lines if self.cleaned_data[_answer(one)] == STAYS]

    @property
    def removed(self) -> list[Habilitation]:
        """The rights of those who left."""
        return [one.habilitation for one in self.lines if self.cleaned_data[_answer(one)] == LEFT]

    @property
    def left_on(self) -> dict[int, date]:
        """The day on which each of these left, by the key of the right."""
        return {
            one.habilitation_id: self.cleaned_data[_left_on(one)]
            for one in self.lines
            if self.cleaned_data[_answer(one)] == LEFT
        }


def _answer(line: ReviewedUser) -> str:
    return f"user_{line.habilitation_id}"


def _left_on(line: ReviewedUser) -> str:
    return f"left_{line.habilitation_id}"


def _answer_field(name: str) -> forms.Field:
    said = f"Dites de {name}{NO_BREAK_SPACE}: toujours en poste, ou parti."
    return forms.ChoiceField(
        label=name,
        choices=[(STAYS, "Toujours en poste"), (LEFT, "Est parti")],
        widget=forms.RadioSelect,
        error_messages={"required": said, "invalid_choice": said},
    )


def _left_on_field(name: str) -> forms.Field:
    return forms.DateField(
        label="Si c’est un départ, depuis le",
        help_text="Par exemple 14/10/2026.",
        required=False,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"aria-label": f"Départ de {name}, le"}),
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
