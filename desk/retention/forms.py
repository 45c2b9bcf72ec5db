"""The forms of keeping: a hold, its lifting, a list, a visa."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from contracts.identifiers import validate_no_nir
from contracts.models.retention import LONGEST_REASON
from desk.event_fields import a_date
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import typeset


class _Reasoned(DressedForm):
    """An act that says why, and is done once however often its page is sent."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Motif",
        max_length=LONGEST_REASON,
        validators=[validate_no_nir],
        help_text=typeset("Il reste au dossier. Sans nom de personne."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @staticmethod
    def blank() -> dict[str, Any]:
        """The values of a form nobody has filled."""
        return {"identifier": uuid4()}


class HoldForm(_Reasoned):
    """A hold on a convention, or on all those of its partner."""

    scope = forms.ChoiceField(
        label="Ce qui est gelé",
        choices=[
            ("convention", "Le dossier de cette convention"),
            ("partner", "Tous les dossiers de ce partenaire"),
        ],
        widget=forms.RadioSelect,
        initial="convention",
    )

    field_order = ("scope", "reason", "identifier")


class HoldThingForm(_Reasoned):
    """A hold on what is kept beside the files of conventions."""


class LiftForm(_Reasoned):
    """The lifting of a hold."""


class GiveUpForm(_Reasoned):
    """A list that goes no further."""


class VisaForm(DressedForm):
    """The visa of the archives on a list."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)
    reference = forms.CharField(
        label="Référence du visa",
        max_length=120,
        validators=[validate_no_nir],
        help_text=typeset("Telle que les archives l’ont écrite : « Visa 2031-0147 »."),
    )
    dated = a_date("Date du visa", "Celle que porte le document.")
    document = forms.FileField(label="Bordereau visé", help_text="PDF ou image.")

    @staticmethod
    def blank() -> dict[str, Any]:
        """The values of a form nobody has filled."""
        return {"identifier": uuid4(), "dated": clock.today()}
