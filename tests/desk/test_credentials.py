"""The agent's page for credentials: what it offers, and what it shows only once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.models import Habilitation
from contracts.models import Agent, Power, User, UserScope
from tests.access.credentials.conftest import (
    LOIRE,
    PICARDIE,
    RSA,
    Letterbox,
    Open,
    agent,
    caisse,
    convention_of,
    fresh,
    letterbox,
    open_access,
    partner,
    person,
    today,
    token_in,
)
from workflows import clock
from workflows.effect_worker import drain

__all__ = [
    "agent",
    "caisse",
    "convention_of",
    "letterbox",
    "open_access",
    "partner",
    "person",
    "today",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


def page_of(habilitation: Habilitation, what: str = "") -> str:
    return f"/comptes/identifiants/{habilitation.pk}/{what}"


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_the_list_leads_to_the_encrypted_mail_and_the_page_shows_its_code_once(
    desk: Client, open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(RSA)
    worklist = text(desk.get("/comptes/"))
    assert page_of(habilitation) in worklist
    assert "Par courriel chiffré" in worklist
    sent = desk.post(page_of(habilitation, "courriel/"), {"seen": "0"})
    assert sent.status_code == 200
    assert "no-store" in sent["Cache-Control"]
    code = re.search(r'translate="no">([\w-]+)<', text(sent))
    assert code is not None
    again = desk.get(page_of(habilitation))
    assert code[1] not in text(again)
    assert "Envoyer de nouveau" in text(again)
    assert page_of(habilitation) not in text(desk.get("/comptes/"))


@pytest.mark.parametrize("seen", ["", "x", "7", "-1", "²", "9" * 30])
def test_a_page_that_is_out_of_date_sends_nothing_and_says_so(
    desk: Client, open_access: Open, letterbox: Letterbox, seen: str
) -> None:
    refused = desk.post(page_of(open_access(RSA), "courriel/"), {"seen": seen})
    assert refused.status_code == 409
    assert "vérifiez avant de recommencer" in text(refused)
    assert letterbox.received == []


def test_a_letter_is_given_to_the_browser_and_its_posting_is_said_afterwards(
    desk: Client, open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(PICARDIE, credentials_channel="letter")
    assert "Le courrier est parti" not in text(desk.get(page_of(habilitation)))
    printed = desk.post(page_of(habilitation, "courrier/"), {"seen": "0"})
    assert printed["Content-Type"] == "application/pdf"
    assert "no-store" in printed["Cache-Control"]
    assert "Le courrier est parti" in text(desk.get(page_of(habilitation)))
    desk.post(page_of(habilitation), {"done_on": clock.today().isoformat()})
    assert fresh(habilitation).state == "credentials_sent"


def test_a_new_link_is_asked_for_once_though_the_page_is_sent_twice(
    desk: Client, open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(LOIRE, credentials_channel="activation_link")
    first = token_in(letterbox.last_text())
    asked = re.search(r'name="asked" value="([\w-]+)"', text(desk.get(page_of(habilitation))))
    assert asked is not None
    for _ in range(2):
        desk.post(page_of(habilitation, "envoi/"), {"asked": asked[1]})
        drain()
    assert len(letterbox.received) == 2
    assert token_in(letterbox.last_text()) != first
    assert desk.post(page_of(habilitation, "envoi/"), {"asked": "x"}).status_code == 409


def test_who_is_not_empowered_reads_and_sends_nothing(
    desk: Client, open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(RSA)
    Power.objects.update(last_day=clock.today().replace(month=1, day=1))
    assert "habilité nommément" in text(desk.get(page_of(habilitation)))
    assert desk.post(page_of(habilitation, "courriel/"), {"seen": "0"}).status_code == 403
    assert desk.post(page_of(habilitation, "courrier/"), {"seen": "0"}).status_code == 403
    assert letterbox.received == []


def test_the_page_of_another_caisse_is_not_found(
    open_access: Open, letterbox: Letterbox, today: Callable[[str], None]
) -> None:
    habilitation = open_access(RSA)
    user = User.objects.create_user("ailleurs@caisse.example", "mot de passe")
    client = Client()
    client.force_login(user)
    assert client.get(page_of(habilitation)).status_code == 403
    elsewhere = type(habilitation.account.caisse).objects.create(code="AUTRE", name="Autre caisse")
    UserScope.objects.create(
        user=user, caisse=elsewhere, role="back_office_agent", first_day=clock.today()
    )
    assert client.get(page_of(habilitation)).status_code == 404
    assert (
        client.get(page_of(habilitation).replace(str(habilitation.pk), "9" * 25)).status_code == 404
    )
