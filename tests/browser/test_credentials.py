"""Choosing a password by a link, and asking for another: read aloud, narrow, without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Agent
from tests.access.credentials.conftest import (
    CAF,
    LOIRE,
    RSA,
    Letterbox,
    Open,
    agent,
    caisse,
    convention_of,
    letterbox,
    open_access,
    partner,
    person,
    today,
    token_in,
)
from tests.browser.accessibility import assert_accessible
from tests.browser.test_request_pages import signed_in

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

NUMBERS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 720}


def looked_at(page: Page) -> None:
    """Fail unless the page is accessible and fits, on a telephone and on a desk."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_link_is_opened_corrected_and_used(
    transactional_db: None, page: Page, open_access: Open, letterbox: Letterbox
) -> None:
    open_access(LOIRE, credentials_channel="activation_link")
    link = f"/activation/{token_in(letterbox.last_text())}/"
    page.goto(link)
    assert page.locator("script").count() == 0
    looked_at(page)
    page.get_by_label("Nouveau mot de passe").fill("trop court")
    page.get_by_label("Le même, une seconde fois").fill("autre chose")
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    expect(page.get_by_role("alert")).to_contain_text("À corriger avant de continuer")
    looked_at(page)
    page.get_by_label("Nouveau mot de passe").fill("une phrase de sept mots bien choisis")
    page.get_by_label("Le même, une seconde fois").fill("une phrase de sept mots bien choisis")
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre mot de passe est choisi")
    looked_at(page)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre mot de passe est déjà choisi")
    looked_at(page)


def test_another_password_is_asked_for(
    transactional_db: None, page: Page, open_access: Open, letterbox: Letterbox
) -> None:
    habilitation = open_access(CAF)
    page.goto("/mot-de-passe-perdu/")
    assert page.locator("script").count() == 0
    looked_at(page)
    page.get_by_role("button", name="Recevoir un nouveau mot de passe").click()
    expect(page.get_by_role("alert")).to_contain_text("Tapez votre identifiant")
    looked_at(page)
    question = re.search(r"Combien font (\w+) plus (\w+)", page.content())
    assert question is not None
    page.get_by_label("Identifiant").fill(habilitation.account.identifier)
    page.get_by_label("Question de contrôle").fill(
        str(NUMBERS.index(question[1]) + NUMBERS.index(question[2]))
    )
    page.get_by_role("button", name="Recevoir un nouveau mot de passe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre messagerie")
    looked_at(page)
    assert len(letterbox.received) == 2


def test_an_agent_sends_the_encrypted_notification(
    transactional_db: None,
    context: BrowserContext,
    live_server: LiveServer,
    open_access: Open,
    letterbox: Letterbox,
    agent: Agent,
) -> None:
    habilitation = open_access(RSA)
    page = signed_in(context, live_server, "habilitee@caisse.example")
    page.goto("/comptes/")
    looked_at(page)
    page.goto(f"/comptes/identifiants/{habilitation.pk}/")
    looked_at(page)
    page.get_by_role("button", name="Envoyer et afficher le code").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Donnez ce code")
    looked_at(page)
    assert len(letterbox.received) == 1
