"""What needs somebody today, by what they may do: counts that lead to lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from access.services.handing_over import to_hand_over
from access.services.tasks import empowered_caisses, worklist
from contracts.models import User
from contracts.rules import caisses_where, conventions_where, powers_of
from contracts.services.campaign_returns import RECORD as RETURNS
from contracts.services.campaigns import visible_campaigns
from contracts.services.counting import counted_together
from contracts.services.deadline_portfolio import Asked, counted
from contracts.services.proposals import to_confirm
from contracts.services.twin_conventions import KEEP, unsettled_twins
from contracts.services.visibility import scopes_held, visible_conventions
from desk.awaiting import awaiting_cnil
from desk.blocked_grants import blocked_grants
from desk.endings import listing as endings
from desk.forms import SET_ASIDE, WITHOUT_CNIL
from desk.incoming import listing as incoming
from desk.incoming.effects import REGISTER
from desk.outgoing import listing as outgoing
from desk.outgoing.forms import SEND
from desk.questions import listing as questions
from forms_annexes.services.prerequisite_flags import concerned
from forms_annexes.services.visibility import inbox
from notifications.bounces.addresses import CORRECT, to_correct
from notifications.unwarned import to_look_at
from workflows.breaker import open_runs
from workflows.convention import ConventionStatus
from workflows.effects import dead_letters

DECIDE = "contracts.decide_question"
COMMIT = "contracts.record_legal_act"
DECLARE = "contracts.record_cnil"
INSTRUCT = "forms_annexes.instruct_request"
ANSWER = "contracts.answer_for_deadlines"


Numbers = dict[str, int]
"""How many rows there are of each thing of ``_rows``."""


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits, how much of it, and where it is."""

    title: str
    number: int
    words: str
    """What the number counts."""
    link: str
    """To the list that shows exactly as many."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is done in one manner: decided, posted, entered, examined, watched."""

    title: str
    cards: tuple[Card, ...]


class _Source(NamedTuple):
    """A line of the table below."""

    group: str
    read: Callable[[User, date, Numbers], Iterator[Card]]
    power: str = ""
    """Asked for in one caisse at least; empty where the source itself knows for whom it counts."""


DECIDING, POSTING, ENTERING = "À trancher", "À poster cette semaine", "À saisir"
EXAMINING, WATCHING = "À instruire", "À surveiller"
GROUPS = (DECIDING, POSTING, ENTERING, EXAMINING, WATCHING)


def groups(user: User, today: date) -> list[Group]:
    """What waits for the user, in the order of urgency; nothing that the user could not act on."""
    powers, numbers = powers_of(user, today), counted_together(_rows(user, today))
    found: dict[str, list[Card]] = {title: [] for title in GROUPS}
    for source in sources():
        if not source.power or source.power in powers:
            found[source.group] += source.read(user, today, numbers)
    return [Group(title, tuple(cards)) for title, cards in found.items() if cards]


def sources() -> tuple[_Source, ...]:
    """Everything that may wait, each in its group: a new one is a new line."""
    return (
        _Source(DECIDING, _questions, DECIDE),
        _Source(DECIDING, _set_aside, COMMIT),
        _Source(DECIDING, _proposals),
        _Source(DECIDING, _held_runs, "contracts.confirm_held_run"),
        _Source(POSTING, _notices, INSTRUCT),
        _Source(POSTING, _sent, SEND),
        _Source(ENTERING, _told_by_provider, SEND),
        _Source(ENTERING, _received, REGISTER),
        _Source(ENTERING, _accounts),
        _Source(ENTERING, _blocked, INSTRUCT),
        _Source(ENTERING, _addresses, CORRECT),
        _Source(ENTERING, _declarations, DECLARE),
        _Source(EXAMINING, _requests, INSTRUCT),
        _Source(EXAMINING, _papers, INSTRUCT),
        _Source(WATCHING, _campaigns, RETURNS),
        _Source(WATCHING, _delays, INSTRUCT),
        _Source(WATCHING, _ended, endings.SETTLE),
        _Source(WATCHING, _twins, KEEP),
        _Source(WATCHING, _unwarned, ANSWER),
        _Source(WATCHING, _dead, "contracts.decide_effect"),
    )


def _rows(user: User, today: date) -> dict[str, QuerySet[Any]]:
    """What is counted by rows alone, all in one query."""
    undeclared = awaiting_cnil(conventions_where(user, DECLARE, today))
    instructed = conventions_where(user, INSTRUCT, today)
    return {
        "questions": questions.waiting(conventions_where(user, DECIDE, today)),
        "set aside": conventions_where(user, COMMIT, today).exclude(sweep_error=""),
        "proposals": to_confirm(user, today),
        "held runs": open_runs(),
        "blocked": blocked_grants(user, today),
        "undeclared": undeclared,
        "undeclared, signed": undeclared.filter(state=ConventionStatus.SIGNED.value),
        "requests": inbox(user, today).filter(
            process__requestprocess__request__convention__in=instructed
        ),
        "unwarned": to_look_at(conventions_where(user, ANSWER, today)),
        "addresses": to_correct(user, today),
        "campaigns": visible_campaigns(user, today).filter(
            launch__isnull=False, closing__isnull=True
        ),
        "dead": dead_letters(),
        "ended": endings.waiting(user, today),
        "twins": unsettled_twins(conventions_where(user, KEEP, today), today),
    }


def _sent(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    waiting = outgoing.waiting(user, today)
    for standing, title, one, several in (
        ("to_post", "À poster", "courrier signé", "courriers signés"),
        ("to_sign", "À signer", "courrier à signer", "courriers à signer"),
        ("proof_awaited", "Preuve attendue", "recommandé posté", "recommandés postés"),
        (outgoing.OVERDUE, "Preuve à réclamer", "recommandé posté", "recommandés postés"),
    ):
        if told := waiting.get(standing):
            yield Card(title, told.number, _plural(told.number, one, several), told.address)


def _told_by_provider(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """What the provider of registered letters told that surprises; nothing on a good day."""
    if settings.TACITE_LETTER_PROVIDER and (number := outgoing.surprises(user, today).count()):
        yield Card(
            "Recommandés",
            number,
            _plural(number, "statut à vérifier", "statuts à vérifier"),
            reverse("letter_provider"),
        )


def _received(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    waiting = incoming.waiting(user, today)
    for standing, title in (("to_file", "À rattacher"), ("to_qualify", "À qualifier")):
        if told := waiting.get(standing):
            words = _plural(told.number, "courrier reçu", "courriers reçus")
            yield Card(title, told.number, words, told.address)


def _proposals(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    if number := numbers["proposals"]:
        yield Card(
            "À confirmer",
            number,
            _plural(number, "décision d’une autre personne", "décisions d’autres personnes"),
            reverse("proposals"),
        )


def _blocked(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    if number := numbers["blocked"]:
        yield Card(
            "À débloquer",
            number,
            f"{_plural(number, 'utilisateur accepté', 'utilisateurs acceptés')} sans accès",
            reverse("blocked_grants"),
        )


def _addresses(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The addresses that receive nothing any more; nothing on a good day."""
    if number := numbers["addresses"]:
        yield Card(
            "Adresses",
            number,
            _plural(number, "adresse à corriger", "adresses à corriger"),
            reverse("dead_addresses"),
        )


def _dead(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    if number := numbers["dead"]:
        yield Card(
            "En échec",
            number,
            _plural(number, "envoi à relancer ou à écarter", "envois à relancer ou à écarter"),
            reverse("dead_letters"),
        )


def _held_runs(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    if number := numbers["held runs"]:
        yield Card(
            "Retenus",
            number,
            _plural(number, "traitement à confirmer", "traitements à confirmer"),
            reverse("held_runs"),
        )


def _notices(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The limits whose letter has to leave by Sunday, should it leave at all."""
    last = today + timedelta(days=6 - today.weekday())
    asked = Asked(today, last, "last_working_day", ("notice_limit",))
    number = _deadlines(user, today, asked)
    query = f"nature=notice_limit&selon=ouvre&du={today}&au={last}"
    yield Card(
        "Dénonciations",
        number,
        _plural(number, "limite pour dénoncer", "limites pour dénoncer"),
        f"{reverse('deadlines')}?{query}",
    )


def _delays(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The delays that end a convention unless something stops them; nothing on a good day."""
    if number := _deadlines(user, today, Asked(today, kinds=("breach_end",))):
        yield Card(
            "Délais en cours",
            number,
            _plural(number, "mise en demeure court", "mises en demeure courent"),
            f"{reverse('deadlines')}?nature=breach_end",
        )


def _campaigns(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The campaigns of avenants whose returns are awaited."""
    if number := numbers["campaigns"]:
        yield Card(
            "Avenants",
            number,
            _plural(number, "campagne en cours", "campagnes en cours"),
            reverse("campaigns"),
        )


def _unwarned(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The deadlines that passed while no alert of them had left; nothing on a good day."""
    if number := numbers["unwarned"]:
        yield Card(
            "Sans alerte",
            number,
            _plural(number, "échéance passée", "échéances passées"),
            reverse("unwarned_deadlines"),
        )


def _deadlines(user: User, today: date, asked: Asked) -> int:
    """As many as the page of deadlines lists: all that the user sees."""
    return sum(one.number for one in counted(visible_conventions(user, today), asked))


def _questions(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    number = numbers["questions"]
    yield Card(
        "Questions",
        number,
        _plural(number, "question ouverte", "questions ouvertes"),
        _of_own_caisse(user, today, reverse("questions") + "?", DECIDE),
    )


def _set_aside(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """What dates changed and could not be written; nothing on a good day."""
    if number := numbers["set aside"]:
        yield Card(
            "Mises de côté",
            number,
            _plural(number, "convention mise de côté", "conventions mises de côté"),
            _list_of(user, today, SET_ASIDE, COMMIT),
        )


def _declarations(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    number, signed = numbers["undeclared"], numbers["undeclared, signed"]
    held = f", dont {signed} {_plural(signed, 'déjà signée', 'déjà signées')}" if signed else ""
    yield Card(
        "CNIL",
        number,
        _plural(number, "convention sans déclaration", "conventions sans déclaration") + held,
        _list_of(user, today, WITHOUT_CNIL, DECLARE),
    )


def _ended(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The ended conventions whose file is open; nothing where all are closed."""
    if number := numbers["ended"]:
        yield Card(
            "Fins à solder",
            number,
            _plural(number, "convention finie", "conventions finies"),
            reverse("endings"),
        )


def _twins(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """Conventions of one type that a succession gave one partner; nothing on a good day."""
    if number := numbers["twins"]:
        yield Card(
            "Doublons",
            number,
            _plural(number, "convention reprise en double", "conventions reprises en double"),
            f"{reverse('partner_duplicates')}#titre-conventions",
        )


def _list_of(user: User, today: date, wanted: str, power: str) -> str:
    """The list of what was counted."""
    return _of_own_caisse(user, today, f"{reverse('conventions')}?etat={wanted}&", power)


def _of_own_caisse(user: User, today: date, page: str, power: str) -> str:
    """A page, of the one caisse where the user has the power when they see others."""
    if len({scope.caisse_id for scope in scopes_held(user, today)}) > 1:
        own = list(caisses_where(user, power, today)[:2])
        if len(own) == 1:
            return f"{page}caisse={own[0].code}"
    return page.rstrip("?&")


def _requests(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    number = numbers["requests"]
    yield Card(
        "Demandes",
        number,
        _plural(number, "demande à contrôler", "demandes à contrôler"),
        reverse("instruction"),
    )


def _papers(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    """The papers to check, and the accesses whose paper has ended; nothing on a good day."""
    number = sum(1 for _ in concerned(conventions_where(user, INSTRUCT, today), today))
    if number:
        yield Card(
            "Pièces",
            number,
            _plural(number, "convention, pour une pièce", "conventions, pour une pièce"),
            reverse("prerequisites"),
        )


def _accounts(user: User, today: date, numbers: Numbers) -> Iterator[Card]:
    caisses = list(empowered_caisses(user, today))
    if not caisses:
        return
    number = worklist(caisses).count() + len(to_hand_over(caisses))
    yield Card(
        "Comptes",
        number,
        _plural(number, "compte à mettre à jour", "comptes à mettre à jour"),
        reverse("accounts"),
    )


def _plural(number: int, one: str, several: str) -> str:
    """The words that follow the number, which stands apart."""
    return several if number > 1 else one
