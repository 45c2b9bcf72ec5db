"""Why a proposal is refused."""

from __future__ import annotations

from django import forms

from contracts.models.proposals import LONGEST_REASON
from forms_annexes.forms import DressedForm


class AnswerForm(DressedForm):
    """The answer to a proposal; a refusal says why."""

    reason = forms.CharField(
        label="Motif du refus",
        required=False,
        max_length=LONGEST_REASON,
        help_text="Sans nom d’allocataire ni numéro de sécurité sociale. Il reste au dossier.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
