"""The partner's answer as the caisse types it in: a choice a user, the day, the channel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from access.models import ReviewedUser, UserReview
from access.services.review_answers import Received, ReviewRefused, check_received
from contracts.models import User
from contracts.models.evidence import CONTENT_TYPES
from contracts.services.file_verification import take_in
from desk.kept_proofs import carried, name_kept, read_kept
from forms_annexes.forms import DressedForm
from workflows.french import typeset

KEPT, REMOVED = ReviewedUser.Answer.KEPT.value, ReviewedUser.Answer.REMOVED.value


class AnsweredUser(NamedTuple):
    """One user of the list with the field that asks about them."""

    line: ReviewedUser
    field: forms.BoundField


class AnswerForm(DressedForm):
    """One choice for each right of the list still open; none is made beforehand."""

    received_on = forms.DateField(
        label="Réponse arrivée le",
        help_text="Le jour de la remise, du tampon d’arrivée ou du courriel.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Indiquez le jour où la réponse est arrivée. Attendu : JJ/MM/AAAA.",
            "invalid": "Cette date n’existe pas. Attendu : JJ/MM/AAAA.",
        },
    )
    channel = forms.ChoiceField(
        label=typeset("Par quelle voie ?"),
        choices=UserReview.Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites par quelle voie la réponse est arrivée."},
    )
    proof = forms.FileField(
        label="La réponse reçue (facultatif)",
        required=False,
        help_text="Scan ou document, "
        + ", ".join(sorted(set(CONTENT_TYPES.values())))
        + ". Elle reste attachée à la liste et aux accès qu’elle change.",
    )
    kept_proof = forms.CharField(widget=forms.HiddenInput, required=False)
    """The proof already given, signed, so that it need not be given twice."""
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    """The answers whose consequences were shown: none others are confirmed."""

    def __init__(
        self, *args: Any, review: UserReview, lines: Sequence[ReviewedUser], **kwargs: Any
    ) -> None:
        """``lines`` are those of the rights still open."""
        self.review, self.lines = review, lines
        self.base_fields = {
            **{_name(line): _choice(line) for line in lines},
            **self.base_fields,
        }
        super().__init__(*args, **kwargs)

    @property
    def users(self) -> list[AnsweredUser]:
        """Each user with the choice about them."""
        return [AnsweredUser(line, self[_name(line)]) for line in self.lines]

    @property
    def removed(self) -> list[ReviewedUser]:
        """The lines of those who need the access no more."""
        return [one for one in self.lines if self.cleaned_data[_name(one)] == REMOVED]

    @property
    def kept(self) -> list[ReviewedUser]:
        """The lines of those who still need it."""
        return [one for one in self.lines if self.cleaned_data[_name(one)] == KEPT]

    @property
    def received(self) -> Received:
        """How the answer came."""
        cleaned = self.cleaned_data
        return Received(cleaned["received_on"], cleaned["channel"], cleaned.get("kept"))

    @property
    def kept_name(self) -> str:
        """The name of the proof already given; empty without one."""
        return name_kept(self["kept_proof"].value())

    def clean_received_on(self) -> Any:
        """A day on which an answer could come."""
        day = self.cleaned_data["received_on"]
        try:
            check_received(self.review, day)
        except ReviewRefused as refused:
            raise ValidationError(str(refused)) from refused
        return day

    def clean(self) -> dict[str, Any]:
        """Read the proof given before."""
        cleaned = super().clean()
        read_kept(self, cleaned)
        return cleaned

    def keeps_proof(self, user: User) -> bool:
        """Put the proof away; whether nothing forbids it, the field says what does."""
        proof = self.cleaned_data.get("proof")
        if proof is None:
            return True
        try:
            stored = take_in(proof, proof.name, user)
        except ValidationError as refused:
            self.add_error("proof", refused)
            return False
        self.data = self.data.copy()
        self.data["kept_proof"] = carried(stored)
        self.cleaned_data["kept"] = stored
        return True

    @property
    def was_shown(self) -> bool:
        """Whether the consequences of these very answers, on these lives, were shown."""
        return bool(self.cleaned_data.get("shown") == self._told())

    def show(self) -> None:
        """Remember that the consequences of these answers are shown."""
        self.data = self.data.copy()
        self.data["shown"] = self._told()

    def _told(self) -> str:
        received = self.received
        told = [
            [
                [one.habilitation_id, one.habilitation.revision, self.cleaned_data[_name(one)]]
                for one in self.lines
            ],
            [received.on.isoformat(), received.channel],
            received.proof.pk if received.proof else None,
        ]
        return sha256(json.dumps(told).encode()).hexdigest()


def _name(line: ReviewedUser) -> str:
    return f"user_{line.habilitation_id}"


def _choice(line: ReviewedUser) -> forms.Field:
    name = line.habilitation.person.get_full_name()
    return forms.ChoiceField(
        label=name,
        choices=[(KEPT, "Garde son accès"), (REMOVED, "N’en a plus besoin")],
        widget=forms.RadioSelect,
        error_messages={
            "required": f"Dites de {name} si l’accès est gardé ou retiré.",
            "invalid_choice": f"Dites de {name} si l’accès est gardé ou retiré.",
        },
    )
