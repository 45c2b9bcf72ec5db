"""The form of an event: its fields, and the fact that they make."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from contracts.identifiers import validate_no_nir
from contracts.models import EvidenceFile
from contracts.models.evidence import CONTENT_TYPES
from desk.kept_proofs import carried, name_kept, read_kept
from desk.recordable import Event, silent_topics
from workflows import clock, facts
from workflows.acts import Act
from workflows.deadline_acts import TOPICS
from workflows.facts import FactError
from workflows.french import date_in_words, typeset
from workflows.journal import JournalEntry
from workflows.questions import Question
from workflows.rulebook import LetterForm, Rulebook
from workflows.subject_acts import SubjectAct
from workflows.subjects import StaleForm
from workflows.timeline import Timeline

_LETTER_FORMS = {
    LetterForm.REGISTERED_LETTER: "Lettre recommandée avec avis de réception",
    LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER: "Lettre recommandée électronique qualifiée",
    LetterForm.SERVED_BY_COMMISSAIRE_DE_JUSTICE: "Acte de commissaire de justice",
    LetterForm.HAND_DELIVERED_LETTER: "Remise en main propre",
    LetterForm.ORDINARY_LETTER: "Lettre simple",
    LetterForm.EMAIL: "Courriel",
}
_OUTCOMES = (
    ("", "Pas encore connue"),
    ("delivered", "Remise au destinataire"),
    ("refused", "Refusée par le destinataire"),
    ("unclaimed", "Non réclamée, revenue à l’expéditeur"),
)
_BASES = (
    ("transmission", "La déclaration a été transmise"),
    ("not_applicable", typeset("Sans objet : le traitement ne se déclare pas")),
)


class EventForm(forms.Form):
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
    kept_proof = forms.CharField(widget=forms.HiddenInput, required=False)
    """The proof already given, signed, so that it need not be given twice."""
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    """The answers whose consequences were shown: none others are confirmed."""

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
        _choose_among(self.fields, timeline)
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

    @property
    def kept_name(self) -> str:
        """The name of the proof already given; empty without one."""
        return name_kept(self["kept_proof"].value())

    def clean(self) -> dict[str, Any]:
        """Refuse what must never be kept, and read the proof given before."""
        cleaned = super().clean() or {}
        for name in ("reference", "reason", "reasons", "task", "ground"):
            if cleaned.get(name):
                try:
                    validate_no_nir(cleaned[name])
                except ValidationError as refused:
                    self.add_error(name, refused)
        read_kept(self, cleaned)
        return cleaned

    def keep(self, proof: EvidenceFile) -> None:
        """Remember a stored proof for the confirmation."""
        self.data = self.data.copy()
        self.data["kept_proof"] = carried(proof)
        self.cleaned_data["kept"] = proof

    @property
    def was_shown(self) -> bool:
        """Whether the consequences of these very answers were shown."""
        return bool(self.cleaned_data.get("shown") == self._answers())

    def show(self) -> None:
        """Remember that the consequences of these answers are shown."""
        self.data = self.data.copy()
        self.data["shown"] = self._answers()

    def _answers(self) -> str:
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


def parties_of(rulebook: Rulebook) -> list[tuple[str, str]]:
    """The parties as a field offers them: their role, and « La caisse »."""
    return [
        (party.role, f"{party.designation[:1].upper()}{party.designation[1:]}")
        for party in rulebook.parties
    ]


def event_field(
    name: str, parties: list[tuple[str, str]], question: Question | None = None
) -> forms.Field:
    """The field under which a part of an event is asked."""
    if name == "answer" and question is not None:
        answers = [(answer.code, answer.label) for answer in question.kind_text.answers]
        return forms.ChoiceField(label="Réponse", choices=answers, widget=forms.RadioSelect)
    make = _FIELDS.get(name)
    if make is not None:
        return make()
    label = {"party": "Qui a signé ?", "by": "Qui l’a envoyée ?"}[name]
    return forms.ChoiceField(label=typeset(label), choices=parties)


def _choose_among(fields: Mapping[str, Any], timeline: Timeline) -> None:
    """Offer what this convention leaves unsaid, and the deadlines set on it."""
    if "topic" in fields:
        topics = silent_topics(timeline.rulebook)
        fields["topic"].choices = [(topic, TOPICS[topic]) for topic in topics]
    if "of" in fields:
        fields["of"].choices = [
            (one.act, f"{one.task}, {date_in_words(one.due_on)}") for one in timeline.data.hand_set
        ]


def a_date(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


_FIELDS: Mapping[str, Callable[[], forms.Field]] = {
    "on": lambda: a_date("Date"),
    "posted_on": lambda: a_date("Postée le", "Le cachet ou la preuve de dépôt.", required=False),
    "first_presented_on": lambda: a_date(
        "Présentée le", "La première présentation.", required=False
    ),
    "received_on": lambda: a_date("Remise le", "La date de l’avis de réception.", required=False),
    "last_day": lambda: a_date("Dernier jour en vigueur", "Il est compris."),
    "form": lambda: forms.ChoiceField(
        label=typeset("Sous quelle forme ?"), choices=list(_LETTER_FORMS.items())
    ),
    "outcome": lambda: forms.ChoiceField(label="Son issue", choices=_OUTCOMES, required=False),
    "basis": lambda: forms.ChoiceField(label="Motif", choices=_BASES),
    "reference": lambda: forms.CharField(label="Référence", max_length=200),
    "reason": lambda: forms.CharField(
        label="Motif",
        max_length=500,
        help_text="Sans nom d’allocataire ni numéro de sécurité sociale.",
        widget=forms.Textarea(attrs={"rows": 3}),
    ),
    "reasons": lambda: forms.CharField(
        label="Motifs",
        max_length=2000,
        help_text="Ce qui fonde la réponse : texte, pièces, jurisprudence.",
        widget=forms.Textarea(attrs={"rows": 5}),
    ),
    "topic": lambda: forms.ChoiceField(label="Ce dont le texte ne dit rien"),
    "of": lambda: forms.ChoiceField(label="Échéance à lever"),
    "task": lambda: forms.CharField(label="Ce qui est à faire", max_length=200),
    "due_on": lambda: a_date("Au plus tard le"),
    "ground": lambda: forms.CharField(
        label="Fondement",
        max_length=300,
        help_text=typeset("La loi, le jugement ou le courrier qui fixe la date : C. civ. 1225."),
    ),
    "agreed_by_all": lambda: forms.BooleanField(label="Toutes les parties sont d’accord"),
}
"""The fields of events by their name, those that name a party left out."""


def _css(field: forms.Field) -> str:
    if isinstance(field, forms.BooleanField) or isinstance(field.widget, forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
