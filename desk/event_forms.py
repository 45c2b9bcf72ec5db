"""The form of an event: its fields, and the fact that they make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from contracts.models import Convention
from contracts.models.evidence import CONTENT_TYPES
from desk.event_fields import event_field, parties_of, settle_choices
from desk.events import Event
from desk.kept_proofs import KeepsProof, read_kept
from workflows import clock, facts
from workflows.acts import Act
from workflows.facts import FactError
from workflows.french import typeset
from workflows.journal import JournalEntry
from workflows.questions import Question
from workflows.subject_acts import SubjectAct
from workflows.subjects import StaleForm
from workflows.timeline import Timeline


class EventForm(KeepsProof):
    """One event of a convention. ``to_acts`` gives the acts that it makes."""

    identifier = forms.CharField(widget=forms.HiddenInput, max_length=40)
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)
    proof = forms.FileField(
        label="Pièce qui le prouve",
        required=False,
        help_text="Scan ou document, "
        + ", ".join(sorted(set(CONTENT_TYPES.values())))
        + ". Elle reste attachée à l’événement.",
    )

    def __init__(
        self,
        *args: Any,
        event: Event,
        timeline: Timeline,
        question: Question | None = None,
        fixed: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """``fixed`` is what the page already says of the event, dated today: what it is about."""
        super().__init__(*args, **kwargs)
        self.recorded_since: tuple[SubjectAct, ...] = ()
        """What others recorded since the page was shown."""
        self.passed_since: tuple[JournalEntry, ...] = ()
        """What the days alone brought since then."""
        self.event = event
        self.fixed = fixed or {}
        parties = parties_of(timeline.rulebook)
        asked = {name: self.asked_field(name, parties, question) for name in event.fields}
        self.fields = {**asked, **self.fields}
        settle_choices(self.fields, event.kind, timeline)
        self.roles = [role for role, _ in parties]
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", _css(field))

    def asked_field(
        self, name: str, parties: list[tuple[str, str]], question: Question | None
    ) -> forms.Field:
        """The field under which a part of the event is asked."""
        return event_field(name, parties, question)

    @staticmethod
    def blank(revision: int) -> dict[str, Any]:
        """The values of a form nobody has filled: an identifier of its own, today's date."""
        return {
            "identifier": uuid4().hex,
            "seen_revision": revision,
            "on": clock.today(),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse what must never be kept, and read the proof given before."""
        cleaned = super().clean() or {}
        for name in ("reference", "reason", "reasons", "task", "ground", "visa"):
            if cleaned.get(name):
                try:
                    validate_no_nir(cleaned[name])
                except ValidationError as refused:
                    self.add_error(name, refused)
        read_kept(self, cleaned)
        return cleaned

    def clean_convention(self) -> str:
        """The number of a convention that Tacite holds."""
        number = str(self.cleaned_data["convention"]).strip()
        if not Convention.objects.filter(number=number).exists():
            raise ValidationError(
                typeset(
                    "Aucune convention ne porte ce numéro. Attendu : celui de la nouvelle "
                    "convention, tel qu’il est écrit en tête de sa page."
                )
            )
        return number

    def answers_digest(self) -> str:
        """What tells these answers from others."""
        kept = self.cleaned_data.get("kept")
        told = [*sorted(self._fact(told=True).items()), ("proof", kept.pk if kept else None)]
        return sha256(json.dumps(told).encode()).hexdigest()

    def follow(self, revision: int, left_behind: StaleForm) -> None:
        """Show the convention as it is now: the next confirmation is about that one."""
        self.data = self.data.copy()
        self.data["seen_revision"] = revision
        self.recorded_since = left_behind.acts
        self.passed_since = tuple(entry for entry in left_behind.entries if not entry.cause)

    def to_acts(self) -> tuple[Act, ...]:
        """The acts of the event, recorded now; faults go beside their field.

        To be called on a valid form; empty when a fault was added.
        """
        try:
            return facts.read([self._fact()]).acts
        except FactError as wrong:
            put_beside(self, wrong)
            return ()

    def _fact(self, *, told: bool = False) -> dict[str, Any]:
        """The fact; only what the person ``told`` of it, without the instant of recording."""
        cleaned = self.cleaned_data
        fact: dict[str, Any] = {"kind": self.event.kind, "id": cleaned["identifier"]}
        if not told:
            fact["recorded_at"] = clock.now().isoformat()
        if self.fixed:
            fact |= {**self.fixed, "on": clock.today().isoformat()}
        for name in self.event.fields:
            value = cleaned.get(name)
            if name == "agreed_by_all":
                fact["agreed_by"] = self.roles
            elif value not in (None, ""):
                fact[name] = value.isoformat() if hasattr(value, "isoformat") else value
        return fact


def put_beside(form: forms.Form, wrong: FactError) -> None:
    """Put what cannot be read in the facts of a form beside the fields that gave it."""
    for fault in wrong.faults:
        field = fault.key if fault.key in form.fields else None
        words = f"{fault.problem}. " + (f"Attendu : {fault.expected}." if fault.expected else "")
        form.add_error(field, f"{words[:1].upper()}{words[1:]} {fault.advice}".strip())


def _css(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField) or isinstance(field.widget, forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
