"""What is asked of a copy that came back signed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms

from contracts.services.signed_copies import ACCEPT, Told
from forms_annexes.forms import DressedForm
from workflows.rulebook import Rulebook


class TellForm(DressedForm):
    """Who signed, when, and whose original it is."""

    signed_by = forms.MultipleChoiceField(
        label="Qui a signé cette copie ?".replace(" ?", "\N{NO-BREAK SPACE}?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Dites quelle partie a signé cette copie."},
    )
    original_of = forms.ChoiceField(
        label="De qui est-ce l’original ?".replace(" ?", "\N{NO-BREAK SPACE}?"),
        widget=forms.RadioSelect,
        required=False,
        help_text="Chaque partie garde un original signé de toutes.",
    )
    signed_on = forms.DateField(
        label="Date de la signature",
        required=False,
        help_text="Celle qui est écrite à la main. Une signature électronique donne la sienne.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Cette date n’existe pas. Écrivez-la sous la forme 31/01/2026."},
    )

    def __init__(self, *args: Any, rules: Rulebook, **kwargs: Any) -> None:
        parties = [
            (party.role, f"{party.designation[:1].upper()}{party.designation[1:]}")
            for party in rules.parties
        ]
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["signed_by"].choices = parties
        self.base_fields["original_of"].choices = [
            *parties,
            ("", "De personne\N{NO-BREAK SPACE}: une copie, ou un document électronique"),
        ]
        self.order = [party for party, _ in parties]
        super().__init__(*args, **kwargs)

    @property
    def told(self) -> Told:
        """The answers, the parties in the order of the rulebook."""
        answers = self.cleaned_data
        return Told(
            tuple(role for role in self.order if role in answers["signed_by"]),
            answers.get("signed_on"),
            answers.get("original_of", ""),
        )


class DepositForm(TellForm):
    """The same, with the file."""

    file = forms.FileField(
        label="Fichier",
        help_text="La feuille numérisée (PDF, PNG, JPEG, TIFF), ou le PDF signé électroniquement.",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": "Choisissez le fichier de la copie signée.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
        },
    )
    field_order = ("file", "signed_by", "original_of", "signed_on")
