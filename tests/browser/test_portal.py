"""The demonstration portal: the named user's first login, without a line of JavaScript needed."""

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from access.services.habilitations import grant
from access.services.notification import temporary_password
from contracts.models import Caisse, Convention, Person
from tests.browser.accessibility import assert_accessible
from tests.portfolio import caisse, convention, draft, partner, today, yearly
from workflows import clock

__all__ = ["caisse", "convention", "draft", "partner", "today", "yearly"]

CHOSEN = "une phrase de sept mots bien choisis"


def test_a_named_user_enters_for_the_first_time(
    transactional_db: None,
    live_server: LiveServer,
    page: Page,
    caisse: Caisse,
    convention: Convention,
) -> None:
    caisse.settings = {"directory": "embedded"}
    caisse.save()
    person = Person.objects.create(first_name="Camille", last_name="Exemple")
    service = convention.rules.services[0].code
    habilitation = grant(convention, person, service, None, clock.today())
    # The commit has just brought the account to its desired state.
    habilitation.account.refresh_from_db()
    page.goto("/portail/")
    assert_accessible(page)
    page.get_by_label("Caisse").select_option("CAISSE1")
    page.get_by_label("Identifiant").fill(habilitation.account.identifier)
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("alert")).to_contain_text("n’ouvrent rien")
    assert_accessible(page)
    page.get_by_label("Mot de passe").fill(temporary_password(habilitation))
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Nouveau mot de passe").fill("trop court")
    page.get_by_label("Le même, une seconde fois").fill("trop court")
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.locator(".field-error")).to_contain_text("se devine trop facilement")
    assert_accessible(page)
    page.get_by_label("Nouveau mot de passe").fill(CHOSEN)
    page.get_by_label("Le même, une seconde fois").fill(CHOSEN)
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_text("Ce service s’ouvrirait maintenant")).to_be_visible()
    assert_accessible(page)
    habilitation.refresh_from_db()
    assert habilitation.state == "active"
    page.get_by_role("button", name="Sortir").click()
    expect(page.get_by_role("heading", name="Entrer sur l’extranet")).to_be_visible()
