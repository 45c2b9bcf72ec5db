"""What a new calendar address tells of, and whether it reminds."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

from django import forms

from contracts.models import Caisse
from forms_annexes.forms import DressedForm
from notifications.calendars.models import ALARMS

_OWN = "Les conventions que je suis"


class AddressForm(DressedForm):
    """A calendar address to make."""

    identifier = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"invalid": "Rechargez cette page, puis recommencez."},
    )
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(), label="Quelles échéances", required=False, empty_label=_OWN
    )
    alarm_days = forms.TypedChoiceField(
        label="Rappel dans votre agenda",
        choices=list(ALARMS.items()),
        coerce=int,
        help_text="Le matin à 9 h, si votre agenda accepte les rappels d’un abonnement.",
    )

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        chosen = self.base_fields["caisse"]
        chosen.queryset = caisses
        chosen.label_from_instance = lambda caisse: f"Toutes celles de {caisse.name}"
        super().__init__(*args, **kwargs)

    @staticmethod
    def blank() -> dict[str, Any]:
        """The values of a form nobody has filled."""
        return {"identifier": uuid4(), "alarm_days": 0}
