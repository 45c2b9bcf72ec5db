"""When a caisse announces its deadlines, and what became of one that passed unannounced."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from forms_annexes.forms import DressedForm
from notifications.ladder_settings import LONGEST, MOST_RUNGS, Own, ladders
from workflows.french import typeset

_LARGEST_PREPARATION = 120


class OutcomeForm(DressedForm):
    """What somebody found, and did."""

    outcome = forms.CharField(
        label="Suite donnée",
        max_length=300,
        validators=[validate_no_nir],
        help_text="Par exemple : la lettre était partie à temps ; ou ce qui a été fait depuis.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RemindersForm(DressedForm):
    """The rungs of each kind of deadline; an empty answer goes by what holds everywhere."""

    preparation_days = forms.IntegerField(
        label="Jours pour préparer un courrier",
        required=False,
        min_value=0,
        max_value=_LARGEST_PREPARATION,
        help_text="Toutes les alertes avancent d’autant, sauf celle du dernier jour ouvré.",
    )
    courtesy_enabled = forms.BooleanField(
        label="Rappeler aux partenaires la limite pour dénoncer", required=False
    )
    courtesy_days = forms.IntegerField(
        label="Combien de jours avant la limite le partenaire est rappelé",
        required=False,
        min_value=1,
        max_value=LONGEST,
    )

    attestation_enabled = forms.BooleanField(
        label="Demander aux partenaires l’attestation après la fin", required=False
    )
    attestation_days = forms.CharField(
        label="Combien de jours après la fin l’attestation est demandée",
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        common = ladders()
        for code, kind in common.kinds.items():
            usual = ", ".join(map(str, kind.days)) or "aucun"
            self.base_fields[f"days_{code}"] = forms.CharField(
                label=_capital(kind.label),
                required=False,
                max_length=60,
                help_text=typeset(
                    f"Jours avant l’échéance, du plus grand au plus petit. Vide : {usual}. "
                    "« aucun » : le dernier jour ouvré seulement."
                ),
            )
        usual = ", ".join(map(str, common.attestation.days))
        self.base_fields["attestation_days"].help_text = typeset(
            "Du plus petit au plus grand : la première fois, puis chaque relance. Là seulement où "
            f"la convention demande une attestation, et tant qu’elle manque. Vide : {usual}."
        )
        super().__init__(*args, **kwargs)

    @staticmethod
    def from_own(own: Own) -> dict[str, Any]:
        """What the fields show of what the caisse decided."""
        enabled, asked = own.courtesy.enabled, own.attestation.enabled
        return {
            "preparation_days": own.preparation_days,
            "courtesy_enabled": ladders().courtesy.enabled if enabled is None else enabled,
            "courtesy_days": own.courtesy.days,
            "attestation_enabled": ladders().attestation.enabled if asked is None else asked,
            "attestation_days": ", ".join(map(str, own.attestation.days or ())),
            **{
                f"days_{code}": ", ".join(map(str, days)) or "aucun"
                for code, days in own.days.items()
            },
        }

    def clean(self) -> dict[str, Any]:
        """Read each list of days, and tell what is wrong beside its own field."""
        answers = super().clean() or self.cleaned_data
        for code in ladders().kinds:
            name = f"days_{code}"
            text = str(answers.get(name, "")).strip()
            try:
                answers[name] = _days(text) if text else None
            except ValidationError as fault:
                self.add_error(name, fault)
        text = str(answers.get("attestation_days", "")).strip()
        try:
            answers["attestation_days"] = _rising_days(text) if text else None
        except ValidationError as fault:
            self.add_error("attestation_days", fault)
        return answers

    @property
    def content(self) -> Mapping[str, Any]:
        """The answers as the setting of the caisse holds them."""
        answers = self.cleaned_data
        content: dict[str, Any] = {}
        if answers["preparation_days"] is not None:
            content["preparation_days"] = answers["preparation_days"]
        days = {code: answers[f"days_{code}"] for code in ladders().kinds}
        if own := {code: list(said) for code, said in days.items() if said is not None}:
            content["days"] = own
        courtesy: dict[str, Any] = {}
        if answers["courtesy_enabled"] != ladders().courtesy.enabled:
            courtesy["enabled"] = answers["courtesy_enabled"]
        if answers["courtesy_days"] is not None:
            courtesy["days"] = answers["courtesy_days"]
        if courtesy:
            content["courtesy"] = courtesy
        attestation: dict[str, Any] = {}
        if answers["attestation_enabled"] != ladders().attestation.enabled:
            attestation["enabled"] = answers["attestation_enabled"]
        if answers["attestation_days"] is not None:
            attestation["days"] = list(answers["attestation_days"])
        if attestation:
            content["attestation"] = attestation
        return content


def _days(text: str) -> tuple[int, ...]:
    """« 120, 60, 15 » as numbers; « aucun » as none. Raises ``ValidationError``."""
    if text.lower() == "aucun":
        return ()
    days = _numbers(text, "« 120, 60, 15 », ou « aucun »", "avant l’échéance")
    if list(days) != sorted(set(days), reverse=True):
        raise ValidationError(
            typeset("Du plus grand au plus petit, sans répétition : « 120, 60, 15 ».")
        )
    return days


def _rising_days(text: str) -> tuple[int, ...]:
    """« 1, 30, 60 » as numbers. Raises ``ValidationError``."""
    days = _numbers(text, "« 1, 30, 60 »", "après la fin")
    if list(days) != sorted(set(days)):
        raise ValidationError(
            typeset("Du plus petit au plus grand, sans répétition : « 1, 30, 60 ».")
        )
    return days


def _numbers(text: str, example: str, place: str) -> tuple[int, ...]:
    parts = text.replace(";", " ").replace(",", " ").split()
    if not parts or not all(part.isascii() and part.isdecimal() for part in parts):
        raise ValidationError(typeset(f"Écrivez des nombres de jours, {example}."))
    days = tuple(int(part[:6]) for part in parts)
    if not all(1 <= day <= LONGEST for day in days) or len(days) > MOST_RUNGS:
        raise ValidationError(
            typeset(f"De 1 à {LONGEST} jours {place}, {MOST_RUNGS} alertes au plus.")
        )
    return days


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
