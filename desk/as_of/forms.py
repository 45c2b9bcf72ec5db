"""The day that one looks at, and the instant whose knowledge counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from contracts.models import Caisse
from desk.event_fields import a_date
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import typeset


class AsOfForm(DressedForm):
    """A day, and what one may have known less than now."""

    le = a_date("Jour", "Passé, ou à venir si rien d’autre n’arrive.")
    connu = forms.DateTimeField(
        label="Tel qu’on le savait le",
        required=False,
        help_text="Vide : d’après tout ce qui est connu maintenant.",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        error_messages={"invalid": "Cet instant n’existe pas. Attendu : JJ/MM/AAAA HH:MM."},
    )

    def clean_le(self) -> Any:
        """A day within the years of acts, that can be foreseen."""
        day, last = self.cleaned_data["le"], clock.today().year + 2
        if not 1900 <= day.year <= last:
            raise forms.ValidationError(typeset(f"Hors des années connues : 1900 à {last}."))
        return day

    def clean_connu(self) -> datetime | None:
        """An instant that has come: nothing is known of later."""
        known_at: datetime | None = self.cleaned_data["connu"]
        if known_at is not None and known_at > clock.now():
            raise forms.ValidationError(
                "Cet instant est à venir. Laissez vide pour ce qui est connu maintenant."
            )
        return known_at


ALL, IN_FORCE = "", "en-vigueur"


class ListAsOfForm(AsOfForm):
    """The same for a list, with what narrows it."""

    q = forms.CharField(
        label="Numéro, partenaire, SIREN ou commune", required=False, max_length=200
    )
    etat = forms.ChoiceField(
        label="Lesquelles",
        required=False,
        choices=[
            (ALL, "Toutes celles qui existaient"),
            (IN_FORCE, "En vigueur ce jour-là, d’après ce qu’on sait maintenant"),
        ],
    )
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )
