"""The partner's own pages, as a director meets them twice a year: phone, keyboard, no script."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Partner, PartnerMembership, Person, Site, User
from contracts.services.conventions import draft_convention
from contracts.services.documents import convention_document, issue
from contracts.services.rulebooks import publish
from forms_annexes.services import filling
from templates_conventions.catalogue import rulebook
from tests.browser.test_request_pages import LONG, fits, signed_in
from tests.forms_annexes.conftest import put_in_force
from tests.portfolio import corrupt
from workflows import clock

DIRECTOR = "direction@manager.example"
LONGEST = (LONG + "multi-accueil de la Rivière").ljust(120, "x")
"""A name of 120 characters."""


@pytest.fixture
def managed(live_server: LiveServer) -> Iterator[Convention]:
    """A manager of twelve structures with long names, one of them in use; a second convention."""
    day = clock.start_of_day(clock.today().replace(month=2, day=1))
    original = clock.install(lambda: day + timedelta(hours=10))
    publish(rulebook("psu-msa-armorique"))
    publish(rulebook("psu-msa-picardie"))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG + "association", kind="association")
    sites = [
        Site.objects.create(partner=partner, name=f"{number:02} {LONGEST}"[:120], address="Essai")
        for number in range(1, 13)
    ]
    convention = draft_convention(
        caisse=caisse, partner=partner, rulebook_code="psu-msa-armorique", sites=sites
    )
    director = User.objects.create_user(DIRECTOR, first_name="Dominique", last_name="Essai")
    PartnerMembership.objects.create(
        user=director, partner=partner, role="director", first_day=clock.today()
    )
    put_in_force(convention)
    person = Person.objects.create(first_name="Camille", last_name="Essai")
    service = convention.rules.services[0].code
    grant(convention, person, service, director, clock.today(), site=sites[0])
    filling.start(convention, director, site=sites[1], form_code="fiche-structure")
    for _ in range(3):
        given_up = filling.start(convention, director, form_code="fiche-gestionnaire")
        filling.withdraw(given_up, director)
    issue(convention, convention_document(convention), None)
    draft_convention(caisse=caisse, partner=partner, rulebook_code="psu-msa-picardie")
    yield convention
    clock.install(original)


def walk(page: Page, convention: Convention, *, scripts: bool = True) -> None:
    """From home to each page, by its links, as somebody would."""

    def look() -> None:
        if scripts:
            fits(page)

    page.goto("/espace/")
    expect(page.get_by_role("heading", name="Ce qui est attendu de vous")).to_be_visible()
    expect(page.get_by_role("link", name="Compléter la demande")).to_have_class("btn btn-primary")
    assert page.locator("main .btn-primary").count() == 1
    look()
    page.get_by_role("link", name=f"Convention {convention.number}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(convention.number)
    assert page.locator("main .btn-primary").count() == 1
    expect(page.get_by_text("Camille Essai")).to_be_visible()
    why = page.get_by_text("Pourquoi cette date ?").first
    why.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Calcul").first).to_be_visible()
    look()
    page.get_by_role("link", name="Documents").click()
    look()
    page.get_by_label("En-tête").fill("Crèche Les Petits Exemples\n2 rue d’Essai")
    with page.expect_download() as letter:
        page.get_by_role("button", name="Télécharger la lettre (DOCX)").click()
    assert letter.value.suggested_filename.endswith(".docx")
    with page.expect_download() as given:
        page.locator("section[aria-labelledby=emis] a").first.click()
    assert given.value.suggested_filename.endswith(".pdf")
    page.get_by_role("link", name="Structures").click()
    expect(page.get_by_text("Fiche manquante", exact=True).first).to_be_visible()
    look()
    page.get_by_role("link", name="Ajouter une structure").click()
    page.get_by_label("SIRET").fill("12345")
    page.get_by_role("button", name="Déclarer la structure").click()
    expect(page.get_by_role("alert")).to_contain_text("n’est pas un numéro SIRET")
    look()
    page.get_by_label("Nom de la structure").fill("Crèche de Mai")
    page.get_by_label("SIRET").fill("")
    page.get_by_label("Adresse").fill("2 rue d’Essai")
    page.get_by_role("button", name="Déclarer la structure").click()
    expect(page.get_by_text("La structure « Crèche de Mai » est déclarée")).to_be_visible()
    page.get_by_role("link", name="Déclarer sa fermeture").first.click()
    expect(page.get_by_text("Cette personne perd son accès")).to_be_visible()
    look()
    page.get_by_label("Premier jour de fermeture").fill(f"{clock.today():%d/%m/%Y}")
    page.get_by_role("button", name="Fermer la structure et ses accès").click()
    expect(page.get_by_text("est enregistrée, au")).to_be_visible()
    expect(page.get_by_text("Fermée", exact=True)).to_be_visible()
    look()


def test_a_director_finds_everything_on_a_phone_and_at_a_desk(
    managed: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    walk(signed_in(context, live_server, DIRECTOR), managed)


def test_everything_works_without_script(
    managed: Convention, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, locale="fr-FR", accept_downloads=True
    )
    walk(signed_in(context, live_server, DIRECTOR), managed, scripts=False)
    context.close()


def test_a_convention_that_cannot_be_replayed_is_told_on_a_phone_too(
    managed: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    corrupt(managed)
    page = signed_in(context, live_server, DIRECTOR)
    page.goto("/espace/")
    expect(page.get_by_text("Dates indisponibles")).to_be_visible()
    fits(page)
    page.goto(f"/espace/conventions/{managed.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(managed.number)
    fits(page)
    page.get_by_role("link", name="Revenir à l’accueil").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre espace")
