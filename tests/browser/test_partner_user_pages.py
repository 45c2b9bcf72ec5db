"""A partner and its users, as people meet them: keyboard, phone, accessible at each page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.models import Habilitation
from contracts.models import Caisse, Partner, Site
from tests.browser.test_request_pages import LONG, fits, signed_in
from tests.forms_annexes.using import RSACG, Cast, happened
from tests.portfolio import noon
from workflows import clock


@pytest.fixture
def house(live_server: LiveServer) -> Iterator[Cast]:
    """A département with four users, seen on 1 February 2024."""
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG + "service départemental", kind="departement")
    original = clock.system_time

    def today(day: str) -> None:
        clock.install(lambda: noon(day) + timedelta(minutes=1))

    cast = Cast(RSACG, caisse, partner, today)
    cast.member("direction@partenaire.example")
    site = Site.objects.create(partner=partner, name=LONG + "antenne du littoral")
    cast.convention.sites.add(site)
    for name, profile in (("Agathe", "1"), ("Basile", "5"), ("Colette", "2"), ("Denis", "3")):
        right = cast.named(name, profile=profile, site=site if name == "Agathe" else None)
        happened(right, "credentials_sent")
    today("2024-03-14")
    yield cast
    clock.install(original)


def test_a_departure_a_loss_a_change_and_a_removal(
    context: BrowserContext, live_server: LiveServer, house: Cast
) -> None:
    page = signed_in(context, live_server, "direction@partenaire.example")
    users = f"/espace/conventions/{house.convention.pk}/utilisateurs/"
    page.goto(users)
    fits(page)
    follow(page, "Agathe Essai")
    fits(page)
    follow(page, "Déclarer un départ")
    page.get_by_label("Jour du départ").fill("demain")
    press(page, "Voir ce qui se fermera")
    expect(page.get_by_role("alert")).to_contain_text("Écrivez une date")
    fits(page)
    page.get_by_label("Jour du départ").fill("04/03/2024")
    press(page, "Voir ce qui se fermera")
    expect(page.locator(".consequences")).to_contain_text("se ferme dès que vous confirmez")
    fits(page)
    press(page, "Fermer l’accès maintenant")
    expect(page.locator("main")).to_contain_text("déclaré le 14 mars 2024")
    fits(page)
    follow(page, "Remplacer cette personne")
    fits(page)
    press(page, "Préparer la demande")
    expect(page.locator("h1")).to_be_visible()

    page.goto(users)
    follow(page, "Basile Essai")
    follow(page, "Signaler des identifiants perdus ou volés")
    fits(page)
    page.get_by_label("Volés, ou connus de quelqu’un d’autre").check()
    press(page, "Fermer l’accès maintenant")
    expect(page.locator("main")).to_contain_text("Et maintenant")
    fits(page)

    page.goto(users)
    follow(page, "Colette Essai")
    follow(page, "Changer le profil ou le territoire")
    fits(page)
    page.get_by_label("4. Service accompagnement").check()
    press(page, "Préparer la demande")
    expect(page.locator("main")).to_contain_text("au lieu de")
    fits(page)
    press(page, "Envoyer la demande")

    page.goto(users)
    follow(page, "Retirer des utilisateurs")
    page.get_by_label("Denis Essai").check()
    page.get_by_label("Retirer à partir du").fill("31/03/2024")
    fits(page)
    press(page, "Préparer la demande")
    expect(page.locator("h1")).to_contain_text("Personnes concernées")
    fits(page)
    assert Habilitation.objects.filter(state="closed").count() == 2


def follow(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
