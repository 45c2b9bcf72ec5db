"""What two people decide, and the roles of the staff, on a wide and on a narrow screen."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Convention, User
from contracts.services.proposed_acts import CONVENTION, propose_acts
from tests.browser.accessibility import assert_accessible
from tests.browser.test_pages import TODAY, sign_in
from tests.portfolio import an_act
from workflows import clock

ALIX = "alix@demonstration.example"
"""Director of all caisses."""


@pytest.fixture
def _proposed(live_server: LiveServer) -> Iterator[None]:
    """The demonstration, in which a lawyer proposes to end a convention."""
    original = clock.install(lambda: clock.start_of_day(TODAY) + timedelta(hours=10))
    call_command("load_demo")
    convention = Convention.objects.filter(state="active").order_by("pk")[0]
    day = TODAY.isoformat()
    agreed = {"last_day": day, "agreed_by": ["caisse", "partner"]}
    propose_acts(
        CONVENTION,
        convention,
        [an_act("mutual_termination", day, **agreed)],
        User.objects.get(email="maxence@demonstration.example"),
        seen_revision=convention.revision,
        convention=convention,
    )
    yield
    clock.install(original)


@pytest.mark.usefixtures("_proposed")
def test_the_pages_are_accessible_and_another_confirms(page: Page) -> None:
    sign_in(page, ALIX)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/personnel/", "/personnel/delegation/", "/a-confirmer/"):
            page.goto(path)
            assert_accessible(page)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Fin d’une convention").press("Enter")
    expect(page.get_by_role("heading", name="Ce que cela change")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Confirmer et enregistrer").press("Enter")
    expect(page.get_by_text("C’est confirmé et enregistré.")).to_be_visible()
    assert_accessible(page)
