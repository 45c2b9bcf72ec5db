"""The statistics of connections as people meet them: on a narrow screen, on paper, by keyboard."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from access.models import ConnectionCount
from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.browser.accessibility import assert_accessible
from tests.browser.test_request_pages import LONG, signed_in
from workflows import clock
from workflows.calendar import add_months

CLERK = "gestionnaire@caisse.example"


@pytest.fixture
def counted(live_server: LiveServer) -> Iterator[Convention]:
    """Fourteen months of connections to two conventions, one of a partner with a long name."""
    original = clock.install(lambda: clock.start_of_day(date(2026, 11, 21)) + timedelta(hours=10))
    publish(rulebook("rsacg-msa-provence-azur"))
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    user = User.objects.create_user(CLERK)
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=date(2026, 1, 1)
    )
    for name in ("Département d’Exemple", LONG + "association"):
        partner = Partner.objects.create(name=name, kind="departement")
        convention = draft_convention(
            caisse=caisse, partner=partner, rulebook_code="rsacg-msa-provence-azur"
        )
        service = convention.rules.services[0].code
        ConnectionCount.objects.bulk_create(
            ConnectionCount(
                caisse=caisse,
                month=add_months(date(2026, 11, 1), -back),
                service=service,
                convention=convention,
                profile=str(1 + back % 3),
                connections=120 + 97 * back % 260,
                refused=back % 5,
                users=12,
            )
            for back in range(14)
        )
    yield convention
    clock.install(original)


def test_the_statistics_are_accessible_and_fit_a_narrow_screen(
    counted: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, CLERK)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/connexions/")
        expect(page.get_by_role("heading", name="Connexions", exact=True)).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Importer un fichier").press("Enter")
        page.get_by_role("button", name="Importer").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Choisissez le fichier")
        assert_accessible(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_statistics_are_narrowed_by_keyboard(
    counted: Convention, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, CLERK)
    page.goto("/connexions/")
    page.get_by_label("Numéro de convention ou partenaire").fill(counted.number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=counted.number).first).to_be_visible()
    expect(page.get_by_text("Département d’Exemple")).to_have_count(0)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Afficher")).not_to_be_visible()
    expect(page.get_by_role("heading", name="Par mois")).to_be_visible()
