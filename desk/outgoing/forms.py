"""What is asked of a passage of a letter, and what the register is narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from contracts.letter_circuit import (
    GIVEN_UP,
    OUTCOMES,
    PASSAGES,
    PRESENTED,
    RETURNED,
    SIGNED,
    STANDINGS,
    SUBMITTED,
)
from contracts.models import Agent, OutgoingLetter
from contracts.registered_numbers import normalised
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import signatories
from desk.event_fields import a_date
from desk.event_forms import EventForm
from desk.events import Event
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.timeline import Timeline

SEND = "contracts.send_letter"
"""What one must be allowed to do to move a letter along."""

_PASSAGE = Event("", "", "", ())

_HELP: Mapping[str, str] = {
    "submitted": "Le signataire le trouve parmi les courriers à signer.",
    "signed": "Par le directeur, ou par un délégué qui en a le pouvoir ce jour-là.",
    "returned": "Le commentaire dit ce qui est à refaire.",
    "given_up": "Le courrier ne partira pas. Il reste lisible au dossier.",
    "posted": "Recopier l’étiquette et le cachet de la preuve de dépôt.",
    "posted_plain": "Aucune preuve ne sera attendue.",
    "presented": "La date de la première présentation, lue sur l’avis.",
    "delivered": "La date de remise, lue sur l’avis de réception.",
    "refused": "La date portée sur l’avis. Un courrier refusé compte comme reçu.",
    "unclaimed": "Le jour où il est revenu.",
    "undeliverable": "Le jour où il est revenu. Vérifiez l’adresse du partenaire.",
}

ACTIONS: Mapping[str, str] = {
    "submitted": "Mettre à la signature",
    "signed": "Enregistrer la signature",
    "returned": "Renvoyer sans signer",
    "given_up": "Abandonner ce courrier",
    "posted": "Enregistrer le dépôt en recommandé",
    "posted_plain": "Enregistrer un envoi sans recommandé",
    "presented": "Enregistrer la première présentation",
    "delivered": "Enregistrer la remise au destinataire",
    "refused": "Enregistrer le refus du destinataire",
    "unclaimed": "Enregistrer le retour, non réclamé",
    "undeliverable": "Enregistrer le retour, inconnu à l’adresse",
}
"""Each passage as what one is about to do."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "submitted": ("comment",),
    "signed": ("signatory", "on", "proof"),
    "returned": ("on", "comment"),
    "given_up": ("on", "comment"),
    "posted": ("registered_number", "on", "proof"),
    "posted_plain": ("on", "proof"),
    PRESENTED: ("on", "proof"),
    **dict.fromkeys(OUTCOMES, ("on", "proof")),
}

_MAKE: Mapping[str, Callable[[], forms.Field]] = {
    "on": lambda: a_date("Date"),
    "comment": lambda: forms.CharField(
        label="Commentaire",
        max_length=500,
        required=False,
        help_text="Sans nom d’allocataire ni numéro de sécurité sociale.",
        widget=forms.Textarea(attrs={"rows": 3}),
    ),
    "registered_number": lambda: forms.CharField(
        label="Numéro de recommandé",
        max_length=60,
        help_text="Celui de l’étiquette, avec ou sans espaces. Une douchette peut le lire.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    ),
}


class PassageForm(EventForm):
    """One passage of a letter."""

    def __init__(
        self, *args: Any, letter: OutgoingLetter, passage: str, timeline: Timeline, **kwargs: Any
    ) -> None:
        self.letter, self.passage = letter, passage
        event = _PASSAGE._replace(label=PASSAGES[passage], help=_HELP[passage])
        super().__init__(*args, event=event, timeline=timeline, **kwargs)
        wanted = _FIELDS[passage]
        if "proof" not in wanted:
            del self.fields["proof"], self.fields["kept_proof"]
        asked: dict[str, forms.Field] = {}
        for name in wanted:
            if name == "signatory":
                asked[name] = forms.ModelChoiceField(
                    signatories(letter.caisse), label="Signé par", empty_label="Choisissez"
                )
                asked[name].label_from_instance = _words_of
                asked[name].widget.attrs["class"] = "form-select"
            elif name != "proof":
                asked[name] = _MAKE[name]()
                asked[name].widget.attrs["class"] = "form-control"
        self.fields = {**asked, **self.fields}

    @property
    def makes_no_act(self) -> bool:
        """Whether it is about the letter alone: nothing of the convention changes."""
        return self.passage in (SUBMITTED, SIGNED, RETURNED, GIVEN_UP)

    @property
    def kept_name(self) -> str:
        return super().kept_name if "kept_proof" in self.fields else ""

    def clean_identifier(self) -> str:
        """The identifier that the page made, and no other."""
        try:
            return UUID(hex=self.cleaned_data["identifier"]).hex
        except ValueError:
            # Beside no field: this one is not seen.
            self.add_error(None, "Rechargez cette page, puis recommencez.")
            return ""

    def clean_registered_number(self) -> str:
        return normalised(self.cleaned_data["registered_number"])

    @property
    def sent(self) -> UUID:
        """The identifier of what is sent."""
        return UUID(hex=self.cleaned_data["identifier"])

    @property
    def told(self) -> Told:
        """What a valid form tells."""
        answers = self.cleaned_data
        return Told(
            kind=self.passage,
            on=answers.get("on") or clock.today(),
            signatory=answers.get("signatory"),
            registered_number=answers.get("registered_number", ""),
            comment=" ".join(answers.get("comment", "").split()),
            file=answers.get("kept"),
        )

    def _fact(self, *, told: bool = False) -> dict[str, Any]:
        names = ("on", "registered_number", "comment")
        return {name: str(self.cleaned_data.get(name, "")) for name in names}


def _words_of(agent: Agent) -> str:
    return f"{agent.person.get_full_name()}, {agent.title}"


class RegisterForm(DressedForm):
    """What the register is narrowed to; empty, it is whole."""

    q = forms.CharField(label="Destinataire, convention ou numéro", required=False, max_length=200)
    situation = forms.ChoiceField(
        label="Situation", required=False, choices=[("", "Toutes"), *STANDINGS.items()]
    )
    du = a_date("Postés du", required=False)
    au = a_date("au", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and last < first:
            self.add_error("au", "Ce jour précède le premier.")
        return cleaned


class DayForm(DressedForm):
    """The day of a posting slip."""

    jour = a_date("Jour du dépôt")
