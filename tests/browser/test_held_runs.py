"""A held run as an administrator meets it: by keyboard, on a narrow screen, without scripts."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.accessibility import assert_accessible
from tests.browser.test_pages import TODAY, sign_in
from workflows import breaker, clock

LOU = "lou@demonstration.example"
"""Administrator of all caisses."""

LIST = "/traitements-retenus/"


@pytest.fixture
def _held(live_server: LiveServer, settings: Any) -> Iterator[None]:
    """The demonstration, of which more than one convention would end in the winter to come."""
    settings.TACITE_BREAKER_NUMBER = settings.TACITE_BREAKER_FLOOR = 1
    original = clock.install(lambda: clock.start_of_day(TODAY) + timedelta(hours=10))
    call_command("load_demo")
    assert breaker.hold(date(2027, 2, 11))
    yield
    clock.install(original)


@pytest.mark.usefixtures("_held")
def test_its_pages_are_accessible_and_fit_a_narrow_screen(page: Page) -> None:
    sign_in(page, LOU)
    page.get_by_role("link", name="traitement à confirmer").click()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(LIST)
        assert_accessible(page)
        page.get_by_role("link", name="Voir ce qui se passerait").press("Enter")
        expect(page.get_by_role("heading", name="prendraient fin")).to_be_visible()
        assert_accessible(page)
        page.get_by_role("button", name="Confirmer").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Dites pourquoi")
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.usefixtures("_held")
def test_it_is_confirmed_without_scripts(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, LOU)
    page.goto(LIST)
    page.get_by_role("link", name="Voir ce qui se passerait").click()
    page.get_by_label("Motif").fill("Fin du dispositif, voulue par la direction")
    page.get_by_label("J’ai regardé les cas ci-dessus").check()
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_text("C’est confirmé")).to_be_visible()
    expect(page.get_by_text("voulue par la direction")).to_be_visible()
    expect(page.get_by_role("heading", name="Ce qu’ils sont devenus")).to_be_visible()
    context.close()
