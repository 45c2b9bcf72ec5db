"""A portfolio of a former register, from the file with its faults to the life of a convention."""

import io
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from contracts.models import Caisse
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.imports.portfolios import GOOD, workbook
from tests.browser.accessibility import assert_accessible
from tests.browser.caisse import LAWYER, caisse, journey
from tests.browser.journey import Journey
from tests.portfolio import YEARLY

__all__ = ["caisse", "journey"]


def assert_fits(page: Page) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 800})


def deposit(page: Page, file: Path) -> None:
    page.goto("/reprises/")
    page.get_by_label("Portefeuille").set_input_files(file)
    page.get_by_role("button", name="Lire à blanc").press("Enter")
    page.get_by_role("link", name="Voir où cela en est").or_(
        page.get_by_role("heading", name="Ce que devient chaque convention")
    ).first.wait_for()
    page.reload()


def test_a_file_with_three_bad_rows_is_corrected_and_its_conventions_live(
    caisse: Caisse, journey: Journey, tmp_path: Path
) -> None:
    journey.at("2026-11-22")
    publish(rulebook(YEARLY))
    good = GOOD | {"rulebook": YEARLY}
    faults = ("31/02/2019", "bientôt", "=TODAY()")
    bad = [
        good | {"number": f"B-{place}", "caisse_signed_on": fault}
        for place, fault in enumerate(faults, 1)
    ]
    file = tmp_path / "portefeuille.xlsx"
    file.write_bytes(workbook(conventions=[good, *bad]).read())
    page = journey.staff(LAWYER)
    page.goto("/reprises/colonnes/")
    assert_fits(page)
    deposit(page, file)
    expect(page.get_by_text("1 convention le serait, 3 ne le seraient pas")).to_be_visible()
    expect(page.get_by_text("contient une formule")).to_be_visible()
    assert_fits(page)
    with page.expect_download() as told:
        page.get_by_role("link", name="Télécharger les lignes refusées").click()
    book = load_workbook(io.BytesIO(told.value.path().read_bytes()))
    sheet = book["Conventions"]
    place = [cell.value for cell in sheet[1]].index("Signée par la caisse le") + 1
    for row in (2, 3, 4):
        sheet.cell(row, place, "14/01/2019")
    corrected = tmp_path / "corrigees.xlsx"
    book.save(corrected)
    deposit(page, corrected)
    expect(page.get_by_text("3 conventions le seraient")).to_be_visible()
    page.get_by_label("J’ai lu les lignes douteuses").check()
    page.get_by_role("button", name="Reprendre 3 conventions").press("Enter")
    expect(page.get_by_text("La reprise commence")).to_be_visible()
    page.reload()
    expect(page.get_by_text("C’est fini")).to_be_visible()
    page.get_by_role("link", name="B-2", exact=True).click()
    expect(page.get_by_text("En vigueur").first).to_be_visible()
    page.goto("/reprises/")
    assert_fits(page)
    page.goto("/reprises/comptes/")
    assert_fits(page)
