"""Signing in, staying signed in and moving the demonstration's clock, as people meet them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Partner, PartnerMembership, User, UserScope
from desk.demonstration import shifted_clock
from tests.browser.test_request_pages import fits
from workflows import clock

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=clock.PARIS)
PASSWORD = "un mot de passe assez long"
STAFF = "gestionnaire@caisse.example"
PARTNER = "direction@creche.example"


@pytest.fixture
def house(live_server: LiveServer) -> Iterator[None]:
    """One of the staff and one of a partner's people, on a fixed morning."""
    original = clock.install(lambda: MORNING)
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name="Crèche d’Exemple", kind="association")
    day = date(2026, 1, 1)
    UserScope.objects.create(
        user=User.objects.create_user(STAFF, PASSWORD),
        caisse=caisse,
        role="back_office_agent",
        first_day=day,
    )
    PartnerMembership.objects.create(
        user=User.objects.create_user(PARTNER), partner=partner, role="director", first_day=day
    )
    yield
    shifted_clock.forget()
    clock.install(original)


def by_password(page: Page) -> None:
    page.get_by_label("Adresse électronique").fill(STAFF)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bonjour")).to_be_visible()


def code_in(mail: EmailMessage) -> str:
    found = re.search(r"\b\d{6}\b", mail.body)
    assert found is not None
    return found[0]


def test_a_partner_enters_by_a_code_and_each_page_on_the_way_is_accessible(
    house: None, page: Page, mailoutbox: list[EmailMessage]
) -> None:
    page.goto("/espace/")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("structure partenaire")
    fits(page)
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_role("alert")).to_be_focused()
    fits(page)
    page.get_by_label("Adresse à laquelle la caisse vous écrit").fill(PARTNER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recopiez le code reçu")).to_be_visible()
    fits(page)
    page.get_by_label("Code reçu par courriel").fill("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    fits(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code reçu par courriel")).to_be_focused()
    page.get_by_label("Code reçu par courriel").fill(code_in(mailoutbox[0]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    assert urlsplit(page.url).path == "/espace/"


def test_without_scripts_a_partner_enters_too(
    house: None, browser: Browser, live_server: LiveServer, mailoutbox: list[EmailMessage]
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/connexion/?next=/espace/")
    page.get_by_label("Adresse à laquelle la caisse vous écrit").fill(PARTNER)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_role("button", name="Recevoir un autre code").click()
    page.get_by_label("Code reçu par courriel").fill(code_in(mailoutbox[1]))
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    assert page.url.endswith("/espace/")
    expect(page.get_by_text("Session ouverte jusqu’à")).to_be_visible()
    context.close()


def test_who_tries_too_often_is_told_what_to_do(house: None, page: Page) -> None:
    page.goto("/connexion/")
    fits(page)
    for _ in range(5):
        page.get_by_label("Adresse électronique").fill(STAFF)
        page.get_by_label("Mot de passe").fill("faux")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Connexion suspendue")).to_be_visible()
    fits(page)


def test_the_page_warns_before_the_session_ends_and_offers_to_stay(
    house: None, page: Page, settings: Settings
) -> None:
    settings.TACITE_SESSION_IDLE = timedelta(minutes=4)
    settings.TACITE_SESSION_LONGEST = timedelta(hours=10)
    page.goto("/connexion/")
    by_password(page)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("À 9 h 04, vous serez déconnecté")
    fits(page)
    settings.TACITE_SESSION_IDLE = timedelta(minutes=30)
    dialog.get_by_role("button", name="Rester connecté").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Session ouverte jusqu’à")).to_contain_text("9 h 30")


def test_the_page_says_when_the_session_is_over(
    house: None, page: Page, settings: Settings
) -> None:
    settings.TACITE_SESSION_IDLE = timedelta(minutes=4)
    settings.TACITE_SESSION_LONGEST = timedelta(hours=10)
    page.goto("/connexion/")
    by_password(page)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    clock.install(lambda: MORNING + timedelta(minutes=10))
    dialog.get_by_role("button", name="Rester connecté").click()
    expect(dialog).to_contain_text("Votre session est terminée")
    page.goto("/conventions/")
    expect(page.get_by_text("rien ouvert ni enregistré depuis 4 minutes")).to_be_visible()
    fits(page)


def test_the_clock_of_the_demonstration_is_moved_by_its_page(house: None, page: Page) -> None:
    page.goto("/connexion/")
    by_password(page)
    page.get_by_role("link", name="horloge de démonstration").click()
    page.get_by_role("button", name="Avancer à cette date").click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez la date")
    fits(page)
    clock.install(clock.system_time)
    wanted = clock.today() + timedelta(days=30)
    page.get_by_label("Nouvelle date").fill(wanted.isoformat())
    page.get_by_role("button", name="Avancer à cette date").click()
    expect(page.get_by_role("status")).to_contain_text(f"{wanted.day}")
    assert clock.today() == wanted
    fits(page)
