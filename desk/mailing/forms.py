"""What the ledger of messages is narrowed to, and how a dead address is seen to."""

from __future__ import annotations

from typing import Any

from django import forms

from forms_annexes.forms import DressedForm
from notifications.catalogue import kinds
from notifications.models import MessageState
from notifications.recipients import Group


def _a_day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Cette date ne se lit pas. Attendu : JJ/MM/AAAA."},
    )


def _kinds() -> list[tuple[str, Any]]:
    """Every kind of message, under what it is about."""
    parts = [
        (group.value, [(kind.code, kind.label) for kind in kinds() if kind.group is group])
        for group in Group
    ]
    return [("", "Tous"), *((group, listed) for group, listed in parts if listed)]


class LedgerForm(DressedForm):
    """Which messages are looked for."""

    q = forms.CharField(label="Adresse ou convention", required=False, max_length=100)
    nature = forms.ChoiceField(label="Message", required=False, choices=_kinds)
    situation = forms.ChoiceField(
        label="Situation", required=False, choices=[("", "Toutes"), *MessageState.choices]
    )
    du = _a_day("Demandé à partir du")
    au = _a_day("Jusqu’au")


class AddressForm(DressedForm):
    """The address that takes the place of one which receives nothing."""

    address = forms.CharField(
        label="Nouvelle adresse",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Celle que la personne vous a donnée. Si elle a un compte, elle s’en sert aussi "
        "pour se connecter.",
    )
