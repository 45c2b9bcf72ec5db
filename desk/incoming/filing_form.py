"""The form that files a letter: what the letter leaves to be asked, and the acts that it makes."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms

from contracts.models import IncomingLetter
from desk.event_forms import EventForm
from desk.events import Event
from desk.incoming.effects import OWN_PARTY, Effect, known_of
from workflows.acts import Act
from workflows.questions import Question
from workflows.timeline import Timeline

_WITHOUT_ACT = Event("", "", "", ())


class FilingForm(EventForm):
    """What a letter does to a convention. The letter is the proof, and already says its dates."""

    seen_filings = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=30000)

    def __init__(
        self,
        *args: Any,
        letter: IncomingLetter,
        effect: Effect,
        timeline: Timeline,
        moves: bool,
        **kwargs: Any,
    ) -> None:
        """``moves``: whether the letter was filed before, so that a reason is asked."""
        self.known = known_of(letter, effect, timeline)
        self.makes_acts = effect.event is not None
        event = effect.event or _WITHOUT_ACT
        event = event._replace(fields=tuple(n for n in event.fields if n not in self.known))
        super().__init__(*args, event=event, timeline=timeline, **kwargs)
        del self.fields["proof"], self.fields["kept_proof"]
        if moves:
            self.fields["why_moved"] = forms.CharField(
                label="Pourquoi ce changement de classement",
                max_length=500,
                help_text="Ce que le classement précédent avait enregistré est annulé pour ce "
                "motif. Sans nom d’allocataire ni numéro de sécurité sociale.",
                widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
            )

    @staticmethod
    def proposed(letter: IncomingLetter, revision: int, filings: int) -> dict[str, Any]:
        """The answers that the letter suggests."""
        return {
            "identifier": uuid4().hex,
            "seen_revision": revision,
            "seen_filings": filings,
            "on": letter.received_on.isoformat(),
        }

    def asked_field(
        self, name: str, parties: list[tuple[str, str]], question: Question | None
    ) -> forms.Field:
        others = [party for party in parties if party[0] != OWN_PARTY]
        return super().asked_field(name, others, question)

    def clean_identifier(self) -> str:
        """The identifier that the page made, and no other."""
        try:
            return UUID(hex=self.cleaned_data["identifier"]).hex
        except ValueError as unread:
            raise forms.ValidationError("Rechargez cette page, puis recommencez.") from unread

    @property
    def sent(self) -> UUID:
        """The identifier of what is sent."""
        return UUID(hex=self.cleaned_data["identifier"])

    @property
    def reason(self) -> str:
        """Why the letter is filed elsewhere; empty the first time."""
        return str(self.cleaned_data.get("why_moved", ""))

    def to_acts(self) -> tuple[Act, ...]:
        """The acts of the letter; none when it has no effect or a fault was added."""
        return super().to_acts() if self.makes_acts else ()

    def _fact(self, *, told: bool = False) -> dict[str, Any]:
        fact = {**super()._fact(told=told), **self.known}
        # The reason is no part of the fact: it is shown with it, and confirmed with it.
        return fact | {"why": self.reason} if told else fact
