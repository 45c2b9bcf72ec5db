"""The sheets of a manager's structures, as the manager and the clerk meet them."""

from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Convention, Partner, PartnerMembership, Site, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.services.structure_changes import close
from templates_conventions.catalogue import rulebook
from tests.browser.test_request_pages import LONG, fits, signed_in
from workflows import clock

DIRECTOR, CLERK = "direction@manager.example", "gestionnaire@caisse.example"
EACH = "Fiche Structure (1 fiche par structure)"


@pytest.fixture
def managed(live_server: LiveServer) -> Convention:
    """A convention whose manager has two structures, one with a long name."""
    publish(rulebook("psu-msa-armorique"))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG + "association", kind="association")
    sites = [
        Site.objects.create(partner=partner, name=name)
        for name in ("Crèche Le Premier Exemple", LONG + "multi-accueil")
    ]
    convention = draft_convention(
        caisse=caisse, partner=partner, rulebook_code="psu-msa-armorique", sites=sites
    )
    director, clerk = (User.objects.create_user(email) for email in (DIRECTOR, CLERK))
    PartnerMembership.objects.create(
        user=director, partner=partner, role="director", first_day=clock.today()
    )
    UserScope.objects.create(
        user=clerk, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    return convention


def test_a_manager_chooses_the_form_and_the_structure(
    managed: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, DIRECTOR)
    page.goto("/espace/")
    expect(page.locator("li li").filter(has_text=EACH)).to_have_count(2)
    fits(page)
    page.get_by_label("Structure", exact=True).select_option("Crèche Le Premier Exemple")
    page.get_by_role("button", name=EACH).click()
    expect(page.get_by_label("La structure d’AJE", exact=True)).to_have_value(
        "Crèche Le Premier Exemple"
    )
    fits(page)


def test_a_clerk_says_which_sheet_came(
    managed: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, CLERK)
    page.goto(f"/conventions/{managed.pk}/")
    expect(page.get_by_text("Fiches manquantes")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Saisir une demande reçue sur papier").click()
    fits(page)
    page.get_by_role("link", name=f"{EACH}\N{NO-BREAK SPACE}: Crèche Le Premier Exemple").click()
    expect(page.get_by_label("La structure d’AJE", exact=True)).to_have_value(
        "Crèche Le Premier Exemple"
    )
    fits(page)


def test_an_agent_annuls_a_closing(
    managed: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    director = User.objects.get(email=DIRECTOR)
    closed = managed.sites.get(name__startswith=LONG)
    close(managed, closed, director, on=clock.today(), identifier=uuid4())
    page = signed_in(context, live_server, CLERK)
    page.goto("/demandes/structures/")
    fits(page)
    page.get_by_role("link", name=closed.name).click()
    page.get_by_role("button", name="Annuler la fermeture").click()
    expect(page.get_by_role("alert")).to_contain_text("À corriger avant de continuer")
    fits(page)
    page.get_by_label("Motif de la correction").fill("Le partenaire s’est trompé de structure.")
    page.get_by_role("button", name="Annuler la fermeture").click()
    expect(page.get_by_text("Fermeture annulée", exact=True)).to_be_visible()
    fits(page)
    own = signed_in(context, live_server, DIRECTOR)
    own.goto(f"/espace/conventions/{managed.pk}/structures/")
    expect(own.get_by_text("a été annulée par la caisse")).to_be_visible()
    fits(own)
