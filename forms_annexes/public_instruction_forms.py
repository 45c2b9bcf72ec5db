"""The forms of whoever decides a request made on line before any convention."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms

from contracts.models import Convention, Partner
from forms_annexes.forms import DressedForm
from forms_annexes.models.public_requests import PublicRefusal
from workflows.french import typeset

NEW = "new"


class PublicRefusalForm(DressedForm):
    """Why the request is refused."""

    reason = forms.ChoiceField(
        label="Motif du refus",
        choices=[("", "Choisir"), *PublicRefusal.choices],
        error_messages={"required": "Choisissez le motif du refus."},
    )
    note = forms.CharField(
        label="Précision, telle que la personne la lira",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == PublicRefusal.OTHER and not cleaned.get("note"):
            self.add_error("note", "Dites le motif du refus.")
        return cleaned


class PrepareForm(DressedForm):
    """Whose the convention is, when somebody known may be meant; and whether to open it all the
    same beside another.
    """

    partner_choice = forms.ChoiceField(
        label="Partenaire",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le partenaire."},
    )
    again = forms.BooleanField(
        label="J’ouvre quand même une autre convention du même type", required=False
    )

    def __init__(
        self,
        *args: Any,
        partners: Sequence[Partner],
        known_by_number: bool,
        alive: Sequence[Convention],
        **kwargs: Any,
    ) -> None:
        self.partners = {str(partner.pk): partner for partner in partners}
        self.alive = list(alive)
        self.known_by_number = known_by_number
        self.base_fields = deepcopy(type(self).base_fields)
        choices = [(key, _said(partner)) for key, partner in self.partners.items()]
        if not known_by_number:
            choices.append((NEW, "Un nouveau partenaire"))
        field = self.base_fields["partner_choice"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            # What leaves no choice is not asked.
            field.widget, field.initial = forms.HiddenInput(), choices[0][0]
        if not alive:
            self.base_fields["again"].widget = forms.HiddenInput()
        super().__init__(*args, **kwargs)

    @property
    def partner(self) -> Partner | None:
        """The partner recognised; None when it is a new one."""
        return self.partners.get(self.cleaned_data["partner_choice"])


def _said(partner: Partner) -> str:
    number = f", SIREN {partner.siren}" if partner.siren else ", sans SIREN"
    return typeset(f"{partner.name}{number}")
