"""What the statistics of connections are narrowed to, and a file of connections to take in."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from contracts.models import Caisse
from desk.templatetags.figures import month_in_words
from forms_annexes.forms import DressedForm
from workflows.calendar import add_months

MONTHS_SHOWN = 12
MOST_MONTHS = 60
LARGEST_FILE = 20_000_000
"""Bytes: some 200,000 connections. A larger file is for ``manage.py connections import``."""


class StatisticsForm(DressedForm):
    """A period of months, and what of it; empty, it is the last twelve months, whole."""

    depuis = forms.ChoiceField(label="Depuis", required=False)
    jusqu_a = forms.ChoiceField(label="Jusqu’à", required=False)
    service = forms.ChoiceField(label="Service", required=False)
    q = forms.CharField(label="Numéro de convention ou partenaire", required=False, max_length=200)
    profil = forms.ChoiceField(label="Profil", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        services: dict[str, str],
        profiles: dict[str, str],
        caisses: QuerySet[Caisse],
        **kwargs: Any,
    ) -> None:
        # Its choices come before the fields are dressed, which asks for their errors.
        self.base_fields = deepcopy(self.base_fields)
        self.this_month = today.replace(day=1)
        months = [add_months(self.this_month, -number) for number in range(MOST_MONTHS)]
        choices = [(f"{month:%Y-%m}", month_in_words(month)) for month in months]
        self.base_fields["depuis"].choices = [("", "un an avant la fin"), *choices]
        self.base_fields["jusqu_a"].choices = [
            ("", month_in_words(self.this_month)),
            *choices[1:],
        ]
        self.base_fields["service"].choices = [("", "Tous"), *services.items()]
        self.base_fields["profil"].choices = [("", "Tous"), *profiles.items()]
        self.base_fields["caisse"].queryset = caisses
        if not profiles:
            del self.base_fields["profil"]
        if caisses.count() < 2:
            del self.base_fields["caisse"]
        super().__init__(*args, **kwargs)

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last month; that of an answer that cannot be read is not narrowed."""
        last = _month(self.cleaned_data.get("jusqu_a")) or self.this_month
        first = _month(self.cleaned_data.get("depuis")) or add_months(last, 1 - MONTHS_SHOWN)
        return first, last

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = _month(cleaned.get("depuis")), _month(cleaned.get("jusqu_a"))
        if first and first > (last or self.this_month):
            self.add_error("depuis", "Ce mois vient après la fin de la période.")
            cleaned.pop("depuis", None)
        return cleaned


class ConnectionFileForm(DressedForm):
    """A file of connections, and whether it is only tried."""

    caisse = forms.ModelChoiceField(
        Caisse.objects.none(), label="Caisse", to_field_name="code", empty_label=None
    )
    file = forms.FileField(
        label="Fichier CSV",
        help_text="En UTF-8, 20 Mo au plus.",
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "empty": "Ce fichier est vide.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    trial = forms.BooleanField(
        label="Essai : montrer ce qui se passerait, sans rien enregistrer", required=False
    )

    def __init__(self, *args: Any, caisses: QuerySet[Caisse], **kwargs: Any) -> None:
        self.base_fields = deepcopy(self.base_fields)
        self.base_fields["caisse"].queryset = caisses
        super().__init__(*args, **kwargs)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                "Ce fichier dépasse 20 Mo. Coupez-le en plusieurs, avec la même première ligne."
            )
        return file


def _month(text: str | None) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None
