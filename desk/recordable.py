"""What a person may record about a convention: the kinds of events, who may, and what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from workflows.convention import IN_FORCE, TRANSITIONS
from workflows.convention_state import ConventionState
from workflows.deadline_acts import TOPICS
from workflows.french import typeset
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline

LEGAL = "contracts.record_legal_act"


class Event(NamedTuple):
    """A kind of event as a clerk thinks of it."""

    kind: str
    label: str
    help: str
    fields: tuple[str, ...]
    """Names of the fields asked, besides the proof."""
    power: str = "contracts.record_act"
    """What whoever records it must be allowed to do (``contracts.rules``)."""
    transition: str = ""
    """The transition it leads to: it says from which states the event is possible."""
    rule: str = ""
    """Path of the rule without which the convention does not know the event."""
    in_force: bool = False
    """Whether it happens to conventions in force only."""


EVENTS: tuple[Event, ...] = (
    Event(
        "sent_for_signature",
        "La convention part pour signature",
        "Son texte ne change plus.",
        ("on",),
        transition="send_for_signature",
    ),
    Event("signature", "Une partie a signé", "Date de sa signature.", ("party", "on")),
    Event(
        "document_date",
        "Date portée sur la convention",
        "La date écrite au-dessus des signatures.",
        ("on",),
    ),
    Event(
        "cnil",
        "Déclaration CNIL transmise ou sans objet",
        "Avec la référence de la déclaration ou du registre.",
        ("basis", "reference", "on"),
        power="contracts.record_cnil",
    ),
    Event(
        "deliberation",
        "Délibération reçue en préfecture",
        "Elle autorise la collectivité à signer.",
        ("on", "reference"),
    ),
    Event(
        "notice",
        "Une dénonciation est partie ou arrivée",
        "Recopier l’enveloppe et l’avis de réception. La date qui compte est dite avant de "
        "confirmer.",
        ("by", "form", "posted_on", "first_presented_on", "received_on", "outcome"),
        transition="give_notice",
        rule="notice",
    ),
    Event(
        "notice_withdrawn",
        "Les parties renoncent à une dénonciation",
        "L’accord de toutes les parties est requis.",
        ("on", "agreed_by_all"),
        power=LEGAL,
        transition="withdraw_notice",
        rule="notice",
        in_force=True,
    ),
    Event(
        "formal_notice",
        "Une lettre pour inexécution est partie ou arrivée",
        "Elle ouvre le délai de résiliation. Recopier l’enveloppe et l’avis de réception.",
        ("by", "form", "posted_on", "first_presented_on", "received_on", "outcome"),
        power=LEGAL,
        transition="begin_termination",
        rule="breach",
    ),
    Event(
        "cure",
        "Le manquement est réparé",
        "La preuve de l’exécution.",
        ("on",),
        power=LEGAL,
        transition="cure",
        rule="breach",
    ),
    Event(
        "formal_notice_withdrawn",
        "L’auteur retire sa lettre pour inexécution",
        "Le délai s’arrête.",
        ("on",),
        power=LEGAL,
        transition="withdraw_formal_notice",
        rule="breach",
    ),
    Event(
        "suspension",
        "L’accès est suspendu",
        "Dire le motif. La convention et ses échéances continuent.",
        ("on", "reason"),
        power=LEGAL,
        rule="suspension",
        in_force=True,
    ),
    Event(
        "suspension_lifted",
        "L’accès est rendu",
        "La suspension est levée ce jour-là.",
        ("on",),
        power=LEGAL,
        rule="suspension",
        in_force=True,
    ),
    Event(
        "mutual_termination",
        "Les parties conviennent de mettre fin à la convention",
        "Le dernier jour est celui dont elles conviennent.",
        ("on", "last_day", "agreed_by_all"),
        power=LEGAL,
        rule="mutual_termination",
        in_force=True,
    ),
    Event(
        "deadline_set",
        "Poser une échéance à la main",
        "Là où le texte de la convention ne dit rien : une loi, un jugement ou un courrier fixe "
        "la date.",
        ("topic", "task", "due_on", "ground", "on"),
        power=LEGAL,
    ),
    Event(
        "deadline_lifted",
        "Lever une échéance posée à la main",
        "Elle est tenue, ou n’a plus lieu d’être.",
        ("of", "reason", "on"),
        power=LEGAL,
    ),
    Event(
        "abandonment",
        "Le dossier est classé sans suite",
        "Rien n’a pris effet, et rien ne prendra effet.",
        ("on", "reason"),
        transition="abandon",
    ),
    Event(
        "closing",
        "Le dossier est clôturé",
        "Toutes les obligations d’après la fin sont accomplies.",
        ("on",),
        transition="close",
    ),
)
"""Every event, in the order of a convention’s life."""

DECISION = Event(
    "decision",
    "Trancher la question",
    "La réponse vaut pour cette convention, depuis toujours : ses dates sont recalculées. Les "
    "motifs restent au dossier.",
    ("answer", "reasons"),
    power="contracts.decide_question",
)
"""Recorded from its question, and not from the list of events."""

ANNULMENT = Event(
    "annulment",
    "Annuler un événement",
    "Pour un événement enregistré par erreur : il n’a jamais eu lieu. Il reste lisible au dossier, "
    "« sans effet ».",
    ("reason",),
    power=LEGAL,
)
"""Recorded from the event it annuls."""

REOPENING = Event(
    "annulment",
    "Rouvrir la question",
    typeset(
        "La décision est annulée : elle reste lisible au dossier, « sans effet », et la question "
        "est de nouveau à trancher. Ce qui en découlait est recalculé."
    ),
    ("reason",),
    power="contracts.decide_question",
)
"""Recorded from the question that was decided: the annulment of its decision."""

BY_KIND: Mapping[str, Event] = {event.kind: event for event in EVENTS}


class Offer(NamedTuple):
    """An event, and why it is not possible now; empty when it is."""

    event: Event
    why_not: str


def offers(timeline: Timeline, may: Callable[[str], bool]) -> tuple[Offer, ...]:
    """The events for which one has the power, each with what stands in its way.

    Events that the rulebook does not know are left out: its silence is a rule.
    """
    return tuple(
        Offer(event, why_not(event, timeline))
        for event in EVENTS
        if may(event.power) and _knows(timeline.rulebook, event)
    )


def why_not(event: Event, timeline: Timeline) -> str:
    """The sentence that says why an event cannot happen in this state; empty when it can."""
    if event.transition:
        transition = TRANSITIONS[event.transition]
        if timeline.state not in {source for source, _ in transition.edges}:
            return transition.refusal
    if event.in_force and timeline.state not in IN_FORCE:
        return "La convention n’est pas en vigueur."
    done = _DONE.get(event.kind)
    return done(timeline.data) if done else ""


def _all_signed(data: ConventionState) -> str:
    signed = data.rules.roles <= data.signatures.keys()
    return "Toutes les parties ont signé." if signed else ""


def _suspended(data: ConventionState) -> bool:
    return bool(data.suspensions) and data.suspensions[-1].until is None


def _nothing_to_withdraw(data: ConventionState) -> str:
    sent = any(notice.verdict != "withdrawn" for notice in data.notices.values())
    return "" if sent else "Aucune dénonciation n’est en cours."


def silent_topics(rulebook: Rulebook) -> tuple[str, ...]:
    """The points on which the text says nothing, and a person may have to set a deadline."""
    return tuple(topic for topic in TOPICS if getattr(rulebook, topic) is None)


def _nothing_silent(data: ConventionState) -> str:
    return "" if silent_topics(data.rules) else "Le texte a une clause pour chaque échéance."


_DONE: Mapping[str, Callable[[ConventionState], str]] = {
    "signature": _all_signed,
    "suspension": lambda data: "L’accès est déjà suspendu." if _suspended(data) else "",
    "suspension_lifted": lambda data: "" if _suspended(data) else "L’accès n’est pas suspendu.",
    "notice_withdrawn": _nothing_to_withdraw,
    "deadline_set": _nothing_silent,
    "deadline_lifted": lambda data: "" if data.hand_set else "Aucune échéance n’est posée.",
}
"""Kinds whose event may already have happened, or have nothing to be about."""


def _knows(rulebook: Rulebook, event: Event) -> bool:
    return not event.rule or getattr(rulebook, event.rule) is not None
