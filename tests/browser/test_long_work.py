"""A long work shows how far it is by itself, and the page changes when the person asks."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from contracts.models import BulkLine, BulkRun, Caisse, Convention, User
from tests.browser.accessibility import assert_accessible
from tests.browser.caisse import LAWYER, caisse, in_force, journey
from tests.browser.journey import Journey
from tests.portfolio import YEARLY
from workflows import clock

__all__ = ["caisse", "in_force", "journey"]

InForce = Callable[..., Convention]


@pytest.fixture
def run(caisse: Caisse, in_force: InForce) -> BulkRun:
    """Two conventions given to somebody, neither yet."""
    author = User.objects.get(email=LAWYER)
    names = ("Commune d’Exempleville", "Commune d’Essai")
    found = [in_force(YEARLY, "2026-01-15", name) for name in names]
    made = BulkRun.objects.create(
        identifier=uuid4(), action="assign", assignee=author, author=author, started_at=clock.now()
    )
    for one in found:
        BulkLine.objects.create(run=made, convention=one)
    return made


def test_the_progress_goes_on_by_itself_and_the_result_comes_when_asked_for(
    run: BulkRun, journey: Journey
) -> None:
    page = journey.staff(LAWYER)
    page.goto(f"/conventions/lot/{run.pk}/")
    progress = page.get_by_role("progressbar", name="Conventions traitées")
    expect(progress).to_have_attribute("value", "0")
    page.get_by_role("link", name="Voir où cela en est").focus()
    first, second = run.lines.order_by("pk")
    first.outcome = BulkLine.Outcome.DONE
    first.save()
    expect(progress).to_have_attribute("value", "1", timeout=15_000)
    expect(page.get_by_role("link", name="Voir où cela en est")).to_be_focused()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    second.outcome = BulkLine.Outcome.DONE
    second.save()
    expect(page.get_by_text("C’est fini.", exact=True)).to_be_visible(timeout=15_000)
    expect(page.get_by_text("En attente")).to_have_count(2)
    result = page.get_by_role("link", name="Voir le résultat")
    expect(result).to_be_focused()
    result.press("Enter")
    expect(page.get_by_text("2 faites")).to_be_visible()
    expect(page.get_by_text("En attente")).to_have_count(0)
