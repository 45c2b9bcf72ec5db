"""What is asked of a letter that arrives, and what the register of these letters is narrowed to."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from contracts.models import Caisse, EvidenceFile, LetterPlace
from contracts.models.evidence import CONTENT_TYPES
from contracts.models.incoming_letters import LETTER_FORMS
from contracts.registered_numbers import normalised, validate_registered_number
from contracts.services.incoming_letters import Envelope
from desk.kept_proofs import carried, name_kept, read_kept
from forms_annexes.forms import DressedForm
from workflows import clock
from workflows.french import date_in_words, typeset
from workflows.rulebook import LetterForm

_OLDEST = date(2000, 1, 1)
_NUMBERED = (LetterForm.REGISTERED_LETTER, LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER)


def _a_day(label: str, help_text: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Cette date ne se lit pas. Attendu : JJ/MM/AAAA."},
    )


class RegistrationForm(DressedForm):
    """The envelope, as it is read: enough to find the letter again, whatever it turns out to do."""

    identifier = forms.CharField(widget=forms.HiddenInput, max_length=40)
    kept_proof = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    caisse = forms.ModelChoiceField(
        label="Caisse", queryset=Caisse.objects.none(), empty_label="Choisissez"
    )
    proof = forms.FileField(
        label="Numérisation du pli",
        required=False,
        help_text=typeset("L’enveloppe puis la lettre, en un seul fichier : ")
        + ", ".join(sorted(set(CONTENT_TYPES.values())))
        + ".",
        error_messages={"empty": "Ce fichier est vide. Numérisez le pli de nouveau."},
    )
    form = forms.ChoiceField(
        label="Arrivée par",
        choices=[(str(form), label) for form, label in LETTER_FORMS.items()],
    )
    registered_number = forms.CharField(
        label="Numéro de recommandé",
        required=False,
        max_length=60,
        help_text="Celui de l’étiquette, avec ou sans espaces. Une douchette peut le lire.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    postmark_on = _a_day("Postée le", "Le cachet. Laisser vide s’il est illisible.", required=False)
    received_on = _a_day("Reçue le", "Le jour où la caisse l’a reçue.")
    sender = forms.CharField(
        label="Expéditeur",
        max_length=250,
        help_text="Le nom de l’organisme, son SIREN ou un numéro de convention : ce qui est écrit "
        "sur la lettre.",
    )
    subject = forms.CharField(
        label="Objet (facultatif)",
        required=False,
        max_length=200,
        help_text="Sans nom d’allocataire ni numéro de sécurité sociale.",
    )

    def __init__(self, *args: Any, caisses: Any, **kwargs: Any) -> None:
        # Before the answers are read, and for this form alone.
        self.base_fields = deepcopy(self.base_fields)
        asked = self.base_fields["caisse"]
        asked.queryset = caisses
        self.only_caisse = caisses[0] if len(caisses) == 1 else None
        if self.only_caisse is not None:
            asked.widget = forms.HiddenInput()
            asked.initial = self.only_caisse
        super().__init__(*args, **kwargs)

    @staticmethod
    def blank() -> dict[str, Any]:
        """The values of a form that nobody has filled."""
        return {"identifier": uuid4().hex, "received_on": clock.today()}

    @property
    def kept_name(self) -> str:
        """The name of the scan already given; empty without one."""
        return name_kept(self["kept_proof"].value())

    def keep(self, scan: EvidenceFile) -> None:
        """Remember a stored scan, so that it need not be given twice."""
        self.data = self.data.copy()
        self.data["kept_proof"] = carried(scan)
        self.cleaned_data["kept"] = scan

    def clean_identifier(self) -> UUID:
        try:
            return UUID(hex=self.cleaned_data["identifier"])
        except ValueError as unread:
            raise ValidationError("Rechargez cette page, puis recommencez.") from unread

    def clean_registered_number(self) -> str:
        number = normalised(self.cleaned_data["registered_number"])
        if number:
            validate_registered_number(number)
        return number

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > clock.today():
            raise ValidationError(
                typeset(
                    f"Cette date est à venir ({date_in_words(day)}) : une lettre s’enregistre une "
                    "fois reçue."
                )
            )
        if day < _OLDEST:
            raise ValidationError("Cette date est trop ancienne. Vérifiez l’année.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        posted, received = cleaned.get("postmark_on"), cleaned.get("received_on")
        if posted and received and posted > received:
            self.add_error("postmark_on", "Le cachet est postérieur à la réception. Relisez-le.")
        if posted and posted < _OLDEST:
            self.add_error("postmark_on", "Cette date est trop ancienne. Vérifiez l’année.")
        if (
            cleaned.get("form") in _NUMBERED
            and not cleaned.get("registered_number")
            and "registered_number" not in self.errors
        ):
            self.add_error(
                "registered_number", "Un recommandé a un numéro : recopiez celui de l’étiquette."
            )
        read_kept(self, cleaned)
        if not cleaned.get("kept") and not cleaned.get("proof") and "proof" not in self.errors:
            self.add_error("proof", "Joignez la numérisation du pli.")
        return cleaned

    @property
    def envelope(self) -> Envelope:
        """What a valid form says of the letter."""
        told = self.cleaned_data
        return Envelope(
            form=told["form"],
            registered_number=told["registered_number"],
            postmark_on=told["postmark_on"],
            received_on=told["received_on"],
            sender=" ".join(told["sender"].split()),
            subject=" ".join(told["subject"].split()),
        )


class RegisterForm(DressedForm):
    """What the register is narrowed to; empty, it is whole."""

    q = forms.CharField(label="Expéditeur, objet ou numéro", required=False, max_length=200)
    situation = forms.ChoiceField(
        label="Situation",
        required=False,
        choices=[("", "Toutes"), *LetterPlace.Standing.choices],
    )
    du = _a_day("Reçus du", "", required=False)
    au = _a_day("au", "", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("du"), cleaned.get("au")
        if first and last and last < first:
            self.add_error("au", "Ce jour précède le premier.")
        return cleaned
