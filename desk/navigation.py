"""The links of the header for the staff, with the count of what waits behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from access.models import DirectoryTask
from access.services.tasks import empowered_caisses, worklist
from contracts.models import OpenQuestion, User
from contracts.rules import conventions_where, powers_of
from contracts.services.counting import counted_together
from contracts.services.proposals import to_confirm
from desk.questions.listing import waiting
from forms_annexes.services.declaration_visibility import to_handle
from forms_annexes.services.public_preparing import waiting_for
from forms_annexes.services.visibility import inbox
from notifications.notices import unread
from workflows import clock
from workflows.read_once import each_thing_read_once


class Link(NamedTuple):
    """One page of the header."""

    address: str
    label: str
    waiting: int
    """What the user has to do there; 0 when nothing, or when it is for others."""
    is_current: bool
    is_daily: bool
    """In the row of the day's work; the others stand beneath, quieter."""


class _Place(NamedTuple):
    """A line of the table below."""

    name: str
    label: str
    is_daily: bool
    power: str = "contracts.view_convention"
    """The power of whoever reads the page, in one caisse at least (``contracts.rules``)."""
    waiting: Callable[[User, date], QuerySet[Any]] | None = None
    """What the user has to do there."""
    counted_with: str = "contracts.view_convention"
    """The power of those for whom it is counted: those who may act on it."""
    only_if_waiting: bool = False
    also_to_readers: bool = False
    """Shown all the same to those who may read it and have nothing to do there."""


def _questions(user: User, today: date) -> QuerySet[OpenQuestion]:
    """The open questions that hold something back, and that the user may decide."""
    own = conventions_where(user, "contracts.decide_question", today)
    return waiting(own).filter(blocking=True)


def _accounts(user: User, today: date) -> QuerySet[DirectoryTask]:
    return worklist(empowered_caisses(user, today))


PLACES = (
    _Place("home", "Accueil", True),
    _Place("conventions", "Conventions", True),
    _Place("deadlines", "Échéances", True),
    _Place(
        "instruction",
        "Demandes",
        True,
        waiting=inbox,
        counted_with="forms_annexes.instruct_request",
    ),
    _Place(
        "declarations",
        "Déclarations",
        True,
        waiting=to_handle,
        counted_with="forms_annexes.handle_declaration",
    ),
    _Place(
        "public_requests",
        "Premières demandes",
        True,
        power="forms_annexes.view_public_requests",
        counted_with="contracts.draft_convention",
        waiting=waiting_for,
        only_if_waiting=True,
        also_to_readers=True,
    ),
    _Place(
        "questions",
        "Questions",
        True,
        waiting=_questions,
        counted_with="contracts.decide_question",
    ),
    _Place(
        "proposals",
        "À confirmer",
        True,
        waiting=to_confirm,
        counted_with="contracts.record_legal_act",
        only_if_waiting=True,
    ),
    _Place("accounts", "Comptes", True, waiting=_accounts),
    _Place("notices", "Notifications", True, waiting=lambda user, today: unread(user)),
    _Place("partners", "Partenaires", False),
    _Place("users", "Utilisateurs", False),
    _Place("rulebooks", "Modèles", False),
    _Place("incoming_letters", "Courriers reçus", False),
    _Place("outgoing_letters", "Courriers envoyés", False),
    _Place("sent_messages", "Courriels", False, power="notifications.view_message"),
    _Place("scan_batches", "Numérisations", False, power="contracts.view_scans"),
    _Place("imports", "Reprises", False, power="access.view_import"),
    _Place("connections", "Connexions", False),
    _Place("statistics", "Statistiques", False),
    _Place("help", "Aide", False),
    _Place(
        "second_factors_of_staff", "Seconds facteurs", False, power="contracts.reset_second_factor"
    ),
    _Place("staff", "Personnel", False, power="contracts.view_staff"),
    _Place("retention", "Conservation", False, power="contracts.view_retention"),
    _Place("system_state", "État du système", False, power="access.view_system_state"),
)
"""Every page of the header, in its order."""

_WITHOUT_ROLE = ("home", "conventions", "notices")


def staff_pages(request: HttpRequest) -> dict[str, Any]:
    """Give the layout the pages of the staff; counted only where they are drawn."""
    return {"staff_pages": SimpleLazyObject(lambda: _drawn(request))}


def _drawn(request: HttpRequest) -> list[Link]:
    """After a form was sent too, drawing the header only reads."""
    with each_thing_read_once():
        return list(_links(request))


def _links(request: HttpRequest) -> Iterator[Link]:
    user, today = getattr(request, "user", None), clock.today()
    if user is None or not user.is_authenticated:
        return
    powers = powers_of(user, today)
    here = request.resolver_match.url_name if request.resolver_match else ""
    open_to_user = [
        place for place in PLACES if place.power in powers or place.name in _WITHOUT_ROLE
    ]
    numbers = counted_together(
        {
            place.name: place.waiting(user, today)
            for place in open_to_user
            if place.waiting is not None and place.counted_with in powers
        }
    )
    for place in open_to_user:
        number = numbers.get(place.name, 0)
        is_for_others = place.counted_with not in powers
        if number or not place.only_if_waiting or (place.also_to_readers and is_for_others):
            yield Link(reverse(place.name), place.label, number, here == place.name, place.is_daily)
