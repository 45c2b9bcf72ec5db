"""The forms of the desk: signing in, and looking for a convention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.db.models import QuerySet

from contracts.models import Caisse
from workflows.convention import ConventionStatus

WITH_QUESTION = "question"
"""The choice that is no state: something waits for an answer."""


class SignInForm(AuthenticationForm):
    """An address and a password."""

    error_messages = {
        "invalid_login": "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, "
        "majuscules comprises, puis recommencez.",
        "inactive": "Ce compte est fermé. Adressez-vous à l’administrateur de votre caisse.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class SearchForm(forms.Form):
    """What a list of conventions is narrowed to; empty, the list is whole."""

    q = forms.CharField(label="Numéro, partenaire ou structure", required=False, max_length=200)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            (WITH_QUESTION, "Avec une question"),
            *((status.value, status.label) for status in ConventionStatus),
        ],
    )
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )

    def __init__(self, *args: Any, caisses: QuerySet[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].queryset = caisses
        self.fields["q"].widget.attrs["class"] = "form-control"
        for name in ("etat", "caisse"):
            self.fields[name].widget.attrs["class"] = "form-select"
