"""The form of the desk: looking for a convention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse
from workflows.convention import ConventionStatus

WITH_QUESTION = "question"
"""The choice that is no state: something waits for an answer."""

WITHOUT_CNIL = "cnil"
"""Another: a CNIL declaration is needed, and was not made."""

SET_ASIDE = "mise-de-cote"
"""Another: the last sweep could not bring it up to date."""


class SearchForm(forms.Form):
    """What a list of conventions is narrowed to; empty, the list is whole."""

    q = forms.CharField(label="Numéro, partenaire ou structure", required=False, max_length=200)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            (WITH_QUESTION, "Avec une question"),
            (WITHOUT_CNIL, "Déclaration CNIL attendue"),
            (SET_ASIDE, "Mise de côté par le balayage"),
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
