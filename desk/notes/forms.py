"""A note for one's colleagues."""

from __future__ import annotations

from django import forms

from contracts.identifiers import validate_no_nir
from contracts.services.notes import LONGEST
from forms_annexes.forms import DressedForm


class NoteForm(DressedForm):
    """One note about a convention."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Ajouter une note",
        max_length=LONGEST,
        help_text="Pour vos collègues seuls : le partenaire ne la voit pas. Sans nom d’allocataire "
        "ni numéro de sécurité sociale. Elle ne s’efface pas.",
        validators=[validate_no_nir],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
