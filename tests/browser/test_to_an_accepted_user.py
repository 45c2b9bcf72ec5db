"""Each of the five types in the browser: from an empty form to a user who is let in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.models import Habilitation
from contracts.models import Caisse, Convention, Partner, Site, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.browser.test_request_pages import last_code, signed_in
from tests.forms_annexes.conftest import a_member, put_in_force
from tests.portfolio import record
from tests.templates_conventions.matrix import ARM, CAF, FIVE, RSA
from workflows import clock

DIRECTOR, CLERK = "direction@partenaire.example", "gestionnaire@caisse.example"


@pytest.fixture
def opened(live_server: LiveServer) -> Iterator[Any]:
    """Put a convention of a type in force, with its director and its clerk."""
    day = clock.start_of_day(clock.today().replace(month=2, day=1))
    original = clock.install(lambda: day + timedelta(hours=10))

    def made(code: str) -> Convention:
        publish(rulebook(code))
        caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
        kind = "departement" if code == RSA else "association"
        partner = Partner.objects.create(name="Partenaire d’Exemple", kind=kind)
        sites = [Site.objects.create(partner=partner, name="Crèche d’Exemple")]
        convention = draft_convention(
            caisse=caisse,
            partner=partner,
            rulebook_code=code,
            sites=sites if code in (ARM, CAF) else [],
        )
        a_member(DIRECTOR, partner)
        clerk = User.objects.create_user(CLERK)
        UserScope.objects.create(
            user=clerk, caisse=caisse, role="back_office_agent", first_day=clock.today()
        )
        return convention

    yield made
    clock.install(original)


def answer(field: Locator) -> None:
    """Answer one question as its kind wants."""
    kind, tag = field.get_attribute("type") or "", field.evaluate("element => element.tagName")
    if tag == "SELECT":
        field.select_option(index=1)
    elif kind == "email":
        field.fill("camille.essai@partenaire.example")
    elif "Date" in field.evaluate("element => element.labels[0].textContent"):
        field.fill("01/02/2024")
    else:
        field.fill("Camille Essai")


def fill_in(page: Page) -> None:
    """Answer every question left empty, page by page, until the page to read over."""
    while "/etape/" in page.url:
        for field in page.locator(
            "main :is(input[type=text], input[type=email], textarea, select):visible"
        ).all():
            if not field.input_value():
                answer(field)
        if (choice := page.get_by_role("radio").first).count():
            choice.check()
        page.get_by_role("button", name="Enregistrer et continuer").click()


@pytest.mark.parametrize("code", FIVE)
def test_from_an_empty_form_to_a_user_who_is_let_in(
    code: str,
    opened: Any,
    context: BrowserContext,
    live_server: LiveServer,
    mailoutbox: list[Any],
) -> None:
    convention = opened(code)
    today = clock.today().isoformat()
    for fact in ("prior_request", "document_date") if code == CAF else ():
        record(convention, fact, today)
    put_in_force(convention)
    page = signed_in(context, live_server, DIRECTOR)
    page.goto(f"/espace/conventions/{convention.pk}/")
    page.get_by_role("button", name="Demander un accès").first.click()
    fill_in(page)
    expect(page.get_by_role("heading", name="Récapitulatif")).to_be_visible()
    if code in (RSA, CAF):
        page.get_by_role("button", name="Envoyer la demande").click()
    else:
        page.get_by_role("button", name="Passer à la signature").click()
        page.get_by_role("button", name="Recevoir un code").click()
        code_field = page.get_by_label("Code reçu par courriel")
        expect(code_field).to_be_visible()
        code_field.fill(last_code(mailoutbox))
        page.get_by_role("button", name="Signer et envoyer").click()
    expect(page.get_by_text("est envoyée")).to_be_visible()

    page = signed_in(context, live_server, CLERK)
    page.goto("/demandes/")
    page.get_by_role("rowheader").get_by_role("link").click()
    page.get_by_role("button", name="Accepter la demande").click()
    expect(page.get_by_text("est acceptée")).to_be_visible()
    granted = Habilitation.objects.get(convention=convention)
    assert (granted.person.email, granted.state) == ("camille.essai@partenaire.example", "granted")
