"""What may be declared now, and why not the rest: pure, over what is known of the convention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from forms_annexes.declarations.kinds import Kind, kinds
from workflows.convention import ENDED, IN_FORCE, TRANSITIONS
from workflows.french import typeset
from workflows.rulebook import Rulebook

_NEVER_BEGAN = frozenset({"draft", "sent_for_signature", "abandoned"})
_BEGUN = "La convention n’a pas encore pris effet : il n’y a rien à déclarer à ce titre."


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides what may be declared."""

    rules: Rulebook
    state: str
    attestation_awaited: bool = False
    """Whether the caisse waits for the attestation of return or destruction."""
    review_open: bool = False
    """Whether a list of users waits for the partner's answer."""
    whole_partner: bool = True
    """Whether it is declared for the partner as a whole, and not for one structure."""
    in_progress: Mapping[str, str] = field(default_factory=dict)
    """Kinds already declared and not yet handled, with the number of the declaration."""


class Offer(NamedTuple):
    """A kind, and why it cannot be declared now; empty when it can."""

    kind: Kind
    why_not: str


def offers(situation: Situation) -> tuple[Offer, ...]:
    """Every kind, in the order of the page."""
    return tuple(Offer(kind, why_not(kind, situation)) for kind in kinds())


def why_not(kind: Kind, situation: Situation) -> str:
    """The sentence that says why a kind cannot be declared in this situation; empty if it can."""
    if kind.scope == "partner" and not situation.whole_partner:
        return typeset(
            "Vous répondez pour une structure : c’est à qui répond pour l’organisme entier de le "
            "déclarer."
        )
    if kind.single and (number := situation.in_progress.get(kind.code)):
        return typeset(f"C’est déjà déclaré, sous le numéro {number}, et en cours.")
    return typeset(_WHY_NOT[kind.code](situation))


def _breach(situation: Situation) -> str:
    return _BEGUN if situation.state in _NEVER_BEGAN else ""


def _right_request(situation: Situation) -> str:
    rights = situation.rules.provisions.rights_of_persons
    if rights is None:
        return (
            "La convention ne prévoit pas que vous fassiez suivre ces demandes : indiquez à la "
            "personne qu’elle s’adresse à la caisse."
        )
    if not rights.relayed_by_partner:
        return (
            "Ces droits s’exercent auprès de la caisse, sans passer par vous : dites-le à la "
            "personne."
        )
    return _BEGUN if situation.state in _NEVER_BEGAN else ""


def _review(situation: Situation) -> str:
    return "" if situation.review_open else "Aucune liste n’attend votre réponse."


def _closed(situation: Situation) -> str:
    if situation.state in ("abandoned", "closed"):
        return "Le dossier de cette convention est fermé."
    return ""


def _avenant(situation: Situation) -> str:
    if situation.rules.avenant is None:
        return "Cette convention ne prévoit pas d’avenant."
    return "" if situation.state in IN_FORCE else "Seule une convention en vigueur se modifie."


def _notice(situation: Situation) -> str:
    notice = situation.rules.notice
    if notice is None or "partner" not in notice.by:
        return "Cette convention ne prévoit pas que vous la dénonciez."
    transition = TRANSITIONS["give_notice"]
    possible = situation.state in {source for source, _ in transition.edges}
    return "" if possible else transition.refusal


def _attestation(situation: Situation) -> str:
    survival = situation.rules.survival
    if survival is None or survival.attestation is None:
        return "Cette convention ne demande pas d’attestation."
    if situation.state not in ENDED:
        return "Elle se donne après la fin de la convention."
    return "" if situation.attestation_awaited else "La caisse l’a déjà reçue."


_WHY_NOT: Mapping[str, Callable[[Situation], str]] = {
    "breach": _breach,
    "right_request": _right_request,
    "review": _review,
    "address": _closed,
    "signatory": _closed,
    "avenant": _avenant,
    "notice": _notice,
    "attestation": _attestation,
}
