"""The forms of the partner's pages about its structures and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from contracts.identifiers import compact, validate_no_nir, validate_siret
from contracts.models import Site
from forms_annexes.forms import DressedForm
from workflows.french import typeset

LONGEST_HEADER, LONGEST_LINE = 8, 100


class StructureForm(DressedForm):
    """A structure more."""

    name = forms.CharField(
        label="Nom de la structure",
        max_length=250,
        error_messages={"max_length": typeset("Ce nom est trop long : 250 caractères au plus.")},
    )
    siret = forms.CharField(
        label="SIRET",
        help_text="Quatorze chiffres, sur l’avis de situation de l’établissement. "
        "Laissez vide si la structure n’en a pas.",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(
        label="Adresse", widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )
    identifier = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("identifier", uuid4())
        super().__init__(*args, **kwargs)

    def clean_siret(self) -> str:
        """Fourteen digits with a right key, without the spaces that people type."""
        number = compact(self.cleaned_data["siret"])
        if number:
            validate_siret(number)
        return number


class ClosingForm(DressedForm):
    """A structure less."""

    closes_on = forms.DateField(
        label="Premier jour de fermeture",
        help_text=typeset(
            "Par exemple 14/10/2026. Les accès se ferment ce jour-là ; aujourd’hui, si la date est "
            "passée."
        ),
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
    identifier = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("identifier", uuid4())
        super().__init__(*args, **kwargs)


class StructureRefusalForm(DressedForm):
    """Why a structure declared is refused."""

    reason = forms.CharField(
        label="Motif du refus",
        help_text="Le partenaire le lira.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class CorrectionForm(DressedForm):
    """Why the closing of a structure is annulled."""

    reason = forms.CharField(
        label="Motif de la correction",
        help_text=typeset("Par exemple : le partenaire s’est trompé de structure. Il le lira."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class FamilyLetterForm(DressedForm):
    """The letterhead of the letter to the families; nothing of it is kept."""

    site = forms.ChoiceField(label="Structure", required=False)
    header = forms.CharField(
        label="En-tête",
        help_text=typeset(
            "Une ligne par ligne : nom, adresse, téléphone… Laissez vide pour le nom et l’adresse "
            "que connaît la caisse. Rien n’est conservé."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def __init__(self, *args: Any, sites: Sequence[Site], whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(site.pk), site.name) for site in sites]
        if whole and len(choices) != 1:
            choices.insert(0, ("", "Votre organisme"))
        if len(choices) < 2:
            del self.fields["site"]
        else:
            field = self.fields["site"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_header(self) -> list[str]:
        """The lines that hold something."""
        text = str(self.cleaned_data["header"])
        validate_no_nir(text)
        lines = [line.strip() for line in text.splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > LONGEST_HEADER or any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(
                typeset(
                    f"L’en-tête est trop long : {LONGEST_HEADER} lignes de {LONGEST_LINE} "
                    "caractères au plus."
                )
            )
        return lines
