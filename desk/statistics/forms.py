"""What the statistics are narrowed to."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse
from forms_annexes.forms import DressedForm

PERIODS = {"12": "12 mois", "24": "24 mois", "36": "36 mois"}


class StatisticsForm(DressedForm):
    """How far back, and of which conventions; empty, the last twelve months of all."""

    mois = forms.ChoiceField(label="Période", required=False, choices=list(PERIODS.items()))
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )
    service = forms.ChoiceField(label="Service", required=False)

    def __init__(
        self, *args: Any, caisses: QuerySet[Caisse], services: dict[str, str], **kwargs: Any
    ) -> None:
        # Its choices come before the fields are dressed, which asks for their errors.
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["caisse"].queryset = caisses
        self.base_fields["service"].choices = [("", "Tous"), *services.items()]
        super().__init__(*args, **kwargs)

    @property
    def number_of_months(self) -> int:
        """Twelve where nothing that can be read is asked."""
        return int(self.cleaned_data.get("mois") or 12)
