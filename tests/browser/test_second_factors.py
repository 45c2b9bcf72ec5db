"""A security key, as Chromium and an authenticator make of it together."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from contracts.models import Caisse, User, UserScope
from tests.browser.test_request_pages import fits
from tests.desk.second_factor import PASSWORD, code_of, with_application

STAFF = "juriste@caisse.example"


@pytest.fixture
def lawyer(live_server: object) -> User:
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    user = User.objects.create_user(STAFF, PASSWORD, first_name="Camille", last_name="Essai")
    for role in ("legal_officer", "administrator"):
        UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    other = User.objects.create_user("collegue@caisse.example", PASSWORD)
    UserScope.objects.create(
        user=other, caisse=caisse, role="legal_officer", first_day=date(2024, 1, 1)
    )
    with_application(Client(), other.email)
    return user


def by_password(page: Page) -> None:
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill(STAFF)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_security_key_and_an_application_are_added_then_asked_for(
    lawyer: User, page: Page
) -> None:
    authenticators = page.context.new_cdp_session(page)
    authenticators.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "automaticPresenceSimulation": True,
        "isUserVerified": True,
        "hasUserVerification": True,
    }
    authenticators.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    by_password(page)
    page.get_by_role("link", name="Mon compte").click()
    expect(page.get_by_role("heading", name="Mon compte")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Ajouter une application").click()
    fits(page)
    key = page.locator("strong.figures").inner_text().replace(" ", "")
    page.get_by_label("Code que l’application affiche").fill("12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Code que l’application affiche").fill(code_of(key))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Mon compte", exact=True).click()
    page.get_by_role("link", name="Ajouter une clé").click()
    page.get_by_label("Nom de la clé").fill("Trousseau")
    fits(page)
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("row", name="Trousseau")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Changer de mot de passe").click()
    fits(page)
    page.goto("/seconds-facteurs/")
    fits(page)
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Retirer les seconds facteurs").click()
    expect(page.get_by_role("alert")).to_be_focused()
    fits(page)
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("link", name="Mot de passe oublié").click()
    fits(page)
    by_password(page)
    expect(page.get_by_role("heading", name="Prouvez que c’est bien vous")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Utiliser la clé de sécurité").click()
    expect(page.get_by_role("heading", name="Bonjour")).to_be_visible()
