import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible


def test_the_layout_is_accessible_and_dressed(page: Page) -> None:
    page.goto("/une-adresse-inconnue")
    expect(page.get_by_role("heading", name="Page introuvable")).to_be_visible()
    assert_accessible(page)
    fonts = "() => document.fonts.ready.then(() => document.fonts.check('1rem \"Source Sans 3\"'))"
    assert page.evaluate(fonts)
    expect(page.locator("body")).to_have_css("color", "rgb(28, 36, 41)")


def test_the_first_tab_offers_to_skip_to_the_content(page: Page) -> None:
    page.goto("/une-adresse-inconnue")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_layout_fits_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/une-adresse-inconnue")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_a_page_that_breaks_a_rule_is_found(page: Page) -> None:
    page.goto("/une-adresse-inconnue")
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(page)
