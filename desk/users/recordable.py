"""What a person may record about a named user, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from desk.events import Event
from workflows.french import article_number, date_in_words, typeset
from workflows.habilitation import REFUSALS, HabilitationLifecycle
from workflows.habilitation_life import HabilitationLife
from workflows.rulebook import Rulebook

CLERK = "access.record_user_act"
LEGAL = "access.record_legal_user_act"

SUSPENSION = Event(
    "user_suspended",
    "Suspendre l’accès de cette personne",
    "Le compte se verrouille dès l’enregistrement. La convention et les autres utilisateurs "
    "continuent.",
    ("on", "nature", "reason_code", "more", "decided_by"),
    power=CLERK,
)
SECURITY_MEASURE = SUSPENSION._replace(
    help=typeset(
        "Cette convention n’a pas de clause de suspension : c’est une mesure conservatoire de "
        "sécurité, prise par un juriste sous son visa."
    ),
    fields=("on", "nature", "visa", "reason_code", "more", "decided_by"),
    power=LEGAL,
)
LIFTING = Event(
    "user_suspension_lifted",
    "Lever la suspension",
    "L’accès redevient ce qu’il était, le jour de l’enregistrement au plus tôt.",
    ("on", "more", "decided_by"),
    power=CLERK,
    transition="lift",
)
DEPARTURE = Event(
    "departure",
    "La personne quitte ses fonctions",
    "Le jour du départ : passé, ou annoncé. L’accès se ferme ce jour-là, ou dès l’enregistrement "
    "si le départ est déjà passé.",
    ("on",),
    power=CLERK,
    transition="close",
)
LOSS = Event(
    "credentials_lost",
    "Identifiant ou mot de passe perdu ou volé",
    "L’habilitation se ferme aussitôt. Une nouvelle peut être accordée dans le même geste, avec "
    "un nouveau mot de passe.",
    ("on", "circumstance", "regrant"),
    power=CLERK,
    transition="close",
)
PROFILE = Event(
    "profile_changed",
    "Changer de profil",
    "Le profil dit à quel titre la personne entre dans le service.",
    ("on", "profile"),
    power=CLERK,
    rule="habilitation.modification",
)
SCOPE = Event(
    "scope_changed",
    "Changer de périmètre",
    typeset("Le territoire que la personne atteint. Tout vide : celui du service."),
    ("on", "departement", "circonscription", "establishments"),
    power=CLERK,
    rule="habilitation.modification",
)
DORMANCY = Event(
    "dormancy_closure",
    "Fermer pour inactivité",
    "Personne ne s’est connecté pendant le délai prévu. C’est une faculté : une personne décide.",
    ("on",),
    power=CLERK,
    transition="close",
)
ANNULMENT = Event(
    "annulment",
    "Annuler un événement",
    typeset(
        "Pour un événement enregistré par erreur : il n’a jamais eu lieu. Il reste lisible, « sans "
        "effet »."
    ),
    ("reason",),
    power=LEGAL,
)
"""Recorded from the event it annuls."""

RECORDED_ELSEWHERE: Mapping[str, str] = {
    "annulment": "from the event that it annuls",
    "granted": "from the access request that asks for it",
    "credentials_sent": "from the page of the credentials, once they are sent",
    "last_login": "from the connections that the extranet tells",
}
"""The kinds of a user's acts that are not among these events, and from where they come."""


class Offer(NamedTuple):
    """An event, and why it is not possible now; empty when it is."""

    event: Event
    why_not: str


def events_for(rulebook: Rulebook) -> tuple[Event, ...]:
    """The events of a user's life, in the shape that the rulebook gives them."""
    clause = rulebook.suspension is not None
    return (
        SUSPENSION if clause else SECURITY_MEASURE,
        LIFTING if clause else LIFTING._replace(power=LEGAL),
        DEPARTURE,
        LOSS,
        PROFILE,
        SCOPE,
        DORMANCY,
    )


def event_of(rulebook: Rulebook, kind: str) -> Event | None:
    """The event of a kind; None when no page records it."""
    return next((event for event in events_for(rulebook) if event.kind == kind), None)


def offers(life: HabilitationLife, may: Callable[[str], bool]) -> tuple[Offer, ...]:
    """Every event, each with what stands in its way: the state, the text, or the power."""
    return tuple(
        Offer(event, why_not(event, life) or ("" if may(event.power) else _POWERLESS[event.power]))
        for event in events_for(life.data.rulebook)
    )


def why_not(event: Event, life: HabilitationLife) -> str:
    """The sentence that says why an event cannot happen now; empty when it can."""
    clause = _BY_CLAUSE.get(event.kind)
    if clause is not None and (said := clause(life)):
        return said
    if event.transition and life.state not in _SOURCES[event.transition]:
        return REFUSALS[event.transition]
    return ""


_SOURCES: Mapping[str, frozenset[str]] = {
    method.slug: frozenset(str(transition.source) for transition in transitions)
    for method, transitions in HabilitationLifecycle.status.get_transitions().items()
}


def _cited(article: str) -> str:
    return f" (article {article_number(article)})" if article else ""


def _not_suspended(life: HabilitationLife) -> str:
    running, rules = life.data.suspension, life.data.rulebook
    if life.state == "suspended" and running is not None:
        if running.definitive:
            return f"La suspension est déjà définitive{_cited(rules.article_of('suspension'))}."
        return "" if "definitive" in natures_in(rules) else REFUSALS["suspend"]
    return "" if life.state in _SOURCES["suspend"] else REFUSALS["suspend"]


def natures_in(rulebook: Rulebook) -> tuple[str, ...]:
    """The natures of suspension that the clause provides; both for a security measure."""
    clause = rulebook.suspension
    return ("temporary", "definitive") if clause is None else tuple(clause.kinds)


def _not_changed(life: HabilitationLife) -> str:
    if life.state in ("requested", "closed"):
        return "Seule une habilitation accordée et pas encore fermée se modifie."
    return ""


def _profile_not_changed(life: HabilitationLife) -> str:
    if life.data.rulebook.habilitation.profiles is None:
        return "Cette convention ne distingue pas de profils d’utilisateurs."
    return _not_changed(life)


def _not_lifted(life: HabilitationLife) -> str:
    running = life.data.suspension
    if life.state == "suspended" and running is not None and running.definitive:
        article = life.data.rulebook.article_of("suspension")
        return f"Une suspension définitive ne se lève pas{_cited(article)}."
    return ""


def _not_lost(life: HabilitationLife) -> str:
    rules = life.data.rulebook
    if rules.habilitation.loss.procedure != "self_service":
        return ""
    article = rules.article_of("habilitation.loss")
    return (
        "La personne change elle-même son mot de passe : l’habilitation reste la même"
        f"{_cited(article)}."
    )


def _not_left(life: HabilitationLife) -> str:
    over_on = life.over_on
    if life.data.left_on is None or life.state == "closed" or over_on is None:
        return ""
    return (
        f"Un départ est déjà enregistré : l’accès se ferme le {date_in_words(over_on)}. "
        "Pour changer la date, annulez-le d’abord."
    )


def _not_dormant(life: HabilitationLife) -> str:
    dormant_from, rules = life.data.dormant_from, life.data.rulebook
    if rules.habilitation.dormancy is None:
        return "Cette convention ne permet pas de fermer un compte pour inactivité."
    if dormant_from is None or life.state == "closed" or dormant_from <= life.as_of:
        return ""
    article = rules.article_of("habilitation.dormancy")
    return (
        "Le délai d’inactivité n’est pas révolu : la fermeture est possible à partir du "
        f"{date_in_words(dormant_from)}{_cited(article)}."
    )


_BY_CLAUSE: Mapping[str, Callable[[HabilitationLife], str]] = {
    "user_suspended": _not_suspended,
    "user_suspension_lifted": _not_lifted,
    "profile_changed": _profile_not_changed,
    "scope_changed": _not_changed,
    "departure": _not_left,
    "credentials_lost": _not_lost,
    "dormancy_closure": _not_dormant,
}
"""What the text of the convention, or an earlier event, says against a kind of event."""

_POWERLESS = {
    CLERK: "Votre rôle permet de lire, non d’enregistrer.",
    LEGAL: "Seuls un juriste ou la direction de la caisse enregistrent cet événement.",
}
