"""What is asked of a passage of a letter, and what the register is narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from contracts.identifiers import validate_no_nir
from contracts.letter_circuit import (
    GIVEN_UP,
    OUTCOMES,
    POSTED_ELECTRONIC,
    PRESENTED,
    PROOF_LOST,
    RETURNED,
    SIGNED,
    STANDINGS,
    SUBMITTED,
    words_of,
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
from workflows.french import typeset
from workflows.timeline import Timeline

OVERDUE = "overdue"
"""Among the situations of the register: a proof that should have come by now."""

SEND = "contracts.send_letter"
"""What one must be allowed to do to move a letter along."""

_PASSAGE = Event("", "", "", ())

_HELP: Mapping[str, str] = {
    "submitted": "Le signataire le trouve parmi les courriers à signer.",
    "signed": "Par le directeur, ou par un délégué qui en a le pouvoir ce jour-là.",
    "returned": "Le commentaire dit ce qui est à refaire.",
    "given_up": "Le courrier ne partira pas. Il reste lisible au dossier.",
    "posted": "Recopier l’étiquette et le cachet de la preuve de dépôt.",
    "posted_electronic": "Recopier la preuve de dépôt du prestataire. Il doit être qualifié : un "
    "courriel avec accusé de réception n’en est pas un (CPCE L.100).",
    "posted_plain": "Aucune preuve ne sera attendue.",
    "presented": "La date de la première présentation, lue sur l’avis.",
    "delivered": "La date de remise, lue sur l’avis de réception.",
    "refused": "La date portée sur l’avis. Un courrier refusé compte comme reçu.",
    "unclaimed": "Le jour où il est revenu.",
    "undeliverable": "Le jour où il est revenu. Vérifiez l’adresse du partenaire.",
    "proof_lost": "Le jour où l’opérateur répond que l’avis ne sera pas retrouvé. S’il l’est un "
    "jour, sa date s’enregistrera encore.",
}

_ELECTRONIC_HELP: Mapping[str, str] = {
    "presented": "Le jour où le prestataire a informé le destinataire : il a quinze jours à "
    "compter du lendemain pour accepter ou refuser (CPCE R.53-3).",
    "delivered": "Le jour de l’acceptation, lu sur la preuve du prestataire.",
    "refused": "Le jour du refus. Une lettre refusée compte comme reçue.",
    "unclaimed": "Le lendemain du délai de quinze jours, lu sur la preuve du prestataire.",
    "undeliverable": "Le jour de l’échec. Vérifiez l’adresse électronique.",
}

ACTIONS: Mapping[str, str] = {
    "submitted": "Mettre à la signature",
    "signed": "Enregistrer la signature",
    "returned": "Renvoyer sans signer",
    "given_up": "Abandonner ce courrier",
    "posted": "Enregistrer le dépôt en recommandé",
    "posted_electronic": "Enregistrer le dépôt en recommandé électronique",
    "posted_plain": "Enregistrer un envoi sans recommandé",
    "presented": "Enregistrer la première présentation",
    "delivered": "Enregistrer la remise au destinataire",
    "refused": "Enregistrer le refus du destinataire",
    "unclaimed": "Enregistrer le retour, non réclamé",
    "undeliverable": "Enregistrer le retour, inconnu à l’adresse",
    "proof_lost": "Déclarer l’avis de réception perdu",
}
"""Each passage as what one is about to do."""

_ELECTRONIC_ACTIONS: Mapping[str, str] = {
    "presented": "Enregistrer l’information du destinataire",
    "delivered": "Enregistrer l’acceptation du destinataire",
    "unclaimed": "Enregistrer que la lettre n’est pas réclamée",
    "undeliverable": "Enregistrer que l’adresse électronique est inconnue",
}


def action_of(letter: OutgoingLetter, passage: str) -> str:
    """A passage as what one is about to do to a letter."""
    if any(one.kind == POSTED_ELECTRONIC for one in letter.passages.all()):
        return _ELECTRONIC_ACTIONS.get(passage, ACTIONS[passage])
    return ACTIONS[passage]


_FIELDS: Mapping[str, tuple[str, ...]] = {
    "submitted": ("comment",),
    "signed": ("signatory", "on", "proof"),
    "returned": ("on", "comment"),
    "given_up": ("on", "comment"),
    "posted": ("registered_number", "on", "comment", "proof"),
    POSTED_ELECTRONIC: ("registered_number", "on", "comment", "proof"),
    "posted_plain": ("on", "comment", "proof"),
    PRESENTED: ("on", "proof"),
    PROOF_LOST: ("on", "comment", "proof"),
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


_COMMENTS: Mapping[str, tuple[str, str]] = {
    "posted": ("Remarque", "Pourquoi à cette adresse, si le partenaire en a notifié une autre."),
    "posted_plain": (
        "Remarque",
        "Pourquoi à cette adresse, si le partenaire en a notifié une autre.",
    ),
    POSTED_ELECTRONIC: (
        "Accord du destinataire",
        "Où il a accepté d’en recevoir, ou pourquoi son accord n’est pas nécessaire : un "
        "professionnel n’a pas à le donner (CPCE L.100). Dans le doute, un juriste le dit.",
    ),
    PROOF_LOST: ("Réponse de l’opérateur", "Sa référence et sa date, par exemple."),
}
"""What the comment is about: its label, its help."""


class PassageForm(EventForm):
    """One passage of a letter."""

    def __init__(
        self, *args: Any, letter: OutgoingLetter, passage: str, timeline: Timeline, **kwargs: Any
    ) -> None:
        self.letter, self.passage = letter, passage
        kinds = {one.kind for one in letter.passages.all()}
        told = _ELECTRONIC_HELP if POSTED_ELECTRONIC in kinds else _HELP
        event = _PASSAGE._replace(
            label=words_of(passage, kinds), help=told.get(passage, _HELP[passage])
        )
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
                if name == "comment" and passage in _COMMENTS:
                    asked[name].label, asked[name].help_text = map(typeset, _COMMENTS[passage])
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
        label="Situation",
        required=False,
        choices=[("", "Toutes"), *STANDINGS.items(), (OVERDUE, "Preuve à réclamer")],
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


class EntrustForm(DressedForm):
    """How the letters that are ticked leave."""

    electronic = forms.TypedChoiceField(
        label="Forme",
        choices=[("", "Sur papier"), ("oui", "Recommandé électronique")],
        coerce=bool,
        required=False,
        empty_value=False,
    )
    consent = forms.CharField(
        label="Accord du destinataire, pour l’électronique",
        required=False,
        max_length=500,
        help_text=typeset(_COMMENTS[POSTED_ELECTRONIC][1]),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("electronic") and not cleaned.get("consent", "").strip():
            self.add_error("consent", "Dites d’où vient l’accord, ou pourquoi il n’en faut pas.")
        return cleaned

    @property
    def consent_told(self) -> str:
        """On what the consent to an electronic letter rests; empty for a paper one."""
        answers = self.cleaned_data
        return " ".join(answers["consent"].split()) if answers["electronic"] else ""


class SettleForm(DressedForm):
    """What came of a status that surprised."""

    why = forms.CharField(label="Suite donnée", max_length=500, validators=[validate_no_nir])
