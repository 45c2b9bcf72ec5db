"""Three acts done with the keys alone: the focus is always seen, and goes where it is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from contracts.models import Convention, IncomingLetter
from tests.browser.caisse import (
    CLERK,
    LAWYER,
    caisse,
    in_force,
    journey,
    scan,
)
from tests.browser.journey import Journey
from tests.portfolio import record
from tests.templates_conventions.matrix import PIC

__all__ = ["caisse", "in_force", "journey", "scan"]

FARTHEST = 120
"""More stops than any page has: beyond, what is looked for is not reached by Tab."""

SEEN = """() => {
    const focused = document.activeElement;
    // In a field for a day, the button of its calendar: the browser draws its outline.
    if (focused.type === "date" && !focused.matches(":focus")) return true;
    const style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return drawn && box.bottom > 0 && box.top < innerHeight;
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until an element has the focus, which must be seen at each stop."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        page.wait_for_function(SEEN)
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {target}")


def press(page: Page, target: Locator) -> None:
    """Follow a link or press a button; the page that it leads to is there when this returns."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, label: str | re.Pattern[str], typed: str) -> None:
    tab_to(page, page.get_by_label(label))
    page.keyboard.type(typed)


def confirmed(page: Page) -> None:
    """Ask what it changes: the focus is there; then confirm."""
    press(page, page.get_by_role("button", name="Voir ce que cela change"))
    expect(page.get_by_role("heading", name="Ce que cela change")).to_be_focused()
    press(page, page.get_by_role("button", name=re.compile("^Confirmer")))


def test_an_event_is_recorded(journey: Journey, in_force: Callable[..., Convention]) -> None:
    convention = in_force(PIC, "2026-01-15", "Commune d’Essai")
    journey.at("2026-04-04")
    page = journey.staff(CLERK)
    page.goto(f"/conventions/{convention.pk}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Enregistrer un événement"))
    press(page, page.get_by_role("link", name="Délibération reçue en préfecture"))
    press(page, page.get_by_role("button", name="Voir ce que cela change"))
    expect(page.get_by_role("alert")).to_be_focused()
    fill(page, "Date", "03032026")
    fill(page, "Référence", "D-2026-4")
    confirmed(page)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert convention.acts.get(kind="deliberation").on.isoformat() == "2026-03-03"


def test_a_question_is_decided(journey: Journey, in_force: Callable[..., Convention]) -> None:
    convention = in_force(PIC, "2026-01-15", "Commune d’Essai")
    journey.at("2026-10-16")
    record(convention, "notice", "2026-10-15", letter="L", by="partner", form="registered_letter")
    record(convention, "letter_posted", "2026-10-15", letter="L")
    page = journey.staff(LAWYER)
    page.goto("/questions/")
    press(page, page.get_by_role("rowheader").get_by_role("link"))
    press(page, page.get_by_role("link", name="Trancher cette question"))
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    press(page, page.get_by_role("button", name="Voir ce que cela change"))
    expect(page.get_by_role("alert")).to_be_focused()
    # Each of its lines leads to the field that it is about; the next page still takes the focus.
    tab_to(page, page.get_by_role("alert").get_by_role("link", name="Motifs"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Motifs")).to_be_focused()
    page.keyboard.type("Le jour anniversaire.")
    confirmed(page)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert convention.acts.filter(kind="decision").count() == 1


def test_a_letter_is_registered(
    journey: Journey, in_force: Callable[..., Convention], scan: Path
) -> None:
    in_force(PIC, "2026-01-15", "Commune d’Essai")
    journey.at("2026-04-04")
    page = journey.staff(CLERK)
    page.goto("/courriers-recus/")
    press(page, page.get_by_role("link", name="Enregistrer un courrier reçu"))
    press(page, page.get_by_role("button", name="Enregistrer le courrier"))
    expect(page.get_by_role("alert")).to_be_focused()
    # Each of its lines leads to the field that it is about.
    tab_to(page, page.get_by_role("link", name="Joignez la numérisation du pli"))
    page.keyboard.press("Enter")
    file = page.get_by_label("Numérisation du pli")
    expect(file).to_be_focused()
    file.set_input_files(scan)
    fill(page, "Numéro de recommandé", "RK123456785FR")
    fill(page, "Expéditeur", "Commune d’Essai")
    press(page, page.get_by_role("button", name="Enregistrer le courrier"))
    expect(page.get_by_text("Le courrier est enregistré sous le n°")).to_be_visible()
    assert IncomingLetter.objects.count() == 1
