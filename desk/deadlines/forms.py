"""What the deadlines of the portfolio are narrowed to."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from contracts.models import Caisse, Convention, User
from contracts.rules import agents_of
from contracts.services.deadline_portfolio import Asked
from contracts.services.rulebooks import published_rulebooks
from contracts.services.visibility import codes_with
from desk.deadlines.words import BY, KINDS
from desk.portfolio.forms import MINE, NONE
from desk.templatetags.figures import month_in_words
from forms_annexes.forms import DressedForm
from workflows.calendar import add_months

MONTHS = 24
"""How far ahead the drawings go, and the months that can be chosen."""

_ONE_DAY = timedelta(days=1)
_DATE: dict[str, Any] = {"attrs": {"type": "date"}, "format": "%Y-%m-%d"}


class DeadlinesForm(DressedForm):
    """Kind, caisse, service, and the day that counts; what cannot be read narrows nothing."""

    nature = forms.ChoiceField(
        label="Nature", required=False, choices=[("", "Toutes"), *KINDS.items()]
    )
    service = forms.ChoiceField(label="Service", required=False)
    caisse = forms.ModelChoiceField(
        Caisse.objects.none(),
        label="Caisse",
        required=False,
        empty_label="Toutes",
        to_field_name="code",
    )
    selon = forms.ChoiceField(
        label="Jour qui compte",
        required=False,
        choices=[("", "La limite"), ("ouvre", "Le dernier jour ouvré")],
    )

    suivi = forms.ChoiceField(label="Suivie par", required=False)

    def __init__(
        self,
        *args: Any,
        today: date,
        caisses: QuerySet[Caisse],
        user: User,
        **kwargs: Any,
    ) -> None:
        # Its choices come before the fields are dressed, which asks for their errors.
        self.base_fields = deepcopy(self.base_fields)
        self.today, self.user = today, user
        others = agents_of(caisses, today).exclude(pk=user.pk)
        self.base_fields["suivi"].choices = [
            ("", "Tous"),
            (MINE, "Moi"),
            (NONE, "Personne"),
            *((str(one.pk), one.get_full_name()) for one in others),
        ]
        self.base_fields["service"].choices = [("", "Tous"), *_services()]
        self.base_fields["caisse"].queryset = caisses
        if caisses.count() < 2:
            del self.base_fields["caisse"]
        super().__init__(*args, **kwargs)

    def narrowed(self, conventions: QuerySet[Convention]) -> QuerySet[Convention]:
        """The conventions whose deadlines are wanted."""
        asked = self._read
        if caisse := asked.get("caisse"):
            conventions = conventions.filter(caisse=caisse)
        if service := asked.get("service"):
            conventions = conventions.filter(rulebook_code__in=codes_with({service}))
        if person := asked.get("suivi"):
            followed = {MINE: self.user.pk, NONE: None}.get(person, person)
            conventions = conventions.filter(assignee=followed)
        return conventions

    def asked(self, first: date, last: date | None) -> Asked:
        """The deadlines wanted from one day to another, both included."""
        kind = self._read.get("nature")
        by: Any = BY[self._read.get("selon") or "limite"]
        return Asked(first, last, by, (kind,) if kind else ())

    @property
    def _read(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data


class ListForm(DeadlinesForm):
    """The same over a period; without one, from today on."""

    du = forms.DateField(
        label="Du",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    au = forms.DateField(
        label="Au",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def period(self) -> tuple[date, date | None]:
        """Its first and its last day; no last day as long as none is asked for."""
        return self._read.get("du") or self.today, self._read.get("au")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("du") or self.today, cleaned.get("au")
        if last and last < first:
            self.add_error("au", "Ce jour vient avant le début de la période.")
            cleaned.pop("au", None)
        return cleaned


class MonthForm(DeadlinesForm):
    """The same in one month: this one, unless another is asked for."""

    mois = forms.ChoiceField(label="Mois", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.base_fields = deepcopy(self.base_fields)
        months = [add_months(today.replace(day=1), number) for number in range(MONTHS + 1)]
        self.base_fields["mois"].choices = [
            (f"{month:%Y-%m}", month_in_words(month)) for month in months
        ]
        super().__init__(*args, today=today, **kwargs)

    @property
    def month(self) -> date:
        """Its first day."""
        asked = self._read.get("mois")
        return date.fromisoformat(f"{asked}-01") if asked else self.today.replace(day=1)

    @property
    def neighbours(self) -> tuple[str, str]:
        """The months before and after, as addresses write them; empty beyond those chosen from."""
        known = [code for code, _ in self.fields["mois"].choices]
        place = known.index(f"{self.month:%Y-%m}")
        before = known[place - 1] if place else ""
        return before, known[place + 1] if place + 1 < len(known) else ""


def last_day_of(month: date) -> date:
    """The last day of a month given by its first."""
    return add_months(month, 1) - _ONE_DAY


def _services() -> list[tuple[str, str]]:
    """Every service of the rulebooks with its name, in the order of the names."""
    named = {
        service.code: service.label
        for row in published_rulebooks()
        for service in row.rulebook.services
    }
    return sorted(named.items(), key=lambda pair: pair[1])
