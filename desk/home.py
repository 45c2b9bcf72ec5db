"""What needs somebody today, by what they may do: counts that lead to lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from access.services.handing_over import to_hand_over
from access.services.tasks import empowered_caisses, worklist
from contracts.models import User
from contracts.rules import caisses_where, conventions_where, powers_of
from contracts.services.proposals import to_confirm
from contracts.services.visibility import visible_caisses
from desk.awaiting import awaiting_cnil
from desk.forms import SET_ASIDE, WITH_QUESTION, WITHOUT_CNIL
from forms_annexes.models import RequestedUser
from forms_annexes.models.users import UserDecision
from forms_annexes.services.prerequisite_flags import concerned
from forms_annexes.services.visibility import inbox
from workflows.breaker import open_runs
from workflows.convention import ConventionStatus
from workflows.effects import dead_letters

DECIDE = "contracts.decide_question"
COMMIT = "contracts.record_legal_act"
DECLARE = "contracts.record_cnil"
INSTRUCT = "forms_annexes.instruct_request"
SEE_MISSING = "forms_annexes.view_what_is_missing"


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits, how much of it, and where it is."""

    title: str
    number: int
    words: str
    """What the number counts."""
    link: str


def cards(user: User, today: date) -> list[Card]:
    """What waits for the user, in the order of urgency; nothing that the user could not act on."""
    powers = powers_of(user, today)
    found: list[Card] = []
    if DECIDE in powers:
        found.append(_questions(user, today))
    if COMMIT in powers:
        found += _set_aside(user, today)
    if waiting := to_confirm(user, today).count():
        words = _plural(waiting, "décision d’une autre personne", "décisions d’autres personnes")
        found.append(Card("À confirmer", waiting, words, reverse("proposals")))
    if DECLARE in powers:
        found.append(_declarations(user, today))
    if INSTRUCT in powers:
        found.append(_requests(user, today))
        found += _papers(user, today)
    found += _accounts(user, today)
    if INSTRUCT in powers and (blocked := blocked_grants(user, today).count()):
        found.append(
            Card(
                "À débloquer",
                blocked,
                f"{_plural(blocked, 'utilisateur accepté', 'utilisateurs acceptés')} sans accès",
                reverse("blocked_grants"),
            )
        )
    if "contracts.decide_effect" in powers and (dead := dead_letters().count()):
        found.append(
            Card(
                "En échec",
                dead,
                _plural(dead, "envoi à relancer ou à écarter", "envois à relancer ou à écarter"),
                reverse("dead_letters"),
            )
        )
    if "contracts.confirm_held_run" in powers and (held := open_runs().count()):
        found.append(
            Card(
                "Retenus",
                held,
                _plural(held, "traitement à confirmer", "traitements à confirmer"),
                reverse("held_runs"),
            )
        )
    return found


def blocked_grants(user: User, today: date) -> QuerySet[RequestedUser]:
    """The accepted users whose right could not be granted, under the conventions one processes."""
    return (
        RequestedUser.objects.filter(
            decision=UserDecision.ACCEPTED,
            request__convention__in=conventions_where(user, SEE_MISSING, today),
        )
        .exclude(grant_problem="")
        .select_related("request__convention__partner", "request__site")
        .order_by("request__received_on", "pk")
    )


def _questions(user: User, today: date) -> Card:
    number = conventions_where(user, DECIDE, today).filter(open_questions__gt=0).count()
    return Card(
        "À trancher",
        number,
        _plural(number, "convention avec une question", "conventions avec une question"),
        _list_of(user, today, WITH_QUESTION, DECIDE),
    )


def _set_aside(user: User, today: date) -> Iterator[Card]:
    """What dates changed and could not be written; nothing on a good day."""
    aside = conventions_where(user, COMMIT, today).exclude(sweep_error="")
    if number := aside.count():
        yield Card(
            "À vérifier",
            number,
            _plural(number, "convention mise de côté", "conventions mises de côté"),
            _list_of(user, today, SET_ASIDE, COMMIT),
        )


def _declarations(user: User, today: date) -> Card:
    waiting = awaiting_cnil(conventions_where(user, DECLARE, today))
    number = waiting.count()
    signed = waiting.filter(state=ConventionStatus.SIGNED.value).count() if number else 0
    held = f", dont {signed} {_plural(signed, 'déjà signée', 'déjà signées')}" if signed else ""
    return Card(
        "CNIL",
        number,
        _plural(number, "convention sans déclaration", "conventions sans déclaration") + held,
        _list_of(user, today, WITHOUT_CNIL, DECLARE),
    )


def _list_of(user: User, today: date, wanted: str, power: str) -> str:
    """The list of what was counted; of the one caisse concerned when the user sees others."""
    own = list(caisses_where(user, power, today)[:2])
    page = f"{reverse('conventions')}?etat={wanted}"
    if len(own) == 1 and visible_caisses(user, today).count() > 1:
        return f"{page}&caisse={own[0].code}"
    return page


def _requests(user: User, today: date) -> Card:
    seen = conventions_where(user, INSTRUCT, today)
    number = (
        inbox(user, today).filter(process__requestprocess__request__convention__in=seen).count()
    )
    return Card(
        "À instruire",
        number,
        _plural(number, "demande à contrôler", "demandes à contrôler"),
        reverse("instruction"),
    )


def _papers(user: User, today: date) -> Iterator[Card]:
    """The papers to check, and the accesses whose paper has ended; nothing on a good day."""
    number = sum(1 for _ in concerned(conventions_where(user, INSTRUCT, today), today))
    if number:
        yield Card(
            "À traiter",
            number,
            _plural(number, "convention, pour une pièce", "conventions, pour une pièce"),
            reverse("prerequisites"),
        )


def _accounts(user: User, today: date) -> Iterator[Card]:
    caisses = list(empowered_caisses(user, today))
    if not caisses:
        return
    number = worklist(caisses).count() + len(to_hand_over(caisses))
    yield Card(
        "À inscrire",
        number,
        _plural(number, "compte à mettre à jour", "comptes à mettre à jour"),
        reverse("accounts"),
    )


def _plural(number: int, one: str, several: str) -> str:
    """The words that follow the number, which stands apart."""
    return several if number > 1 else one
