"""What a letter received may do to a convention: only what its lifecycle knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from contracts.models import IncomingLetter
from contracts.services.incoming_letters import TO_QUALIFY
from desk.events import BY_KIND, Event
from desk.known_events import knows as known_to
from desk.recordable import why_not
from workflows.french import typeset
from workflows.timeline import Timeline

REGISTER = "contracts.register_letter"
"""What one must be allowed to do to register a letter, or file it without an effect."""

OWN_PARTY = "caisse"
"""The role of the party that receives the letters, in every rulebook."""

_POSTAL = frozenset({"form", "posted_on", "first_presented_on", "received_on", "outcome"})
"""What the registered letter says already of its post."""

_DATED = "Les dates sont celles de l’enveloppe. Celle qui compte est dite avant de confirmer."


class Effect(NamedTuple):
    """What a letter does, as a clerk thinks of it."""

    code: str
    label: str
    help: str
    power: str
    event: Event | None = None
    """The event it makes, with the fields that the letter itself leaves to be asked."""


def _made(event: Event, label: str = "", help_text: str = "") -> Effect:
    asked = tuple(name for name in event.fields if name not in _POSTAL)
    return Effect(
        event.kind,
        label or event.label,
        help_text or event.help,
        event.power,
        event._replace(fields=asked),
    )


EFFECTS: tuple[Effect, ...] = (
    _made(BY_KIND["notice"], "Le partenaire dénonce la convention", _DATED),
    _made(BY_KIND["notice_withdrawn"]),
    _made(BY_KIND["notice_confirmed"], "Le partenaire maintient une dénonciation tardive"),
    _made(BY_KIND["formal_notice"], "Le partenaire nous met en demeure ou résilie", _DATED),
    _made(BY_KIND["cure"]),
    _made(BY_KIND["formal_notice_withdrawn"]),
    _made(BY_KIND["dispute"], "Le partenaire notifie un différend"),
    _made(BY_KIND["force_majeure"], "Le partenaire notifie un cas de force majeure"),
    _made(BY_KIND["duty_done"], "Une attestation de restitution ou de destruction"),
    Effect(
        "reply",
        "Une réponse à l’un de nos courriers",
        "Gardée au dossier, sans effet sur les dates.",
        REGISTER,
    ),
    Effect("other", "Un autre courrier", "Gardé au dossier, sans effet sur les dates.", REGISTER),
    Effect(
        TO_QUALIFY,
        typeset("Je ne sais pas : un juriste dira ce qu’il fait"),
        "Le courrier entre dans la file des juristes. Aucune date ne change d’ici là.",
        REGISTER,
    ),
)

BY_CODE: Mapping[str, Effect] = {effect.code: effect for effect in EFFECTS}


class OfferedEffect(NamedTuple):
    """An effect, and why it is not possible now; empty when it is."""

    effect: Effect
    why_not: str


def offered(timeline: Timeline, may: Callable[[str], bool]) -> tuple[OfferedEffect, ...]:
    """The effects that the convention knows, each with what stands in its way."""
    return tuple(
        OfferedEffect(effect, refusal(effect, timeline, may))
        for effect in EFFECTS
        if knows(timeline, effect)
    )


def knows(timeline: Timeline, effect: Effect) -> bool:
    """Whether the convention's rules have this effect at all."""
    return effect.event is None or known_to(timeline.rulebook, effect.event)


def refusal(effect: Effect, timeline: Timeline, may: Callable[[str], bool]) -> str:
    """The sentence that says why an effect is not possible now; empty when it is."""
    if effect.event is not None and (words := why_not(effect.event, timeline)):
        return words
    if not may(effect.power):
        return typeset("Un juriste ou un directeur de la caisse peut l’enregistrer.")
    return ""


def known_of(letter: IncomingLetter, effect: Effect, timeline: Timeline) -> dict[str, str]:
    """What the registered letter already says of the event, by the names of its fields."""
    event = effect.event
    if event is None:
        return {}
    known: dict[str, str] = {}
    if event.kind in ("notice", "formal_notice"):
        known |= {
            "form": letter.form,
            "received_on": letter.received_on.isoformat(),
            "outcome": "delivered",
        }
        if letter.postmark_on is not None:
            known["posted_on"] = letter.postmark_on.isoformat()
    senders = senders_of(timeline)
    if len(senders) == 1 and "by" in event.fields:
        known["by"] = senders[0]
    return known


def senders_of(timeline: Timeline) -> list[str]:
    """The roles of the parties that may have sent the letter."""
    return [party.role for party in timeline.rulebook.parties if party.role != OWN_PARTY]
