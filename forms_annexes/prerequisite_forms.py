"""The forms about the papers without which no access may be given."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from django import forms

from contracts.models import Convention
from forms_annexes.forms import DressedForm, UploadField
from forms_annexes.models import PrerequisiteDocument
from forms_annexes.models.prerequisites import PrerequisiteRefusal
from forms_annexes.services.prerequisite_papers import Said
from forms_annexes.services.prerequisites import wanted_of
from workflows import clock


def _day(label: str, help_text: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"invalid": "Écrivez une date comme 14/10/2026."},
    )


def _choice(field: forms.Field, choices: list[tuple[str, str]]) -> forms.Field:
    chosen = deepcopy(field)
    assert isinstance(chosen, forms.ChoiceField)
    chosen.choices = choices
    return chosen


class PaperForm(DressedForm):
    """What a paper says."""

    given_by = forms.CharField(
        label="Qui donne cette pièce",
        help_text="Sa fonction, sans son nom : « président du conseil départemental ».",
        max_length=200,
    )
    first_day = _day("Premier jour", "Le jour à partir duquel elle vaut, par exemple 14/10/2026.")
    last_day = _day(
        "Dernier jour",
        "Le dernier jour où elle vaut. Laissez vide si elle n’a pas de fin.",
        required=False,
    )
    service = forms.ChoiceField(
        label="Service", help_text="Celui pour lequel elle est donnée.", required=False
    )

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        # What is asked depends on the convention, and answers are read as soon as the form is made.
        self.base_fields = dict(self.asked_of(convention))
        super().__init__(*args, **kwargs)

    @classmethod
    def asked_of(cls, convention: Convention) -> Iterator[tuple[str, forms.Field]]:
        """The fields that this convention makes sense of, each with its choices."""
        services = [(one.code, one.label) for one in convention.rules.services]
        wanted = [(one.document, one.label) for one in wanted_of(convention)]
        for name, field in cls.base_fields.items():
            if name == "service":
                if len(services) > 1:
                    yield name, _choice(field, [("", "Tous"), *services])
            elif name == "document":
                if len(wanted) > 1:
                    yield name, _choice(field, wanted)
            else:
                yield name, field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "Le dernier jour précède le premier. Vérifiez-les.")
        received = cleaned.get("received_on")
        if received and received > clock.today():
            self.add_error("received_on", "La date de réception est à venir. Vérifiez-la.")
        return cleaned

    @property
    def said(self) -> Said:
        """What was typed, once valid."""
        given = self.cleaned_data
        return Said(
            given["given_by"],
            given["first_day"],
            given["last_day"],
            given.get("service", ""),
            given.get("received_on"),
        )


def said_by(paper: PrerequisiteDocument) -> dict[str, Any]:
    """What the form shows of a paper already given."""
    names = ("given_by", "first_day", "last_day", "service", "received_on")
    return {name: getattr(paper, name) for name in names}


class DepositForm(PaperForm):
    """A paper that the partner gives."""

    document = forms.ChoiceField(label="Pièce")
    file = UploadField(
        label="Fichier",
        help_text="PDF, PNG ou JPEG, 10\N{NO-BREAK SPACE}Mo au plus.",
        error_messages={"required": "Choisissez le fichier de la pièce."},
    )

    field_order = ("document", "given_by", "first_day", "last_day", "service", "file")

    def __init__(self, *args: Any, convention: Convention, **kwargs: Any) -> None:
        super().__init__(*args, convention=convention, **kwargs)
        wanted = wanted_of(convention)
        self._only = wanted[0].document if len(wanted) == 1 else ""

    @property
    def asked(self) -> str:
        """Code of the paper that is given, once valid."""
        return self._only or str(self.cleaned_data.get("document", ""))


class ReceivedForm(DepositForm):
    """A paper that came by mail or by post, entered by the caisse."""

    received_on = _day("Reçue le", "Le jour de son arrivée à la caisse, par exemple 14/10/2026.")


class CheckForm(PaperForm):
    """What the agent reads on the paper."""

    received_on = _day("Reçue le", "Le jour de son arrivée à la caisse.")


class CorrectionForm(CheckForm):
    """What a paper says, read again, or since it changed."""

    why = forms.CharField(
        label="Pourquoi cette correction",
        help_text="Par exemple : date mal lue ; délégation retirée par lettre du 3 mars 2026.",
        max_length=300,
    )


class PaperRefusalForm(DressedForm):
    """Why a paper does not do."""

    reason = forms.ChoiceField(
        label="Motif du refus",
        choices=[("", "Choisir"), *PrerequisiteRefusal.choices],
        error_messages={"required": "Choisissez le motif du refus."},
    )
    note = forms.CharField(
        label="Précision, telle que le partenaire la lira",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == PrerequisiteRefusal.OTHER and not cleaned.get("note"):
            self.add_error("note", "Dites le motif du refus.")
        return cleaned
