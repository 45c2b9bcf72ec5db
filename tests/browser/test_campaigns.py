"""A campaign of avenants as those who carry it out live it, from its weighing to its close."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from contracts.models import Convention
from tests.browser.accessibility import assert_accessible
from tests.browser.caisse import (
    CLERK,
    DIRECTOR,
    LAWYER,
    SIGNATORY,
    caisse,
    in_force,
    journey,
    post,
    scan,
)
from tests.browser.journey import Journey
from tests.browser.pictures import take_from
from tests.contracts.campaigned import second_version, texts_of_both
from tests.templates_conventions.matrix import PIC
from workflows import clock

pytestmark = pytest.mark.journey

__all__ = ["caisse", "in_force", "journey", "scan", "texts_of_both"]

GUIDE = {"width": 1040, "height": 900}


@pytest.mark.usefixtures("texts_of_both")
def test_those_who_sign_change_their_version_and_the_others_keep_theirs(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    names = ("Commune d’Exempleville", "Crèche Les Exemples", "Mairie d’Essai")
    signing, refusing, silent = (in_force(PIC, "2026-01-15", name) for name in names)
    journey.at("2026-03-02")
    second_version()

    lawyer = journey.staff(LAWYER)
    lawyer.goto(f"/modeles/{PIC}/2/")
    lawyer.get_by_role("link", name="Proposer à toutes les conventions").press("Enter")
    looked_at(lawyer)
    lawyer.get_by_role("button", name="Voir ce que cela donnerait").press("Enter")
    expect(lawyer.get_by_role("alert")).to_be_focused()
    looked_at(lawyer)
    lawyer.get_by_label("Motif").fill("Le préavis passe de trois à deux mois.")
    lawyer.get_by_label("Réponse demandée avant le").fill("2026-04-15")
    lawyer.get_by_role("button", name="Voir ce que cela donnerait").press("Enter")
    expect(lawyer.get_by_text("3 conventions examinées.")).to_be_visible()
    looked_at(lawyer, "examiner-une-campagne", 820)
    lawyer.get_by_role("button", name="Proposer le lancement").press("Enter")
    expect(lawyer.get_by_text("quelqu’un d’autre relit et confirme")).to_be_visible()

    director = journey.staff(DIRECTOR)
    director.goto("/a-confirmer/")
    director.get_by_role("rowheader").get_by_role("link").press("Enter")
    looked_at(director)
    director.get_by_role("button", name="Confirmer et enregistrer").press("Enter")
    expect(director.get_by_text("C’est confirmé et enregistré")).to_be_visible()

    signatory = journey.staff(SIGNATORY)
    signatory.goto("/courriers-envoyes/signature/")
    letters = signatory.get_by_role("checkbox")
    expect(letters).to_have_count(3)
    looked_at(signatory, "signer-des-courriers", 620)
    for name in names:
        signatory.get_by_role("checkbox", name=name).press("Space")
    signatory.get_by_role("button", name="Signer les courriers cochés").press("Enter")
    expect(signatory.get_by_text("Tout est signé")).to_be_visible()
    clerk = journey.staff(CLERK)
    post(clerk, "RK123456785FR", "1A23456789012", "RK123456799FR")

    journey.at("2026-03-20")
    clerk = journey.staff(CLERK)
    clerk.goto("/campagnes/")
    looked_at(clerk)
    clerk.get_by_role("rowheader").get_by_role("link").press("Enter")
    campaign = clerk.url
    expect(clerk.get_by_text("0 avenant signé sur 3")).to_be_visible()
    row(clerk, signing).get_by_role("link").first.press("Enter")
    signature = clerk.get_by_role("region", name="Une partie a signé")
    signature.get_by_label("Qui a signé").select_option("partner")
    signature.get_by_label("Date").fill("2026-03-18")
    signature.get_by_label("Exemplaire signé").set_input_files(scan)
    signature.get_by_role("button", name="Enregistrer la signature").press("Enter")

    clerk.goto(campaign)
    clerk.get_by_role("button", name="Enregistrer pour les lignes cochées").press("Enter")
    expect(clerk.get_by_role("alert")).to_be_focused()
    tell(clerk, refusing, "refuse", "2026-03-19", why="Lettre reçue le 19 mars")
    expect(clerk.get_by_role("status").filter(has_text="Fait")).to_be_focused()
    tell(clerk, signing, "sign", "2026-03-20")
    expect(clerk.get_by_text("1 avenant signé sur 3")).to_be_visible()
    clerk.goto(campaign)
    looked_at(clerk, "suivre-une-campagne", 690)

    lawyer = journey.staff(LAWYER)
    lawyer.goto(campaign)
    lawyer.get_by_role("link", name="Clore la campagne").press("Enter")
    expect(lawyer.get_by_text("C. civ. 1116")).to_be_visible()
    looked_at(lawyer)
    lawyer.get_by_label("Motif de la clôture").fill("Plus personne ne répondra.")
    lawyer.get_by_role("button", name="Clore la campagne").press("Enter")
    expect(lawyer.get_by_text("La campagne est close")).to_be_visible()
    expect(row(lawyer, silent)).to_contain_text("Classé sans suite")
    looked_at(lawyer)
    versions = {one.number: version_of(one) for one in (signing, refusing, silent)}
    assert versions == {signing.number: 2, refusing.number: 1, silent.number: 1}


def tell(page: Page, of: Convention, what: str, on: str, why: str = "") -> None:
    """Tick the line of a convention and tell what came back of it, by the keyboard."""
    row(page, of).get_by_role("checkbox").press("Space")
    page.get_by_label("Des lignes cochées").select_option(what)
    page.get_by_label("Date de la signature ou du refus").fill(on)
    page.get_by_label("Comment le refus est connu").fill(why)
    page.get_by_role("button", name="Enregistrer pour les lignes cochées").press("Enter")


def row(page: Page, of: Convention) -> Locator:
    return page.get_by_role("row").filter(has_text=re.compile(re.escape(of.number)))


def version_of(convention: Convention) -> int:
    """The version of the rules that a convention lives by today."""
    return Convention.objects.get(pk=convention.pk).timeline(clock.today()).rulebook.version


def looked_at(page: Page, picture: str = "", height: int = 0) -> None:
    """Hold a page to be accessible, wide and narrow; take its picture where the guide shows it."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    before = page.viewport_size
    assert before is not None
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, page.url
    if picture:
        page.set_viewport_size(GUIDE)
        take_from(page.locator("main h1").first, picture, height)
    page.set_viewport_size(before)
