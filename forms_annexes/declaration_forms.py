"""From a kind of declaration, as data, to what Django asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from contracts.models import Site
from forms_annexes.declarations.answers import YES, choices_of
from forms_annexes.declarations.kinds import Kind, Question
from forms_annexes.forms import DressedForm, UploadField
from forms_annexes.models import Declaration
from forms_annexes.models.requests import RequestChannel
from forms_annexes.receiving import Received
from forms_annexes.services.declaring import Told
from workflows import clock
from workflows.french import NO_BREAK_SPACE, typeset
from workflows.rulebook import Rulebook

WHOLE = "whole"
"""The choice that is no structure: the partner as a whole."""

_DATE_ERRORS = {
    "required": typeset("Indiquez la date. Attendu : JJ/MM/AAAA."),
    "invalid": "Écrivez une date comme 14/10/2026.",
}
_FILES = f"PDF, PNG ou JPEG, 10{NO_BREAK_SPACE}Mo au plus."


def _day(label: str, help_text: str = "", **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text or "Par exemple 14/10/2026.",
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages=_DATE_ERRORS,
        **more,
    )


class DeclarationForm(DressedForm):
    """One declaration: the fact, the questions of its kind, the piece."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        rules: Rulebook,
        sites: Sequence[Site],
        whole_partner: bool,
        has_piece: bool = False,
        on_behalf: bool = False,
        **kwargs: Any,
    ) -> None:
        """``sites`` are those about which the user may declare; ``has_piece`` whether a piece is
        already joined; ``on_behalf`` whether an agent copies what came otherwise."""
        self.kind, self.rules, self.sites = kind, rules, list(sites)
        fields: dict[str, forms.Field] = {}
        if on_behalf:
            fields |= _reception_fields()
        if kind.scope == "either" and self.sites:
            fields["site"] = _site_field(self.sites, whole_partner=whole_partner)
        fields |= _fact_fields(kind)
        fields |= {one.code: _question_field(one, rules) for one in kind.asked(rules)}
        if kind.pieces != "none":
            fields["piece"] = _piece_field(
                kind, kind.wants_piece(rules) and not has_piece, on_behalf=on_behalf
            )
        self.base_fields = {**fields, **self.base_fields}
        kwargs["initial"] = {"form_token": uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields to draw, those hidden left out."""
        return list(self.visible_fields())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day, hour = cleaned.get("aware_on"), cleaned.get("aware_time")
        if day is not None and hour is not None:
            cleaned["aware_at"] = datetime.combine(day, hour, tzinfo=clock.PARIS)
        return cleaned

    @property
    def told(self) -> Told:
        """What is declared, of a valid form."""
        cleaned = self.cleaned_data
        chosen = cleaned.get("site", "")
        file = cleaned.get("piece")
        return Told(
            answers={one.code: _text(cleaned.get(one.code)) for one in self.kind.questions},
            declared_on=cleaned.get("declared_on"),
            aware_at=cleaned.get("aware_at"),
            site=next((site for site in self.sites if str(site.pk) == chosen), None),
            files=(file,) if file else (),
        )

    @property
    def received(self) -> Received:
        """How it came, where an agent copies it."""
        cleaned = self.cleaned_data
        return Received(RequestChannel(cleaned["channel"]), cleaned["received_on"])

    def refuse(self, faults: ValidationError) -> None:
        """Show the faults found by what the answers were meant for, each beside its field."""
        shown = {"aware_at": "aware_on"}
        for name, messages in faults.message_dict.items():
            field = shown.get(name, name)
            self.add_error(field if field in self.fields else None, messages)


class HandlingForm(DressedForm):
    """When the caisse did what is asked, and what the partner reads of it."""

    handled_on = _day("Traitée le")
    note = forms.CharField(
        label="Précision, telle que le partenaire la lira (facultatif)",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: Kind, enters_label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handled_on"].label = kind.handled_label
        if enters_label:
            self.fields["enters"] = forms.BooleanField(
                label=enters_label,
                required=False,
                initial=True,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
            )

    @property
    def enters(self) -> bool:
        """Whether the agent has what follows entered, where there is a choice."""
        return bool(self.cleaned_data.get("enters", True))


class CommentForm(DressedForm):
    """What is missing."""

    comment = forms.CharField(
        label="Ce qui manque, tel que le partenaire le lira",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": typeset("Dites ce qui manque : le partenaire le lira.")},
    )


class JoinForm(DressedForm):
    """A document that was not at hand."""

    piece = UploadField(
        label="Document", help_text=_FILES, error_messages={"required": "Choisissez un fichier."}
    )

    def refuse(self, faults: ValidationError) -> None:
        """Show what the file is refused for."""
        self.add_error("piece", [said for texts in faults.message_dict.values() for said in texts])


def initial_of(declaration: Declaration) -> dict[str, Any]:
    """The answers of a declaration that comes back, for its form."""
    aware = declaration.aware_at.astimezone(clock.PARIS) if declaration.aware_at else None
    questions = {one.code: one for one in declaration.definition.questions}
    answers = {
        code: value == YES if questions[code].kind == "confirmation" else value
        for code, value in declaration.answers.items()
        if code in questions
    }
    return {
        **answers,
        "declared_on": declaration.declared_on,
        "aware_on": aware.date() if aware else None,
        "aware_time": f"{aware:%H:%M}" if aware else None,
        "site": str(declaration.site_id) if declaration.site_id else WHOLE,
    }


def _piece_field(kind: Kind, compulsory: bool, *, on_behalf: bool) -> forms.Field:
    if on_behalf:
        return UploadField(
            label="Numérisation du courrier reçu",
            help_text=_FILES,
            error_messages={"required": "Choisissez le fichier du courrier."},
        )
    return UploadField(
        label=kind.pieces_label + ("" if compulsory else " (facultatif)"),
        help_text=f"{kind.pieces_help} {_FILES}".strip(),
        required=compulsory,
        error_messages={"required": "Joignez la pièce demandée."},
    )


def _reception_fields() -> dict[str, forms.Field]:
    return {
        "channel": forms.ChoiceField(
            label="Reçue",
            choices=[(c.value, c.label) for c in (RequestChannel.PAPER, RequestChannel.MAIL)],
            widget=forms.RadioSelect,
            error_messages={"required": "Dites par quelle voie elle est arrivée."},
        ),
        "received_on": _day("Date de réception"),
    }


def _site_field(sites: Sequence[Site], *, whole_partner: bool) -> forms.Field:
    choices = [(str(site.pk), site.name) for site in sites]
    if whole_partner:
        choices.insert(0, (WHOLE, "L’organisme entier"))
    return forms.ChoiceField(label="Qui est concerné", choices=choices)


def _fact_fields(kind: Kind) -> dict[str, forms.Field]:
    if kind.fact == "on":
        return {"declared_on": _day(kind.fact_label, kind.fact_help)}
    if kind.fact == "aware_at":
        return {
            "aware_on": _day(kind.fact_label, kind.fact_help),
            "aware_time": forms.TimeField(
                label="À quelle heure",
                help_text="À peu près, par exemple 9:30. Le délai de 72 heures en part.",
                widget=forms.TimeInput(format="%H:%M"),
                input_formats=["%H:%M", "%Hh%M", "%H h %M", "%H"],
                error_messages={
                    "required": "Dites à quelle heure, à peu près.",
                    "invalid": "Écrivez une heure comme 9:30.",
                },
            ),
        }
    return {}


def _question_field(question: Question, rules: Rulebook) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": question.required,
    }
    match question.kind:
        case "choice" | "right":
            return forms.ChoiceField(
                choices=list(choices_of(question, rules).items()),
                widget=forms.RadioSelect,
                **common,
            )
        case "confirmation":
            return forms.BooleanField(
                error_messages={"required": "Cochez cette case pour continuer."}, **common
            )
        case "past_date":
            return _day(question.label, question.help, required=question.required)
        case "lines":
            return forms.CharField(
                max_length=question.max_length, widget=forms.Textarea(attrs={"rows": 4}), **common
            )
    return forms.CharField(max_length=200, **common)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
