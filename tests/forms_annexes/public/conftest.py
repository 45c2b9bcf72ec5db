"""A caisse that takes requests on line before any convention, and somebody who makes one."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from contracts.models import Caisse, User, UserScope
from contracts.services.rulebooks import publish
from forms_annexes.models import PublicRequest
from forms_annexes.services import public_filling
from forms_annexes.services.public_offer import SETTING, Offer, offer_of
from templates_conventions.catalogue import rulebook
from tests.forms_annexes.conftest import browsing, mail_to
from tests.portfolio import caisse, partner, today
from tests.templates_conventions.matrix import CAF
from tests.worker import worker_at_each_commit
from workflows import clock

__all__ = ["browsing", "caisse", "mail_to", "partner", "today", "worker_at_each_commit"]

SENDER = "mairie@commune.example"
SIRET = "21420279800010"

ORGANISATION = {"siret": "214 202 798 00010", "partner_kind": "commune"}
PROVIDER = {
    "provider_name": "Commune d’Essai",
    "provider_address": "2 place de l’Essai\n62000 Essai",
    "provider_representative": "Camille Exemple",
    "provider_email": SENDER,
}
SCOPE = {"scope_establishments": "Relais d’Essai\r\nMulti-accueil d’Essai\r\nrelais d’essai\r\n"}
PERSONS: dict[str, Any] = {
    "user-row": ["n1", "n2"],
    "n1-user_last_name": "Exemple",
    "n1-user_first_name": "Claude",
    "n1-user_email": "claude@commune.example",
    "n2-user_last_name": "Essai",
    "n2-user_first_name": "Dominique",
    "n2-user_email": "dominique@commune.example",
    "n2-user_establishments": "Relais d’Essai",
}
CONTACT = {"last_name": "Exemple", "first_name": "Camille", "email": SENDER.upper()}
PAGES: list[dict[str, Any]] = [ORGANISATION, PROVIDER, SCOPE, PERSONS, CONTACT]

_WORDS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]


@pytest.fixture
def open_caisse(caisse: Caisse, today: Callable[[str], None]) -> Caisse:
    """The caisse, on 1 February 2024, with its page open for one type of convention."""
    today("2024-02-01")
    publish(rulebook(CAF))
    caisse.departments = ["62"]
    caisse.settings = {SETTING: [CAF]}
    caisse.save()
    return caisse


@pytest.fixture
def offer(open_caisse: Caisse) -> Offer:
    found = offer_of(CAF)
    assert found is not None
    return found


@pytest.fixture
def agent(open_caisse: Caisse) -> User:
    """Somebody who processes the conventions of the caisse."""
    return an_agent("gestionnaire@caisse.example", open_caisse)


def an_agent(email: str, caisse: Caisse, **scope: Any) -> User:
    user = User.objects.create_user(email, "mot de passe")
    wanted = {"role": "back_office_agent", "first_day": clock.today()} | scope
    UserScope.objects.create(user=user, caisse=caisse, **wanted)
    return user


@pytest.fixture
def filled(offer: Offer, open_caisse: Caisse) -> PublicRequest:
    """A request with every answer, not sent."""
    return fill(offer, open_caisse)


@pytest.fixture
def received(filled: PublicRequest) -> PublicRequest:
    """A request whose sender proved the address."""
    return public_filling.confirm(public_filling.send(filled))


def fill(offer: Offer, caisse: Caisse, email: str = SENDER) -> PublicRequest:
    """Answer every question."""
    public = public_filling.start(offer, caisse)
    public_filling.identify(public, siret=SIRET, partner_kind="commune")
    public_filling.answer(
        public,
        "provider",
        {
            "provider.name": "Commune d’Essai",
            "provider.address": "2 place de l’Essai\n62000 Essai",
            "provider.representative": "Camille Exemple",
            "provider.email": email,
        },
    )
    public_filling.answer(
        public, "scope", {"scope.establishments": "Relais d’Essai\nMulti-accueil d’Essai"}
    )
    public_filling.answer(
        public,
        "user",
        [
            {
                "user.last_name": "Exemple",
                "user.first_name": "Claude",
                "user.email": "claude@commune.example",
                "user.establishments": "",
            },
            {
                "user.last_name": "Essai",
                "user.first_name": "Dominique",
                "user.email": "dominique@commune.example",
                "user.establishments": "Relais d’Essai",
            },
        ],
    )
    return public_filling.set_contact(
        public, first_name="Camille", last_name="Exemple", email=email
    )


def begin(client: Client, **changes: str) -> Any:
    """Choose the service and the département."""
    return client.post("/demande/", {"service": CAF, "departement": "62"} | changes)


def fill_pages(client: Client) -> str:
    """Go through the pages as somebody does; the address of the last one."""
    address: str = begin(client).url
    for given in PAGES:
        page = client.post(address, given)
        assert page.status_code == 302, text_of(page)
        address = page.url
    return address


def send_page(client: Client, address: str, **changes: str) -> Any:
    """Answer the question of the last page, and send."""
    page = client.get(address).content.decode()
    key = re.search(r'name="question_0" value="(\w+)"', page)
    question = re.search(r"Combien font (\w+) plus (\w+)", page)
    assert key is not None
    assert question is not None
    total = _WORDS.index(question[1]) + _WORDS.index(question[2])
    return client.post(address, {"question_0": key[1], "question_1": str(total)} | changes)


def text_of(page: Any) -> str:
    """The words of a page, with plain spaces."""
    return re.sub(r"\s+", " ", page.content.decode()).replace("\xa0", " ")


def link_in(text: str, path: str) -> str:
    """The address under ``path`` that a message holds."""
    found = re.search(rf"/{path}/[^/\s\"<]+/", text)
    assert found is not None, text
    return found[0]


def stored() -> str:
    """All that is kept of public requests and of the messages about them."""
    from contracts.models import Person
    from notifications.models import Message

    tables = (PublicRequest, Person, Message)
    return repr([list(table.objects.values()) for table in tables]) + repr(
        [message.body for message in mail.outbox]
    )
