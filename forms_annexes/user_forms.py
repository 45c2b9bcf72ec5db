"""The forms by which a partner tells what becomes of its users."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from access.models import Habilitation
from access.services.habilitations import CannotGrant, check_scope
from forms_annexes.forms import DressedForm
from forms_annexes.services.modifiable import Modifiable
from workflows import clock
from workflows.french import typeset
from workflows.habilitation import territory_of
from workflows.input_faults import Wrong
from workflows.scopes import EVERYWHERE, Scope, scope_of, why_wider

_WHOLE = "Tout le territoire du service"


def day_field(label: str, help_text: str, **more: Any) -> forms.DateField:
    """A civil date, typed as French people write it."""
    return forms.DateField(
        label=typeset(label),
        help_text=typeset(help_text),
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Indiquez le jour, par exemple 14/10/2026.",
            "invalid": "Écrivez une date comme 14/10/2026.",
        },
        **more,
    )


_OUT_OF_DATE = dict.fromkeys(
    ("required", "invalid", "min_value", "max_value"),
    "La page envoyée n’est pas celle attendue. Rechargez-la, puis recommencez.",
)


class _Gesture(DressedForm):
    """What is done once however often it is sent."""

    identifier = forms.UUIDField(widget=forms.HiddenInput, error_messages=_OUT_OF_DATE)

    @classmethod
    def blank(cls, right: Habilitation) -> dict[str, Any]:
        """What the page starts from."""
        return {"identifier": uuid4(), "seen_revision": right.revision, "on": clock.today()}


class DepartureForm(_Gesture):
    """On which day a user leaves."""

    seen_revision = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, error_messages=_OUT_OF_DATE
    )
    leaves_on = day_field(
        "Jour du départ",
        "Le premier jour où la personne n’a plus à entrer dans le service. Il peut être passé.",
    )


class ReplacementForm(DressedForm):
    """On which day the replaced user leaves; asked unless it is known."""

    leaves_on = day_field(
        "Jour du départ de la personne remplacée",
        "Le premier jour où elle n’a plus à entrer dans le service. Il peut être passé.",
    )

    def __init__(self, *args: Any, known: date | None = None, **kwargs: Any) -> None:
        if known is not None:
            self.base_fields = {}
        super().__init__(*args, **kwargs)


class LossForm(_Gesture):
    """What happened to the credentials, and when.

    Whatever moved since the page was shown, lost credentials are to be shut out: no page is too
    old to say so.
    """

    circumstance = forms.ChoiceField(
        label=typeset("Que s’est-il passé ?"),
        choices=[("loss", "Perdus ou oubliés"), ("theft", "Volés, ou connus de quelqu’un d’autre")],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites s’ils sont perdus ou volés."},
    )
    on = day_field("Depuis quel jour ?", "Aujourd’hui si vous ne savez pas.")

    def clean_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError("Ce jour est à venir. Indiquez aujourd’hui ou avant.")
        return day


class RemovalForm(DressedForm):
    """Who is removed, ticked from the list, and from which day."""

    users = forms.MultipleChoiceField(
        label="Personnes à retirer",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins une personne dans la liste.",
            "invalid_choice": "Cette personne n’est plus dans la liste. Rechargez la page.",
        },
    )
    leaves_on = day_field(
        "Retirer à partir du",
        "Le premier jour sans accès, le même pour toutes les personnes choisies.",
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        # The fields of the class are everybody's: the list of users is this partner's alone.
        self.base_fields = deepcopy(self.base_fields)
        users: Any = self.base_fields["users"]
        users.choices = list(choices)
        super().__init__(*args, **kwargs)


class LeavingForm(DressedForm):
    """From which day the persons chosen before are removed."""

    leaves_on = day_field(
        "Retirer à partir du",
        "Le premier jour sans accès, le même pour toutes les personnes choisies.",
    )


class ModificationForm(DressedForm):
    """Another profile, another territory: what the rules of the convention offer."""

    def __init__(self, *args: Any, right: Habilitation, offered: Modifiable, **kwargs: Any) -> None:
        self.right, self.offered = right, offered
        self.base_fields = dict(_fields_of(offered))
        kwargs.setdefault("initial", _initial_of(right))
        super().__init__(*args, **kwargs)

    @property
    def profile(self) -> str:
        """Number of the profile chosen; empty where none is asked."""
        return str(self.cleaned_data.get("profile", ""))

    @property
    def scope(self) -> Scope | None:
        """The territory chosen; None where none is asked."""
        return self._scope if self.offered.scope else None

    def clean(self) -> dict[str, Any]:
        """Refuse what is no territory, and one wider than the service's."""
        cleaned = super().clean()
        if not self.offered.scope or self.errors:
            return cleaned
        first = "establishments" if self.offered.establishments else "departement"
        try:
            self._scope = Scope(
                departement=cleaned.get("departement", ""),
                circonscription=cleaned.get("circonscription", "").strip(),
                establishments=tuple(cleaned.get("establishments", ())),
            )
            check_scope(self.right.convention, self._scope)
        except (Wrong, CannotGrant) as refused:
            self.add_error(first, typeset(f"{refused}"))
            return cleaned
        territory = territory_of(self.right.convention.rules, self.right.service)
        if why := why_wider(self._scope, territory):
            self.add_error(first, why)
        return cleaned

    _scope: Scope = EVERYWHERE


def _fields_of(offered: Modifiable) -> Iterable[tuple[str, forms.Field]]:
    if offered.profiles:
        choices = [(number, f"{number}. {label}") for number, label in offered.profiles]
        yield (
            "profile",
            forms.ChoiceField(
                label="Profil", choices=choices, widget=forms.RadioSelect, required=True
            ),
        )
    if offered.departements:
        departements = [("", _WHOLE), *((code, code) for code in offered.departements)]
        yield (
            "departement",
            forms.ChoiceField(label="Département", choices=departements, required=False),
        )
    if offered.departements and offered.circonscription:
        yield (
            "circonscription",
            forms.CharField(
                label="Circonscription",
                help_text="Son code dans ce département. Vide : tout le département.",
                required=False,
                max_length=40,
            ),
        )
    if offered.establishments:
        yield (
            "establishments",
            forms.MultipleChoiceField(
                label="Établissements",
                help_text="Aucun choisi : tous ceux de la convention.",
                choices=offered.establishments,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            ),
        )


def _initial_of(right: Habilitation) -> dict[str, Any]:
    scope = scope_of(right.scope)
    return {
        "profile": right.profile,
        "departement": scope.departement,
        "circonscription": scope.circonscription,
        "establishments": list(scope.establishments),
    }
