"""What an agent types back from the directory."""

from __future__ import annotations

from typing import Any

from django import forms

from forms_annexes.forms import DressedForm
from workflows import clock


class DoneForm(DressedForm):
    """The day on which something was done by hand."""

    done_on = forms.DateField(
        label="Date",
        help_text="Le jour où c’est fait. Il ne peut être à venir.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Indiquez le jour où c’est fait.",
            "invalid": "Cette date n’existe pas. Attendu : JJ/MM/AAAA.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = clock.today()


class RegisteredForm(DoneForm):
    """The identifier that the directory gave, with the day."""

    identifier = forms.CharField(
        label="Identifiant obtenu",
        max_length=64,
        help_text="Recopié de l’annuaire, sans espace.",
        error_messages={"required": "Recopiez l’identifiant donné par l’annuaire."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["identifier", "done_on"]


class HolderForm(DoneForm):
    """The number under which the register knows the holder, with the day."""

    identifier = forms.CharField(
        label="Numéro obtenu",
        max_length=50,
        help_text="Le n° tiers, recopié du registre.",
        error_messages={"required": "Recopiez le numéro donné par le registre."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["identifier", "done_on"]
