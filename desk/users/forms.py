"""What the lists of named users are narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse, Partner
from workflows import clock
from workflows.french import typeset
from workflows.habilitation import HabilitationStatus

DORMANT = "inactivite"
"""A choice of the list that is no state: proposed to be closed for want of use."""

DORMANT_SOON = "bientot"
"""Another: warned, the delay is about to be over."""


class UsersForm(forms.Form):
    """What the list of users is narrowed to; empty, the list is whole."""

    q = forms.CharField(label="Nom, identifiant ou partenaire", required=False, max_length=200)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            (DORMANT, "À proposer à la fermeture (inactivité)"),
            (DORMANT_SOON, "Bientôt inactif"),
            *((status.value, status.label) for status in HabilitationStatus),
        ],
    )
    service = forms.ChoiceField(label="Service", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )

    partenaire = forms.ModelChoiceField(
        Partner.objects.none(), required=False, widget=forms.HiddenInput
    )
    """Given by the page of a partner; hidden, and seen above the list."""

    def __init__(
        self,
        *args: Any,
        caisses: QuerySet[Caisse],
        services: dict[str, str],
        partners: QuerySet[Partner],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, caisses, services)
        partenaire: Any = self.fields["partenaire"]
        partenaire.queryset = partners


class AccessOnForm(forms.Form):
    """The day asked about, and the instant whose knowledge counts."""

    le = forms.DateField(
        label="Jour",
        help_text="Qui pouvait entrer ce jour-là.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Indiquez le jour. Attendu : JJ/MM/AAAA.",
            "invalid": "Cette date n’existe pas. Attendu : JJ/MM/AAAA.",
        },
    )
    connu = forms.DateTimeField(
        label="Tel qu’on le savait le",
        required=False,
        help_text="Vide : d’après tout ce qui est connu maintenant.",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        error_messages={"invalid": "Cet instant n’existe pas. Attendu : JJ/MM/AAAA HH:MM."},
    )
    service = forms.ChoiceField(label="Service", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )
    partenaire = forms.CharField(label="Partenaire", required=False, max_length=200)

    def __init__(
        self, *args: Any, caisses: QuerySet[Caisse], services: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, caisses, services)

    def clean_le(self) -> Any:
        """A day within the years of acts, that can be foreseen."""
        day = self.cleaned_data["le"]
        if not 1900 <= day.year <= clock.today().year + 2:
            raise forms.ValidationError(
                typeset(f"Hors des années connues : 1900 à {clock.today().year + 2}.")
            )
        return day

    def clean_connu(self) -> Any:
        """An instant that has come: nothing is known of later."""
        known_at = self.cleaned_data["connu"]
        if known_at is not None and known_at > clock.now():
            raise forms.ValidationError(
                "Cet instant est à venir. Laissez vide pour ce qui est connu maintenant."
            )
        return known_at


def _dress(form: forms.Form, caisses: QuerySet[Caisse], services: dict[str, str]) -> None:
    caisse: Any = form.fields["caisse"]
    caisse.queryset = caisses
    service: Any = form.fields["service"]
    service.choices = [("", "Tous"), *services.items()]
    for field in form.fields.values():
        css = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
        field.widget.attrs["class"] = css
