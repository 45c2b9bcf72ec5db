"""Declaring to the caisse, as people meet it: with the keyboard, on a phone, without scripts."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.models import ReviewedUser, UserReview
from access.services.habilitations import grant
from contracts.models import (
    Caisse,
    Convention,
    Partner,
    PartnerMembership,
    Person,
    Site,
    User,
    UserScope,
)
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import Declaration
from templates_conventions.catalogue import rulebook
from tests.browser.accessibility import assert_accessible
from tests.forms_annexes.conftest import put_in_force
from tests.forms_annexes.files import a_pdf
from workflows import clock

LONG = "Maison de la petite enfance intercommunale du Grand Exemple et des Rives de l’Essai"


@pytest.fixture
def house(live_server: LiveServer) -> Iterator[Convention]:
    """A convention in force under a fixed clock, with a list of users to confirm."""
    day = clock.start_of_day(clock.today().replace(month=2, day=1))
    original = clock.install(lambda: day + timedelta(hours=10))
    published, _ = publish(rulebook("psu-msa-picardie"))
    caisse = Caisse.objects.create(
        code="EXEMPLE",
        name="Caisse d’Exemple",
        settings={
            "directory": "embedded",
            "declarations": {"secure_channel": "la messagerie sécurisée de votre conseiller."},
        },
    )
    partner = Partner.objects.create(name=LONG, kind="association")
    convention = draft_convention(
        caisse=caisse,
        partner=partner,
        rulebook_code=published.code,
        sites=[Site.objects.create(partner=partner, name="Multi-accueil Le Premier Exemple")],
    )
    put_in_force(convention)
    director = User.objects.create_user("direction@creche.example", first_name="Dominique")
    PartnerMembership.objects.create(
        user=director, partner=partner, role="director", first_day=clock.today()
    )
    clerk = User.objects.create_user("gestionnaire@caisse.example")
    UserScope.objects.create(
        user=clerk, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    convention.refresh_from_db()
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


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A narrow screen on which no script runs."""
    context = browser.new_context(
        base_url=live_server.url,
        locale="fr-FR",
        viewport={"width": 320, "height": 720},
        java_script_enabled=False,
    )
    yield context
    context.close()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    box = page.locator("body").bounding_box()
    assert box is not None
    return box["width"] <= 320


def test_a_breach_is_declared_then_handled(
    house: Convention, context: BrowserContext, live_server: LiveServer, tmp_path: Path
) -> None:
    page = signed_in(context, live_server, "direction@creche.example")
    page.goto(f"/espace/conventions/{house.pk}/declarer/")
    assert_accessible(page)
    page.get_by_role("link", name="Des données personnelles ont été perdues").click()
    assert_accessible(page)
    page.get_by_role("button", name="Envoyer à la caisse").click()
    assert_accessible(page)
    expect(page.get_by_role("alert")).to_contain_text("À corriger avant de continuer")
    page.get_by_label("Vous l’avez su le").fill(f"{clock.today():%d/%m/%Y}")
    page.get_by_label("À quelle heure").fill("9:00")
    page.get_by_label("Un poste, un téléphone").check()
    page.get_by_label("Oui, c’est constaté").check()
    page.get_by_label("Dites-le en quelques mots").fill("Un poste volé dans un bureau fermé.")
    proof = tmp_path / "plainte.pdf"
    proof.write_bytes(a_pdf())
    page.get_by_label("Documents utiles").set_input_files(proof)
    page.get_by_role("button", name="Envoyer à la caisse").click()
    expect(page.get_by_text("est envoyée à Caisse d’Exemple")).to_be_visible()
    assert_accessible(page)
    desk = signed_in(context, live_server, "gestionnaire@caisse.example")
    desk.goto("/declarations/")
    expect(desk.get_by_text("72 h")).to_contain_text("encore 71")
    assert_accessible(desk)
    desk.get_by_role("link", name="Violation de données personnelles").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Confirmer le traitement").click()
    expect(desk.get_by_text("est traitée.")).to_be_visible()
    assert Declaration.objects.get().handled_on == clock.today()


def test_on_a_phone_without_scripts_an_opposition_and_a_notice(
    house: Convention, phone: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(phone, live_server, "direction@creche.example")
    page.goto(f"/espace/conventions/{house.pk}/declarer/")
    assert fits(page)
    page.get_by_role("link", name="Une personne s’oppose").click()
    expect(page.get_by_text("la messagerie sécurisée de votre conseiller")).to_be_visible()
    page.get_by_label("La personne vous l’a demandé le").fill(f"{clock.today():%d/%m/%Y}")
    page.get_by_label("S’opposer").check()
    page.get_by_label("Votre référence").fill("Madame Exemple")
    page.get_by_role("button", name="Envoyer à la caisse").click()
    expect(page.locator("#id_reference_error")).to_contain_text("OPP-2026-014")
    page.get_by_label("Votre référence").fill("OPP-1")
    page.get_by_role("button", name="Envoyer à la caisse").click()
    expect(page.get_by_role("heading", name="Ce qui est déclaré")).to_be_visible()
    assert fits(page)
    page.goto(f"/espace/conventions/{house.pk}/declarer/denonciation/")
    expect(page.get_by_text("n’est pas la dénonciation")).to_be_visible()
    assert fits(page)


def test_the_list_of_users_is_answered_with_the_keyboard(
    house: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    person = Person.objects.create(first_name="Claude", last_name="Essai")
    right = grant(house, person, house.rules.services[0].code, None, clock.today())
    review = UserReview.objects.create(
        convention=house, opened_on=clock.today(), due_on=clock.today() + timedelta(days=45)
    )
    ReviewedUser.objects.create(review=review, habilitation=right)
    page = signed_in(context, live_server, "direction@creche.example")
    page.goto(f"/espace/conventions/{house.pk}/liste-des-utilisateurs/")
    assert_accessible(page)
    page.get_by_label("Toujours en poste").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(f"{clock.today():%d/%m/%Y}")
    page.keyboard.press("Enter")
    expect(page.get_by_text("La liste est confirmée.")).to_be_visible()
    assert_accessible(page)
    left: date = right.acts.get(kind="departure").on
    assert left == clock.today()
