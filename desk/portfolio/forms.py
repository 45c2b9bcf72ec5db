"""What a list of conventions is narrowed to; empty, the list is whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse
from desk.forms import SET_ASIDE, WITH_QUESTION, WITHOUT_CNIL
from desk.portfolio.types import Types
from workflows.convention import ConventionStatus

NONE = "aucune"
"""The choice of those that have no such date, or no such version."""

MINE = "moi"
"""The choice of those that the user looks after."""

WITHOUT_COPY = "copie"
"""A choice of missing piece: no signed copy was deposited."""

_WITHIN = (("30", "30 jours"), ("90", "3 mois"), ("180", "6 mois"), ("365", "12 mois"))


class SearchForm(forms.Form):
    """The search and its facets."""

    q = forms.CharField(
        label="Numéro, partenaire, SIREN, commune ou utilisateur", required=False, max_length=200
    )
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
    service = forms.ChoiceField(label="Service", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )
    prochain = forms.ChoiceField(
        label="Prochain changement",
        required=False,
        choices=[
            ("", "Tous"),
            *((days, f"Dans les {words}") for days, words in _WITHIN),
            (NONE, "Aucune date"),
        ],
    )
    terme = forms.ChoiceField(
        label="Fin de la période",
        required=False,
        choices=[
            ("", "Toutes"),
            *((days, f"Dans les {words}") for days, words in _WITHIN),
            (NONE, "Aucune date"),
        ],
    )
    version = forms.ChoiceField(label="Modèle et version", required=False)
    piece = forms.ChoiceField(
        label="Pièce manquante",
        required=False,
        choices=[
            ("", "Toutes"),
            (WITHOUT_CNIL, "Déclaration CNIL"),
            (WITHOUT_COPY, "Copie signée"),
        ],
    )

    suivi = forms.ChoiceField(
        label="Suivie par",
        required=False,
        choices=[("", "Tous"), (MINE, "Moi"), (NONE, "Personne")],
    )

    ALWAYS_SHOWN = ("etat", "service", "caisse")
    FOLDED = ("prochain", "terme", "version", "piece", "suivi")

    def __init__(self, *args: Any, caisses: QuerySet[Caisse], types: Types, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caisse"].queryset = caisses
        self.fields["service"].choices = [("", "Tous"), *types.services]
        self.fields["version"].choices = [
            ("", "Toutes"),
            *types.versions,
            (NONE, "Pas encore fixée"),
        ]
        self.fields["q"].widget.attrs.update(
            {"class": "form-control", "data-search": "", "autocomplete": "off"}
        )
        for name in (*self.ALWAYS_SHOWN, *self.FOLDED):
            self.fields[name].widget.attrs["class"] = "form-select"

    @property
    def shown(self) -> list[Any]:
        """The facets that are always in sight."""
        return [self[name] for name in self.ALWAYS_SHOWN]

    @property
    def folded(self) -> list[Any]:
        """The others."""
        return [self[name] for name in self.FOLDED]

    @property
    def unfolds(self) -> bool:
        """Whether one of the others is in use."""
        return any(self.data.get(name) for name in self.FOLDED)
