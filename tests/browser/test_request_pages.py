"""A director's request and its instruction, as people meet them: keyboard, phone, no script."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Convention, Partner, PartnerMembership, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from templates_conventions.catalogue import rulebook
from tests.browser.accessibility import assert_accessible
from tests.forms_annexes.files import a_pdf
from workflows import clock
from workflows.effect_worker import drain

LONG = "Maison de la petite enfance intercommunale du Grand Exemple et des Rives de l’Essai, "

Look = Callable[[Page], None]


@pytest.fixture
def house(live_server: LiveServer) -> Iterator[Convention]:
    """A convention under a fixed clock, its partner's director and its clerk."""
    day = clock.start_of_day(clock.today().replace(month=2, day=1))
    original = clock.install(lambda: day + timedelta(hours=10))
    published, _ = publish(rulebook("psu-msa-picardie"))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG + "association", kind="association")
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    director = User.objects.create_user("direction@creche.example", first_name="Dominique")
    PartnerMembership.objects.create(
        user=director, partner=partner, role="director", first_day=clock.today()
    )
    clerk = User.objects.create_user("gestionnaire@caisse.example")
    UserScope.objects.create(
        user=clerk, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    yield convention
    clock.install(original)


def signed_in(context: BrowserContext, live_server: LiveServer, email: str) -> Page:
    """A page of somebody who has signed in."""
    client = Client()
    user = User.objects.get(email=email)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    context.clear_cookies()
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    return context.new_page()


def fits(page: Page) -> None:
    """Fail unless the page is accessible, and fits a phone."""
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, page.url
    assert_accessible(page)


def nothing(page: Page) -> None:
    """Look at nothing: where scripts are off, there is no measuring."""


def fill_in(page: Page, look: Look) -> None:
    """Answer every question, from the home of the space to the summary."""
    page.goto("/espace/")
    look(page)
    page.get_by_role("button", name="Demander un accès").click()
    expect(page.get_by_text("Étape 1 sur 4")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    look(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("À corriger")
    look(page)
    page.get_by_label("Nom :", exact=True).fill("Essai")
    page.get_by_label("Prénom :").fill("Camille")
    page.get_by_label("Adresse email :").fill("creche@commune.example")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_text("boîte partagée")).to_be_visible()
    page.get_by_label("Nom du représentant").fill("Dominique Essai")
    page.get_by_label("Directeur de la structure d’AJE", exact=True).check()
    look(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_text("Étape 4 sur 4")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Passer à la signature").click()
    expect(page.get_by_role("heading", name="Qui signe, et comment ?")).to_be_visible()
    look(page)


def last_code(outbox: list[Any]) -> str:
    drain()
    found = re.search(r"\b\d{6}\b", outbox[-1].body)
    assert found is not None
    return found[0]


def test_a_director_asks_and_a_clerk_accepts(
    house: Convention,
    context: BrowserContext,
    live_server: LiveServer,
    mailoutbox: list[Any],
    tmp_path: Path,
) -> None:
    page = signed_in(context, live_server, "direction@creche.example")
    fill_in(page, fits)
    for link in ("Envoyer au signataire", "Signer sur papier"):
        page.get_by_role("link", name=link).click()
        fits(page)
        page.go_back()
    page.get_by_role("link", name="Signer sur papier").click()
    program = tmp_path / "annexe.pdf"
    program.write_bytes(b"MZ")
    page.get_by_label("Date de la signature").fill("01/02/2024")
    page.get_by_label("Feuille signée").set_input_files(program)
    page.get_by_role("button", name="Déposer et envoyer").click()
    expect(page.get_by_role("alert")).to_contain_text("n’est ni un PDF")
    page.go_back()
    page.go_back()
    page.get_by_role("button", name="Recevoir un code").click()
    fits(page)
    code_field = page.get_by_label("Code reçu par courriel")
    expect(code_field).to_be_visible()
    code_field.fill(last_code(mailoutbox))
    page.get_by_role("button", name="Signer et envoyer").click()
    expect(page.get_by_text("est envoyée")).to_be_visible()
    expect(page.get_by_text("Quand la convention prendra effet")).to_be_visible()
    fits(page)

    page = signed_in(context, live_server, "gestionnaire@caisse.example")
    page.goto("/demandes/")
    fits(page)
    page.get_by_role("rowheader").get_by_role("link").click()
    for summary in page.locator("details > summary").all():
        summary.click()
    fits(page)
    page.get_by_role("button", name="Rendre la demande").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez ce qui manque")
    fits(page)
    page.get_by_role("button", name="Accepter la demande").click()
    expect(page.get_by_text("est acceptée")).to_be_visible()
    fits(page)
    for path in ("demande-papier", "invitation"):
        page.goto(f"/conventions/{house.pk}/{path}/")
        fits(page)


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(
    house: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, "direction@creche.example")
    page.goto("/espace/")
    page.get_by_role("button", name="Demander un accès").click()
    page.get_by_role("textbox").fill("")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()


def test_without_scripts_the_request_is_filled_signed_by_hand_and_sent(
    house: Convention, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = signed_in(context, live_server, "direction@creche.example")
    fill_in(page, nothing)
    page.get_by_role("link", name="Signer sur papier").click()
    sheet = tmp_path / "annexe.pdf"
    sheet.write_bytes(a_pdf())
    page.get_by_label("Date de la signature").fill(f"{clock.today():%d/%m/%Y}")
    page.get_by_label("Feuille signée").set_input_files(sheet)
    page.get_by_role("button", name="Déposer et envoyer").click()
    expect(page.get_by_text("est envoyée")).to_be_visible()
    assert AccessRequest.objects.get().status == "submitted"
    context.close()


@pytest.mark.parametrize("path", ["/invitation/devinee/", "/signature/devinee/"])
def test_a_guessed_link_opens_a_calm_page(
    house: Convention, page: Page, live_server: LiveServer, path: str
) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fits(page)
