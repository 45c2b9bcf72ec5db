"""« État du système » as an administrator reads it when a directory is away, wide and narrow."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from access.services.directory_health import note
from contracts.models import Caisse
from tests.browser.accessibility import assert_accessible
from tests.browser.test_held_runs import LOU
from tests.browser.test_pages import TODAY, sign_in
from workflows import clock


@pytest.fixture
def _away(live_server: LiveServer) -> Iterator[None]:
    """The demonstration, with one directory that answers, one that does not, others by hand."""
    original = clock.install(lambda: clock.start_of_day(TODAY) + timedelta(hours=10))
    call_command("load_demo")
    first, second = Caisse.objects.order_by("pk")[:2]
    Caisse.objects.filter(pk__in=[first.pk, second.pk]).update(settings={"directory": "embedded"})
    note(first.pk)
    note(second.pk, "le serveur « annuaire.caisse.example » ne répond pas en 5 secondes")
    yield
    clock.install(original)


@pytest.mark.usefixtures("_away")
def test_it_is_found_from_the_header_accessible_and_fits_a_narrow_screen(page: Page) -> None:
    sign_in(page, LOU)
    page.get_by_role("link", name="État du système").press("Enter")
    expect(page.get_by_role("heading", name="Annuaires")).to_be_visible()
    expect(page.get_by_text("ne répond pas en 5 secondes")).to_be_visible()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
