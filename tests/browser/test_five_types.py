"""Persons added and taken away, with and without scripts, and what is typed kept as a draft."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Convention, Partner, PartnerMembership, User
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from templates_conventions.catalogue import rulebook
from tests.browser.test_request_pages import LONG, fits, signed_in
from tests.templates_conventions.matrix import RSA
from workflows import clock

DIRECTOR = "direction@structure.example"


@pytest.fixture
def request_draft(live_server: LiveServer) -> Iterator[AccessRequest]:
    """A request for agents, under a fixed clock; its form shows the profiles to choose from."""
    day = clock.start_of_day(clock.today().replace(month=2, day=1))
    original = clock.install(lambda: day + timedelta(hours=18, minutes=4))
    publish(rulebook(RSA))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG + "département", kind="departement")
    convention: Convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=RSA)
    director = User.objects.create_user(DIRECTOR, first_name="Dominique")
    PartnerMembership.objects.create(
        user=director, partner=partner, role="director", first_day=clock.today()
    )
    yield filling.start(convention, director)
    clock.install(original)


def persons(page: Page) -> None:
    """Name two persons, add a third between reading and typing, and take the first away."""
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_role("button", name="Ajouter une personne").click()
    expect(page.get_by_role("group", name="Personne 2")).to_be_visible()
    second = page.get_by_role("group", name="Personne 2")
    second.get_by_label("Prénom").fill("Claude")
    page.get_by_role("button", name="Ajouter une personne").click()
    expect(page.get_by_role("group", name="Personne 3")).to_be_visible()
    first = page.get_by_role("group", name="Personne 1")
    expect(first.get_by_label("Prénom")).to_have_value("Camille")
    first.get_by_role("button", name="Retirer cette personne").click()
    expect(page.get_by_role("group", name="Personne 3")).to_have_count(0)
    expect(page.get_by_role("group", name="Personne 1").get_by_label("Prénom")).to_have_value(
        "Claude"
    )


def test_persons_are_added_and_taken_away_without_a_reload(
    request_draft: AccessRequest, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, DIRECTOR)
    page.goto(f"/espace/demandes/{request_draft.pk}/etape/2/")
    expect(page.get_by_text("recours contentieux")).to_be_visible()
    fits(page)
    page.evaluate("window.same = true")
    persons(page)
    assert page.evaluate("window.same") is True
    expect(page.get_by_role("group", name="Personne 1").locator("legend")).to_be_focused()
    expect(page.get_by_text("Brouillon enregistré à 18")).to_be_visible()
    fits(page)
    # Enter sends the page; it takes nobody away.
    page.get_by_role("group", name="Personne 1").get_by_label("Prénom").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Répondez à")
    expect(page.get_by_role("alert")).to_be_focused()
    fits(page)
    page.goto(f"/espace/demandes/{request_draft.pk}/etape/2/")
    expect(page.get_by_text("Voici votre brouillon")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="Oublier ce brouillon").click()
    expect(page.get_by_label("Prénom")).to_have_value("")


def test_persons_are_added_and_taken_away_without_scripts(
    request_draft: AccessRequest, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = signed_in(context, live_server, DIRECTOR)
    page.goto(f"/espace/demandes/{request_draft.pk}/etape/2/")
    persons(page)
    context.close()
