"""The form of a supposition, and the day from which one looks."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms

from desk.event_fields import a_date, event_field, parties_of, settle_choices
from desk.event_forms import put_beside
from desk.what_if.suppositions import SUPPOSED, Supposition
from forms_annexes.forms import DressedForm
from workflows import clock, facts
from workflows.acts import Act
from workflows.facts import FactError
from workflows.french import typeset
from workflows.timeline import Timeline

MOST = 8
"""Suppositions in one simulation: more are another story."""

_YEARS_AHEAD = 10
_TODAY = frozenset({"decision", "annulment"})
"""Kinds that are dated of the day on which they are supposed."""


class SuppositionForm(DressedForm):
    """One event that has not been recorded. ``to_acts`` gives the acts that it would make."""

    def __init__(
        self, data: Any, *, supposition: Supposition, timeline: Timeline, number: int
    ) -> None:
        """``timeline`` is the life on which it is supposed."""
        self.supposition, self.number = supposition, number
        parties = parties_of(timeline.rulebook)
        self.roles = [role for role, _ in parties]
        self.base_fields = {
            name: deepcopy(event_field(name, parties, supposition.question))
            for name in supposition.fields
        }
        settle_choices(self.base_fields, supposition.event.kind, timeline)
        prefix = f"e{number}"
        filled = data if any(key.startswith(f"{prefix}-") for key in data) else None
        if not self.base_fields:
            filled = {}
        initial = {name: clock.today() for name in ("on", "posted_on")}
        super().__init__(filled, prefix=prefix, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Refuse the days that no projection reaches."""
        cleaned = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, date) and (wrong := _out_of_reach(value)):
                self.add_error(name, wrong)
        return cleaned

    def to_acts(self) -> tuple[Act, ...]:
        """The acts, as if each was recorded on its day, or now when that day is past.

        Faults go beside their field; empty when there is one, or nothing was answered yet.
        """
        if not self.is_bound or not self.is_valid():
            return ()
        event, cleaned = self.supposition.event, self.cleaned_data
        fact: dict[str, Any] = {"kind": event.kind, "id": f"{SUPPOSED}{self.number}"}
        fact |= self.supposition.unsaid | self.supposition.about
        if event.kind in _TODAY:
            fact["on"] = clock.today().isoformat()
        for name in self.supposition.fields:
            value = cleaned.get(name)
            if name == "agreed_by_all":
                fact["agreed_by"] = self.roles
            elif value not in (None, ""):
                fact[name] = value.isoformat() if hasattr(value, "isoformat") else value
        try:
            made = facts.read([fact]).acts
        except FactError as wrong:
            put_beside(self, wrong)
            return ()
        return tuple(replace(act, recorded_at=max(clock.now(), act.recorded_at)) for act in made)


class FromForm(DressedForm):
    """The day from which one looks at both lives."""

    le = a_date("Regarder la convention le", "Vide : aujourd’hui.", required=False)

    def clean_le(self) -> date | None:
        """A day that a projection reaches."""
        day: date | None = self.cleaned_data["le"]
        if day is not None and (wrong := _out_of_reach(day)):
            raise forms.ValidationError(wrong)
        return day


def _out_of_reach(day: date) -> str:
    last = clock.today() + timedelta(days=366 * _YEARS_AHEAD)
    if day.year >= 1900 and day <= last:
        return ""
    return typeset(f"Hors des années que l’on peut supposer : de 1900 à {last.year}.")
