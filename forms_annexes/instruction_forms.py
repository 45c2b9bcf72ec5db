"""The forms of whoever instructs a request at the caisse."""

from __future__ import annotations

from typing import Any

from django import forms

from forms_annexes.forms import DressedForm, UploadField
from forms_annexes.models.requests import RequestChannel
from forms_annexes.reasons import RefusalReason, ReturnReason


class PaperForm(DressedForm):
    """How an annex came, besides what is written on it."""

    channel = forms.ChoiceField(
        label="Reçue",
        choices=[(c.value, c.label) for c in (RequestChannel.PAPER, RequestChannel.MAIL)],
        widget=forms.RadioSelect,
        initial=RequestChannel.PAPER.value,
    )
    received_on = forms.DateField(
        label="Date de réception",
        help_text="Par exemple 14/10/2026.",
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
    signed_on = forms.DateField(
        label="Date de la signature",
        help_text="Laissez vide si la feuille n’est pas signée.",
        widget=forms.DateInput(format="%d/%m/%Y"),
        required=False,
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )
    scan = UploadField(
        label="Numérisation de l’annexe",
        help_text="PDF, PNG ou JPEG, 10\N{NO-BREAK SPACE}Mo au plus.",
        error_messages={"required": "Choisissez le fichier de l’annexe."},
    )


class GiveBackForm(DressedForm):
    """What is missing."""

    reasons = forms.MultipleChoiceField(
        label="Ce qui manque",
        choices=ReturnReason.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez ce qui manque."},
    )
    note = forms.CharField(
        label="La pièce ou précision attendue, telle que la structure la lira",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if ReturnReason.OTHER in cleaned.get("reasons", ()) and not cleaned.get("note"):
            self.add_error("note", "Dites quelle pièce ou précision manque.")
        return cleaned


class RefusalForm(DressedForm):
    """Why the request is refused."""

    reason = forms.ChoiceField(
        label="Motif du refus",
        choices=[("", "Choisir"), *RefusalReason.choices],
        error_messages={"required": "Choisissez le motif du refus."},
    )
    note = forms.CharField(
        label="Précision, telle que la structure la lira",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == RefusalReason.OTHER and not cleaned.get("note"):
            self.add_error("note", "Dites le motif du refus.")
        return cleaned


class InvitationForm(DressedForm):
    """Who is invited."""

    email = forms.EmailField(
        label="Adresse électronique du directeur",
        error_messages={"invalid": "Écrivez une adresse comme nom@exemple.fr."},
    )
    first_name = forms.CharField(label="Prénom", max_length=150, required=False)
    last_name = forms.CharField(label="Nom", max_length=150, required=False)
