"""To which day the demonstration's clock moves."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from desk.demonstration.shifted_clock import LONGEST
from workflows import clock
from workflows.french import date_in_words, typeset


class DayForm(forms.Form):
    """A day after today."""

    day = forms.DateField(
        label="Nouvelle date",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez la date à laquelle avancer.",
            "invalid": "Cette date n’existe pas. Attendu : jour, mois, année, comme 14/10/2027.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        if self.is_bound and self.errors:
            self.fields["day"].widget.attrs |= {
                "aria-invalid": "true",
                "aria-describedby": "id_day_error",
            }

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        today = clock.today()
        if day <= today:
            raise forms.ValidationError(
                typeset(
                    "L’horloge n’avance que vers l’avenir. Choisissez une date après le "
                    f"{date_in_words(today)}."
                )
            )
        if day > today + LONGEST:
            raise forms.ValidationError(
                typeset(
                    "C’est trop loin : l’horloge avance de dix ans au plus à la fois, donc "
                    f"jusqu’au {date_in_words(today + LONGEST)}."
                )
            )
        return day
