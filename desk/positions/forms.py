"""The form of a position de principe."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from desk.event_fields import a_date
from workflows import clock
from workflows.french import typeset
from workflows.question_kinds import QuestionKind

TAKEN_BACK = "retrait"
"""The choice that is no answer: the questions are asked again, one by one."""


class PositionForm(forms.Form):
    """The answer for all conventions of a type, since when, and why."""

    answer = forms.ChoiceField(label="Position", widget=forms.RadioSelect)
    on = a_date("Arrêtée le", "Le jour de la décision, au plus tard aujourd’hui.")
    reasons = forms.CharField(
        label="Motifs",
        max_length=2000,
        help_text="Ce qui fonde la position : texte, jurisprudence, avis. Ils restent au dossier.",
        widget=forms.Textarea(attrs={"rows": 5, "class": "form-control"}),
    )
    identifier = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    """The answers whose consequences were shown: none others are confirmed."""

    def __init__(self, *args: Any, kind: QuestionKind, standing: str, **kwargs: Any) -> None:
        """``standing`` is the answer that stands, empty without one: it is not offered again."""
        kwargs.setdefault("initial", {"identifier": uuid4(), "on": clock.today()})
        super().__init__(*args, **kwargs)
        choices = [(one.code, one.label) for one in kind.answers if one.code != standing]
        if standing:
            words = typeset("Retirer la position : chaque question est de nouveau à trancher")
            choices.append((TAKEN_BACK, words))
        self.fields["answer"].choices = choices
        self.fields["answer"].widget.attrs["class"] = "form-check-input"
        self.fields["on"].widget.attrs["class"] = "form-control"
        self.fields["reasons"].help_text = typeset(self.fields["reasons"].help_text)

    @property
    def wanted(self) -> str:
        """The answer; empty to take the position back. For a valid form."""
        answer: str = self.cleaned_data["answer"]
        return "" if answer == TAKEN_BACK else answer

    def clean_on(self) -> Any:
        """Refuse a day to come."""
        day = self.cleaned_data["on"]
        if day > clock.today():
            raise ValidationError("Une position ne peut être datée d’un jour à venir.")
        return day

    def clean_reasons(self) -> str:
        """Refuse what must never be kept."""
        reasons: str = self.cleaned_data["reasons"]
        validate_no_nir(reasons)
        return reasons

    @property
    def was_shown(self) -> bool:
        """Whether the consequences of these very answers were shown."""
        return bool(self.cleaned_data.get("shown") == self._answers())

    def show(self) -> None:
        """Remember that the consequences of these answers are shown."""
        self.data = self.data.copy()
        self.data["shown"] = self._answers()

    def _answers(self) -> str:
        told = [str(self.cleaned_data[name]) for name in ("answer", "on", "reasons")]
        return sha256(json.dumps(told).encode()).hexdigest()
