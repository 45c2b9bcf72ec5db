"""The list of conventions as a clerk meets it: found, kept, acted upon, by keyboard and narrow."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.test_pages import desk

__all__ = ["desk"]


def test_a_list_is_found_by_its_keys_and_several_conventions_acted_upon(desk: Page) -> None:
    page = desk
    page.goto("/conventions/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-rows] tbody tr").nth(1).locator("th a")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-rows] tbody tr").first.locator("th a")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("exempleville")
    page.keyboard.press("Enter")
    expect(page.get_by_role("list", name="Filtres en place")).to_contain_text("exempleville")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/conventions/?q=exempleville&terme=365")
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Enregistrer cette vue").press("Enter")
        page.get_by_role("button", name="Enregistrer la vue").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Donnez un nom")
        assert_accessible(page)
        page.goto("/conventions/?q=exempleville")
        page.get_by_role("checkbox", name="Cocher").first.check()
        page.get_by_role("button", name="Agir sur les conventions cochées").press("Enter")
        page.get_by_label("Que faire").select_option(index=1)
        page.get_by_role("button", name="Voir ce que cela donne").press("Enter")
        expect(page.get_by_role("heading", name="Ce que cela donne")).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
