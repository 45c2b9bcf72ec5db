"""The pages as people meet them: with a keyboard, a screen reader, a narrow screen, on paper."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.demonstration.portfolio import read
from contracts.models import Convention, Partner
from tests.browser.accessibility import assert_accessible
from workflows import clock

TODAY = date(2026, 11, 21)
WRITTEN = "psu-msa-picardie"
"""The type of convention whose texts are written."""

CAMILLE = "camille@demonstration.example"


@pytest.fixture
def desk(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """The demonstration on a fixed day, seen by a clerk who has just signed in."""
    original = clock.install(lambda: clock.start_of_day(TODAY) + timedelta(hours=10))
    call_command("load_demo")
    sign_in(page)
    yield page
    clock.install(original)


def sign_in(page: Page, email: str = CAMILLE) -> None:
    page.goto("/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(read().password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name="Bonjour")).to_be_visible()


def path_of(state: str, **wanted: object) -> str:
    convention = Convention.objects.filter(state=state, **wanted).order_by("pk").first()
    assert convention is not None
    return f"/conventions/{convention.pk}/"


def grey_zone() -> str:
    return path_of("active", open_questions=1, partner__kind="intercommunal_body")


def pages() -> list[str]:
    partner = Partner.objects.order_by("pk").first()
    assert partner is not None
    return [
        "/",
        "/comptes/",
        "/acces-a-debloquer/",
        # Refused to a clerk: the page that says so is looked at.
        "/envois-en-echec/",
        "/traitements-retenus/",
        "/etat/",
        "/conventions/nouvelle/",
        "/conventions/nouvelle/?q=exemple",
        "/conventions/nouvelle/?q=12345678901234",
        "/conventions/nouvelle/partenaire/",
        f"/conventions/nouvelle/partenaire/{partner.pk}/",
        f"{path_of('active', rulebook_code=WRITTEN)}documents/",
        f"{path_of('active', rulebook_code=WRITTEN)}documents/convention/",
        f"{path_of('active', rulebook_code=WRITTEN)}documents/annexe-2/",
        f"{path_of('active', rulebook_code=WRITTEN)}copies-signees/",
        "/numerisations/",
        "/conventions/",
        "/conventions/?q=zzz&etat=inconnu",
        grey_zone(),
        path_of("draft"),
        f"{path_of('draft')}evenements/",
        f"{path_of('active')}evenements/notice/",
        path_of("terminated"),
        path_of("termination_pending"),
        path_of("closed"),
    ]


def test_every_page_is_accessible_and_fits_a_narrow_screen(desk: Page) -> None:
    for path in pages():
        desk.set_viewport_size({"width": 1280, "height": 900})
        desk.goto(path)
        for why in desk.get_by_text("Pourquoi cette date ?").all()[:2]:
            why.click()
        assert_accessible(desk)
        desk.set_viewport_size({"width": 320, "height": 640})
        assert desk.evaluate("() => document.documentElement.scrollWidth") <= 320, path
        assert_accessible(desk)


def test_signing_in_is_accessible_and_says_what_is_wrong(
    page: Page, live_server: LiveServer
) -> None:
    page.goto("/connexion/")
    assert_accessible(page)
    page.get_by_label("Adresse électronique").fill("personne@caisse.example")
    page.get_by_label("Mot de passe").fill("rien de juste")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    assert_accessible(page)


def test_the_pages_do_their_work_without_javascript(
    desk: Page, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page)
    page.goto("/conventions/")
    page.get_by_role("combobox", name="État").select_option("draft")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_text("1 convention,")).to_be_visible()
    page.goto(grey_zone())
    why = page.get_by_text("Pourquoi cette date ?").first
    why.click()
    expect(page.get_by_text("Calcul").first).to_be_visible()
    context.close()


def test_the_marks_of_the_drawing_lead_by_keyboard_to_what_they_mean(desk: Page) -> None:
    desk.goto(grey_zone())
    mark = desk.get_by_role("link", name="13 novembre 2026").first
    mark.focus()
    desk.keyboard.press("Enter")
    target = desk.locator(":target")
    expect(target).to_contain_text("Dernier jour d’envoi d’une dénonciation")
    expect(target).to_be_in_viewport()


def test_the_keyboard_goes_through_the_list_in_reading_order(desk: Page) -> None:
    desk.goto("/conventions/")
    reached = []
    for _ in range(45):
        desk.keyboard.press("Tab")
        text = desk.evaluate("() => document.activeElement.innerText.trim()")
        reached.append(re.sub(r"\s*\d+\s+en attente$", "", text))
    assert reached[:4] == ["Aller au contenu", "Tacite", "Accueil", "Conventions"]
    # Then what can be opened, the search, the files, and the first convention.
    first = desk.get_by_role("rowheader").first.get_by_role("link").inner_text()
    wanted = ["Se déconnecter", "Nouvelle convention", "Autres filtres et colonnes", "Chercher"]
    wanted += ["Toute la liste pour Excel", "Agir sur les conventions cochées", first]
    assert [text for text in reached if text in wanted] == wanted


def test_a_proof_can_be_had(desk: Page) -> None:
    desk.goto(grey_zone())
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Lettre de dénonciation").click()
    assert "Pièce de démonstration" in download.value.path().read_text(encoding="utf-8")


def test_on_paper_every_explanation_is_open_and_nothing_is_to_click(desk: Page) -> None:
    desk.goto(grey_zone())
    desk.emulate_media(media="print")
    expect(desk.get_by_role("button", name="Se déconnecter")).to_be_hidden()
    expect(desk.get_by_role("navigation", name="Sur cette page")).to_be_hidden()
    expect(desk.get_by_text("Calcul", exact=True).first).to_be_visible()


def test_a_letter_is_recorded_without_javascript_once_its_effect_was_shown(
    browser: Browser, live_server: LiveServer, desk: Page
) -> None:
    path = path_of("active", rulebook_code="rsacg-msa-provence-azur", open_questions=0)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    plain = context.new_page()
    sign_in(plain)

    plain.goto(f"{path}evenements/notice/")
    plain.get_by_label("Postée le").fill("2026-11-20")
    plain.get_by_role("button", name="Voir ce que cela change").click()
    expect(plain.get_by_role("heading", name="Ce que cela change")).to_be_visible()
    plain.get_by_role("button", name="Confirmer").click()

    expect(plain.get_by_text("C’est enregistré")).to_be_visible()
    assert plain.url == f"{live_server.url}{path}"
    context.close()


def test_a_lawyer_settles_a_question_with_the_keyboard(page: Page, live_server: LiveServer) -> None:
    original = clock.install(lambda: clock.start_of_day(TODAY) + timedelta(hours=10))
    try:
        call_command("load_demo")
        sign_in(page, "maxence@demonstration.example")
        page.goto(grey_zone())
        page.get_by_role("link", name="Trancher cette question").first.press("Enter")
        page.get_by_label("La dénonciation est tardive", exact=True).press("Space")
        page.get_by_label("Motifs").fill("L’échéance est la veille de l’anniversaire.")
        assert_accessible(page)
        page.get_by_role("button", name="Voir ce que cela change").press("Enter")
        expect(page.get_by_role("heading", name="Ce que cela change")).to_be_visible()
        assert_accessible(page)
        page.get_by_role("button", name="Confirmer").press("Enter")
        expect(page.get_by_text("C’est enregistré")).to_be_visible()
    finally:
        clock.install(original)
