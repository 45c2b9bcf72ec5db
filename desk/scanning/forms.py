"""What is asked of a scanned batch."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms

from contracts.models import Caisse
from forms_annexes.forms import DressedForm


class BatchForm(DressedForm):
    """The file that came from the scanner, and whose paper it is."""

    caisse = forms.ModelChoiceField(
        label="Caisse", queryset=Caisse.objects.none(), empty_label="Choisissez"
    )
    file = forms.FileField(
        label="Lot numérisé",
        help_text="Un seul PDF, 600 pages et 250 Mo au plus, les documents dans n’importe quel "
        "ordre, droits ou à l’envers.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
        error_messages={
            "required": "Choisissez le PDF du lot.",
            "empty": "Ce fichier est vide. Numérisez le lot de nouveau.",
        },
    )

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        asked = self.base_fields["caisse"]
        asked.queryset = caisses
        self.only_caisse = caisses[0] if len(caisses) == 1 else None
        if self.only_caisse is not None:
            asked.widget = forms.HiddenInput()
            asked.initial = self.only_caisse
        super().__init__(*args, **kwargs)
