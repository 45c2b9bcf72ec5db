"""What a clerk types in a letter: only what no fact of the convention knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from contracts.identifiers import validate_no_nir
from contracts.services.letters import Asked
from workflows.french import typeset

LONGEST = 4000
"""Characters of one answer: two pages, more than a letter should say."""


class LetterForm(forms.Form):
    """The answers that a letter asks for, then who it is addressed to and who signs it."""

    def __init__(
        self, *args: Any, asked: Sequence[Asked], signer: tuple[str, str], **kwargs: Any
    ) -> None:
        """``signer`` is who may sign for the caisse today: a name and a quality."""
        super().__init__(*args, **kwargs)
        self._asked = asked
        for one in asked:
            self.fields[one.name] = _field(one)
        self.fields["to"] = forms.CharField(
            label="À l’attention de",
            required=False,
            max_length=200,
            help_text="Une personne ou un service, sous le nom du partenaire.",
            validators=[validate_no_nir],
        )
        name, quality = signer
        self.fields["signatory"] = forms.CharField(
            label="Signé par",
            required=False,
            max_length=200,
            initial=name,
            validators=[validate_no_nir],
        )
        self.fields["quality"] = forms.CharField(
            label="En qualité de",
            required=False,
            max_length=200,
            initial=quality,
            validators=[validate_no_nir],
        )
        for field in self.fields.values():
            select = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if select else "form-control"

    def typed(self) -> dict[str, Any]:
        """The values of the letter, those left empty apart."""
        values = {}
        for one in self._asked:
            value = self.cleaned_data[one.name]
            if one.kind == "list":
                value = [line.strip() for line in value.splitlines() if line.strip()]
            if value not in ("", None, []):
                values[one.name] = value
        return values

    @property
    def signed_by(self) -> tuple[str, str]:
        """Name and quality, as they stand at the foot of the letter."""
        return self.cleaned_data["signatory"], self.cleaned_data["quality"]


def _field(asked: Asked) -> forms.Field:
    common: dict[str, Any] = {"label": asked.label, "required": asked.required}
    match asked.kind:
        case "date":
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(**common, widget=widget)
        case "article":
            numbers = [(number, f"Article {number}") for number in asked.choices]
            return forms.ChoiceField(**common, choices=[("", "Choisir"), *numbers])
    several = asked.kind == "list"
    return forms.CharField(
        **common,
        max_length=LONGEST,
        validators=[validate_no_nir],
        widget=forms.Textarea(attrs={"rows": 4 if several else 3}),
        help_text=typeset("Une ligne chacun.") if several else "",
    )
