"""A first request made on line by a commune, until the person it names is accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Convention, User, UserScope
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services.public_offer import SETTING
from templates_conventions.catalogue import rulebook
from tests.browser.journey import PASSWORD, PHONE, Journey
from tests.forms_annexes.public.conftest import SIRET
from tests.templates_conventions.matrix import CAF
from workflows import clock

CLERK = "camille@caisse.example"
MAYOR = "mairie@commune.example"
LONG = "Syndicat intercommunal à vocation unique pour l’accueil du jeune enfant du Haut-Exemple"
_WORDS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]


@pytest.fixture
def caisse(live_server: LiveServer, settings: Any) -> Iterator[Caisse]:
    """A caisse that takes requests on line, with its clerk: nothing else exists."""
    settings.TACITE_SITE_URL = live_server.url
    original = clock.install(clock.system_time)
    publish(rulebook(CAF))
    caisse = Caisse.objects.create(
        code="EXEMPLE", name="Caisse d’Exemple", departments=["62"], settings={SETTING: [CAF]}
    )
    user = User.objects.create_user(CLERK, PASSWORD, first_name="Camille", last_name="Exemple")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day="2026-01-01"
    )
    yield caisse
    clock.install(original)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_first_request_until_its_persons_are_accepted(
    caisse: Caisse, live_server: LiveServer, browser: Browser, scripts: bool
) -> None:
    journey = Journey(browser, live_server.url, scripts=scripts)
    journey.at("2026-01-05")
    try:
        asked(journey)
        confirmed(journey)
        prepared(journey)
        claimed(journey)
        accepted(journey)
    finally:
        journey.end()


def asked(journey: Journey) -> None:
    page = journey.sits_down(PHONE)
    page.goto("/demande/")
    page.get_by_label(re.compile("mon-enfant")).check()
    page.get_by_label("Département").select_option("62")
    journey.look(page, "demande-en-ligne")
    page.get_by_role("button", name="Commencer").click()
    go_on = page.get_by_role("button", name="Enregistrer et continuer")
    page.get_by_label("SIRET du siège").fill("123")
    page.get_by_label("Nature de l’organisme").select_option("commune")
    go_on.click()
    expect(page.get_by_role("alert")).to_contain_text("SIRET")
    journey.look(page)
    page.get_by_label("SIRET du siège").fill(SIRET)
    go_on.click()
    page.get_by_label("Nom du partenaire").fill(LONG)
    page.get_by_label("Domicilié").fill("2 place de l’Essai")
    page.get_by_label("Représenté").fill("Alix Exemple")
    page.get_by_label("Adresse électronique").fill(MAYOR)
    journey.look(page)
    go_on.click()
    page.get_by_label("Établissements").fill("Relais d’Essai\nMulti-accueil d’Essai")
    journey.look(page)
    go_on.click()
    named(page, 0, "Claude")
    page.get_by_role("button", name="Ajouter une personne").click()
    named(page, 1, "Dominique")
    page.get_by_role("button", name="Ajouter une personne").click()
    journey.look(page, "demande-en-ligne-personnes")
    page.get_by_role("button", name="Retirer cette personne").nth(2).click()
    expect(page.get_by_role("group", name="Personne 3")).to_have_count(0)
    go_on.click()
    expect(page.get_by_label("Votre adresse électronique")).to_have_value(MAYOR)
    page.get_by_label("Votre nom").fill("Exemple")
    page.get_by_label("Votre prénom").fill("Alix")
    journey.look(page)
    go_on.click()
    journey.look(page, "demande-en-ligne-recapitulatif")
    question = page.get_by_text(re.compile("Combien font")).inner_text()
    sums = re.search(r"Combien font (\w+) plus (\w+)", question)
    assert sums is not None
    total = sum(_WORDS.index(word) for word in sums.groups())
    page.get_by_label("Question de contrôle").fill(str(total))
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre messagerie")
    journey.look(page)


def named(page: Page, row: int, first_name: str) -> None:
    page.get_by_label("Nom :", exact=True).nth(row).fill("Essai")
    page.get_by_label("Prénom :").nth(row).fill(first_name)
    page.get_by_label("Adresse électronique :").nth(row).fill(
        f"{first_name.lower()}@commune.example"
    )


def confirmed(journey: Journey) -> None:
    page = journey.sits_down(PHONE)
    page.goto(journey.link_for(MAYOR, "demande/confirmation"))
    journey.look(page)
    page.get_by_role("button", name="Confirmer la demande").click()
    expect(page.get_by_text("Reçue le 5 janvier 2026")).to_be_visible()
    journey.look(page, "demande-en-ligne-suivi")


def prepared(journey: Journey) -> None:
    page = journey.staff(CLERK)
    page.goto("/premieres-demandes/")
    journey.look(page)
    page.get_by_role("rowheader").get_by_role("link").click()
    journey.look(page, "premiere-demande")
    page.get_by_role("button", name="Préparer la convention").click()
    expect(page.get_by_text("est en brouillon")).to_be_visible()
    assert Convention.objects.get().partner.name == LONG


def claimed(journey: Journey) -> None:
    page = journey.sits_down(PHONE)
    page.goto(journey.link_for(MAYOR, "invitation"))
    page.get_by_role("link", name="Se connecter par un code").click()
    journey.signs_in_by_code(page, MAYOR)
    page.get_by_label("SIRET").fill(SIRET)
    page.get_by_role("button", name="Accepter l’invitation").click()
    expect(page.get_by_text(AccessRequest.objects.get().number).first).to_be_visible()


def accepted(journey: Journey) -> None:
    page = journey.staff(CLERK)
    page.goto(f"/demandes/{AccessRequest.objects.get().pk}/")
    page.get_by_role("button", name="Enregistrer les décisions").click()
    expect(page.get_by_text(re.compile(r"2\spersonnes acceptées"))).to_be_visible()
