"""What a partner may ask about one of its users today, and why not the rest."""

from __future__ import annotations

import re
from typing import NamedTuple

from access.models import Habilitation
from contracts.models import Convention
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestKind
from forms_annexes.services.structures import forms_for
from workflows.convention import ENDED
from workflows.french import article_number, date_in_words, typeset
from workflows.habilitation_life import HabilitationLife
from workflows.rulebook_access import RequestForm

SELF_SERVICE = "self_service"


class Action(NamedTuple):
    """One thing to ask; ``why_not`` is empty when it is possible."""

    code: str
    label: str
    help: str
    page: str
    """Name of its page, which takes the right's number."""
    why_not: str = ""


def actions(
    right: Habilitation,
    life: HabilitationLife,
    pending: AccessRequest | None,
    *,
    modifiable: bool,
    given_again: bool,
) -> list[Action]:
    """Everything that may be asked about a right, the possible and the impossible.

    ``pending`` is the request still instructed about it; ``modifiable`` says whether the rules let
    anything be changed in it, ``given_again`` whether the person has the same right by another
    habilitation.
    """
    return [
        _written(action)
        for action in (
            _departure(life, pending),
            _replacement(right, life, pending),
            _modification(right, life, pending, modifiable),
            _removal(right, life, pending),
            _loss(life),
            *_again(right, life, given_again),
        )
    ]


def named(form: RequestForm) -> str:
    """The label of a form between quotation marks; those inside it become English ones."""
    inner = re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", form.label))
    return typeset(f"« {inner} »")


def _departure(life: HabilitationLife, pending: AccessRequest | None) -> Action:
    left_on = life.data.left_on
    announced = left_on is not None and life.state != "closed"
    return Action(
        "departure",
        "Changer la date du départ" if announced else "Déclarer un départ",
        "L’accès se ferme ce jour-là, ou aussitôt si le jour est passé. La caisse n’a rien à "
        "décider.",
        "space_departure",
        _closed(life),
    )


def _replacement(
    right: Habilitation, life: HabilitationLife, pending: AccessRequest | None
) -> Action:
    why_not = _over(right.convention) or _asked(pending)
    if not why_not and life.state == "closed" and life.data.close_cause != "departure":
        why_not = _closed(life)
    return Action(
        "replace",
        "Remplacer cette personne",
        "Une demande pour la personne qui lui succède. Chacun a son propre accès : un identifiant "
        "ne se transmet pas.",
        "space_replace",
        why_not,
    )


def _modification(
    right: Habilitation, life: HabilitationLife, pending: AccessRequest | None, modifiable: bool
) -> Action:
    rules = right.convention.rules
    rule = rules.habilitation.modification
    article = f" (article {article_number(rule.article)})" if rule else ""
    why_not = _closed(life) or _asked(pending)
    if not why_not and not modifiable:
        why_not = "Cette convention ne distingue ni profil ni territoire : il n’y a rien à changer."
    return Action(
        "modify",
        "Changer le profil ou le territoire",
        f"Une demande que la caisse décide{article}. L’accès reste ouvert en attendant.",
        "space_modify",
        why_not,
    )


def _removal(right: Habilitation, life: HabilitationLife, pending: AccessRequest | None) -> Action:
    forms = forms_for(right.convention, RequestKind.REMOVE)
    words = f"Par le formulaire {named(forms[0])}" if forms else "Par une demande en ligne"
    return Action(
        "remove",
        "Demander le retrait",
        f"{words}, à la date que vous choisissez.",
        "space_remove_one",
        _closed(life) or _asked(pending),
    )


def _loss(life: HabilitationLife) -> Action:
    helps_itself = life.data.rulebook.habilitation.loss.procedure == SELF_SERVICE
    return Action(
        "loss",
        "Signaler des identifiants perdus ou volés",
        "Le mot de passe cesse de servir aussitôt, à toute heure. "
        + (
            "Un nouveau est envoyé à la personne."
            if helps_itself
            else "L’accès se ferme ; un nouveau se demande ensuite."
        ),
        "space_loss",
        _closed(life),
    )


def _again(right: Habilitation, life: HabilitationLife, given_again: bool) -> list[Action]:
    """Nothing until the access is closed: there is then another to ask for."""
    if life.state != "closed":
        return []
    why_not = _over(right.convention)
    if not why_not and given_again:
        why_not = "Cette personne a un nouvel accès."
    return [
        Action(
            "again",
            "Demander un nouvel accès pour cette personne",
            "La caisse accorde une nouvelle habilitation, avec de nouveaux identifiants.",
            "space_ask_again",
            why_not,
        )
    ]


def _closed(life: HabilitationLife) -> str:
    if life.state != "closed" or life.over_on is None:
        return ""
    return f"L’accès est fermé depuis le {date_in_words(life.over_on)}."


def _over(convention: Convention) -> str:
    over = convention.state in {*ENDED, "abandoned", "closed"}
    return "La convention a pris fin : elle n’ouvre plus d’accès." if over else ""


def _asked(pending: AccessRequest | None) -> str:
    if pending is None:
        return ""
    return f"La demande {pending.number}, qui concerne cette personne, est en cours."


def _written(action: Action) -> Action:
    return action._replace(
        label=typeset(action.label), help=typeset(action.help), why_not=typeset(action.why_not)
    )
