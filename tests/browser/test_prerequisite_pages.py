"""The delegation, from the partner's deposit to the agent's check: accessible, and on a phone."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import PrerequisiteDocument
from templates_conventions.catalogue import rulebook
from tests.browser.test_request_pages import fits, signed_in
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.delegating import OFFICE
from tests.forms_annexes.files import a_pdf
from workflows import clock

LONG = "Centre communal d’action sociale du Grand Exemple et des Rives de l’Essai"


@pytest.fixture
def body(live_server: LiveServer) -> Iterator[Convention]:
    """A convention of a CCAS under a fixed clock, its director and its clerk."""
    day = clock.start_of_day(clock.today().replace(month=2, day=1))
    original = clock.install(lambda: day + timedelta(hours=10))
    published, _ = publish(rulebook("rsacg-msa-provence-azur"))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG, kind="ccas")
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    a_member("direction@ccas.example", partner)
    clerk = User.objects.create_user("gestionnaire@caisse.example", first_name="Alix")
    UserScope.objects.create(
        user=clerk, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    yield convention
    clock.install(original)


def test_the_delegation_is_deposited_then_checked(
    body: Convention, live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=True, locale="fr-FR")
    page = signed_in(context, live_server, "direction@ccas.example")
    address = f"{live_server.url}/espace/conventions/{body.pk}/pieces-prealables/"
    page.goto(address)
    fits(page)
    keep(page, "partner")

    page.get_by_role("button", name="Déposer la pièce").click()
    expect(page.get_by_role("alert")).to_contain_text("À corriger avant de continuer")
    fits(page)
    scan = tmp_path / "delegation.pdf"
    scan.write_bytes(a_pdf())
    page.get_by_label("Qui donne cette pièce").fill(OFFICE)
    page.get_by_label("Premier jour").fill(f"01/01/{clock.today().year}")
    page.get_by_label("Fichier").set_input_files(scan)
    page.get_by_role("button", name="Déposer la pièce").click()
    expect(page.locator("main")).to_contain_text("À vérifier par la caisse")

    page = signed_in(context, live_server, "gestionnaire@caisse.example")
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="Pièces").click()
    fits(page)
    keep(page, "list")
    page.get_by_role("link", name=body.number).click()
    fits(page)
    keep(page, "convention")
    page.get_by_role("link", name="Délégation du président").click()
    fits(page)
    keep(page, "paper")
    page.get_by_label("Dernier jour").fill(f"30/06/{clock.today().year}")
    page.get_by_role("button", name="La pièce convient").click()
    expect(page.locator("main")).to_contain_text("jusqu’au 30\N{NO-BREAK SPACE}juin")
    assert PrerequisiteDocument.objects.filter(replaces__isnull=False).count() == 1
    page.goto(f"{live_server.url}/conventions/{body.pk}/")
    expect(page.locator("main")).to_contain_text("Pièces préalables")
    keep(page, "sheet")
    context.close()


def keep(page: Page, name: str) -> None:
    """Keep an image of the page, for whoever asks for it."""
    if folder := os.environ.get("TACITE_TEST_IMAGES"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
