"""A request of a fictitious CCAS for eleven agents, and those of the caisse who answer it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from templates_conventions.catalogue import rulebook
from tests.documents import RSACG
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.test_many_agents import agent_row
from tests.portfolio import record
from workflows import clock

Browsing = Callable[[User], Client]


@pytest.fixture
def eleven(
    caisse: Caisse, draft: Callable[..., Convention], today: Callable[[str], None]
) -> AccessRequest:
    """A request of a fictitious CCAS for eleven agents, sent by somebody signed in."""
    today("2026-02-02")
    partner = Partner.objects.create(name="CCAS d’Essai", kind="ccas", address="1 rue de l’Essai")
    published = publish(rulebook(RSACG))[0]
    convention = draft(partner=partner, rulebook_code=published.code)
    member = a_member("direction@ccas.example", partner)
    request = filling.start(convention, member)
    header = {
        "requester.name": "CCAS d’Essai",
        "requester.address": "1 rue de l’Essai",
        "requester.dated_on": "2026-02-02",
    }
    filling.answer(request, "requester", header)
    filling.answer(request, "user", [named(number) for number in range(1, 12)])
    filling.send(request, member)
    return again(request)


def named(number: int) -> dict[str, str]:
    duties = "Secrétaire de mairie" if number in (4, 9) else "Assistante de service social"
    return agent_row(number) | {
        "user.last_name": f"Exemple {LETTERS[number]}",
        "user.duties": duties,
    }


LETTERS = " ABCDEFGHIJKL"


@pytest.fixture
def clerk(eleven: AccessRequest, caisse: Caisse) -> User:
    return an_agent("gestionnaire@caisse.example", caisse, "Camille")


@pytest.fixture
def other(eleven: AccessRequest, caisse: Caisse) -> User:
    return an_agent("autre@caisse.example", caisse, "Claude")


@pytest.fixture
def lawyer(eleven: AccessRequest, caisse: Caisse) -> User:
    return an_agent("juriste@caisse.example", caisse, "Dominique", "legal_officer")


def an_agent(email: str, caisse: Caisse, first_name: str, role: str = "back_office_agent") -> User:
    user = User.objects.create_user(email, first_name=first_name, last_name="Exemple")
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=clock.today())
    return user


def again(request: AccessRequest) -> AccessRequest:
    return AccessRequest.objects.get(pk=request.pk)


def delegated(convention: Convention) -> None:
    """The paper without which nobody may be accepted."""
    record(convention, "document_received", "2026-02-02", document="delegation")


def in_force(convention: Convention) -> None:
    for party in ("partner", "caisse"):
        record(convention, "signature", "2026-02-02", party=party)


def posted(request: AccessRequest) -> dict[str, Any]:
    """The page as the clerk sends it: those of the town hall refused, the others accepted."""
    given: dict[str, Any] = {"seen_revision": request.revision}
    for user in request.users.all():
        refused = user.answers["user.duties"] == "Secrétaire de mairie"
        given[f"decision_{user.pk}"] = "refuse" if refused else "accept"
        if refused:
            given[f"reason_{user.pk}"] = "outside_profiles"
    return given
