"""The forms of roles and delegations."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from contracts.models import Caisse, Power, User, UserScope
from contracts.models.staff_changes import LONGEST_REASON
from desk.event_fields import a_date
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import typeset


class _ChangeForm(DressedForm):
    """What every change carries: an identifier of its own."""

    identifier = forms.UUIDField(widget=forms.HiddenInput)

    @staticmethod
    def blank() -> dict[str, Any]:
        """The values of a form nobody has filled."""
        return {"identifier": uuid4(), "first_day": clock.today(), "last_day": clock.today()}


class RoleForm(_ChangeForm):
    """A role for somebody, known or not."""

    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Caisse", empty_label=None)
    email = forms.EmailField(label="Adresse électronique professionnelle", max_length=254)
    first_name = forms.CharField(
        label="Prénom",
        required=False,
        max_length=150,
        help_text="Pour une personne qui n’a pas encore de compte.",
    )
    last_name = forms.CharField(label="Nom", required=False, max_length=150)
    role = forms.ChoiceField(label="Rôle", choices=UserScope.Role.choices)
    services = forms.CharField(
        label="Services",
        required=False,
        max_length=400,
        help_text=typeset("Leurs codes, séparés par des espaces. Vide : tous."),
    )
    first_day = a_date("À compter du", "Aujourd’hui au plus tôt.")
    last_day = a_date("Jusqu’au", "Il est compris. Vide : jusqu’à nouvel ordre.", required=False)

    def __init__(self, *args: Any, caisses: Any, services: set[str], **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["caisse"].queryset = caisses
        self.known_services = services
        super().__init__(*args, **kwargs)

    def clean_services(self) -> list[str]:
        """The codes, each known to a published type of convention."""
        codes = str(self.cleaned_data["services"]).replace(",", " ").split()
        if unknown := [code for code in codes if code not in self.known_services]:
            known = ", ".join(sorted(self.known_services)) or "aucun"
            raise ValidationError(
                typeset(f"Service inconnu : {unknown[0][:60]}. Ceux des modèles publiés : {known}.")
            )
        return codes


class EndForm(_ChangeForm):
    """The last day of a role or of a delegation, and why."""

    last_day = a_date("Dernier jour", "Il est compris. Aujourd’hui au plus tôt.")
    reason = forms.CharField(
        label="Motif", max_length=LONGEST_REASON, help_text="Il reste au dossier."
    )


class DelegationForm(_ChangeForm):
    """A power for a period, by a signed paper."""

    caisse = forms.ModelChoiceField(Caisse.objects.none(), label="Caisse", empty_label=None)
    delegated_by = forms.ModelChoiceField(
        User.objects.none(), label="Qui délègue", help_text="La direction de la caisse."
    )
    user = forms.ModelChoiceField(User.objects.none(), label="À qui")
    kind = forms.ChoiceField(label="Pouvoir délégué", choices=Power.Kind.choices)
    first_day = a_date("Du", "Aujourd’hui au plus tôt.")
    last_day = a_date("Au", "Il est compris.")
    reference = forms.CharField(
        label="Référence de la délégation",
        max_length=200,
        help_text=typeset("« Décision du directeur n° 2026-12 ». Elle est citée là où il sert."),
    )
    document = forms.FileField(label="Délégation signée", help_text="PDF ou image.")

    def __init__(self, *args: Any, caisses: Any, users: Any, directors: Any, **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["caisse"].queryset = caisses
        for name, found in (("user", users), ("delegated_by", directors)):
            self.base_fields[name].queryset = found
            self.base_fields[name].label_from_instance = lambda user: user.get_full_name()
        super().__init__(*args, **kwargs)
