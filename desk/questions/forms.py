"""The form above the queue of questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse
from workflows.question_kinds import QUESTION_KINDS

BLOCKING = "oui"
ADVISORY = "non"


class QueueForm(forms.Form):
    """What the queue is narrowed to; empty, it is whole."""

    genre = forms.ChoiceField(
        label="Question",
        required=False,
        choices=[("", "Toutes"), *((kind, one.title) for kind, one in QUESTION_KINDS.items())],
    )
    bloque = forms.ChoiceField(
        label="Effet",
        required=False,
        choices=[("", "Tous"), (BLOCKING, "Bloquante"), (ADVISORY, "Pour information")],
    )
    modele = forms.ChoiceField(label="Type de convention", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )

    def __init__(
        self,
        *args: Any,
        types: Iterable[tuple[str, str]],
        caisses: QuerySet[Caisse],
        **kwargs: Any,
    ) -> None:
        """``types`` is the code of each type of convention with its title."""
        super().__init__(*args, **kwargs)
        self.fields["modele"].choices = [("", "Tous"), *types]
        self.fields["caisse"].queryset = caisses
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"
