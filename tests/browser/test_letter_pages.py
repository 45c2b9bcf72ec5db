"""The pages of the letters as people meet them: narrow, by keyboard, without scripts."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Agent, Convention, OutgoingLetter, Person, Power, User
from contracts.models import UserScope as Scope
from contracts.services.documents import issue
from contracts.services.evidence import store_evidence
from contracts.services.letters import letter_proposal, proposed_document
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import entered, passed
from tests.browser.accessibility import assert_accessible
from tests.contracts.received import a_letter
from tests.forms_annexes.files import a_pdf
from tests.portfolio import caisse, convention, draft, noon, partner, today, yearly

__all__ = ["caisse", "convention", "draft", "partner", "today", "yearly"]


@pytest.fixture
def lawyer(live_server: LiveServer, convention: Convention) -> User:
    user = User.objects.create_user("juriste@caisse.example", first_name="Maxence")
    Scope.objects.create(
        user=user,
        caisse=convention.caisse,
        role="legal_officer",
        first_day=noon("2024-01-01").date(),
    )
    return user


def signed_letter(convention: Convention, user: User) -> OutgoingLetter:
    """A letter to the partner, signed by that user and not posted."""
    person = Person.objects.create(first_name="Maxence", last_name="Exemple")
    agent = Agent.objects.create(
        caisse=convention.caisse, person=person, user=user, title="directeur"
    )
    Power.objects.create(
        agent=agent,
        kind=Power.Kind.SIGN_LETTERS,
        delegation_reference="Délégation 2024-3",
        first_day=date(2024, 1, 1),
    )
    proposal = letter_proposal(convention, "denonciation")
    document = proposed_document(
        convention, proposal, {}, signatory=("Maxence Exemple", "directeur")
    )
    letter = entered(issue(convention, document, user))
    for told in (
        Told(kind="submitted", on=date(2024, 2, 1)),
        Told(kind="signed", on=date(2024, 2, 1), signatory=agent),
    ):
        passed(letter, told, user, identifier=uuid4())
    return letter


def signed_in(context: BrowserContext, live_server: LiveServer, user: User) -> Page:
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def test_every_page_of_the_letters_is_accessible_and_fits_a_narrow_screen(
    context: BrowserContext, live_server: LiveServer, convention: Convention, lawyer: User
) -> None:
    sent = signed_letter(convention, lawyer)
    scan = store_evidence(ContentFile(a_pdf()), "pli.pdf", None)
    received = a_letter(convention.caisse, lawyer, scan)
    desk = signed_in(context, live_server, lawyer)
    own = f"/courriers-recus/{received.pk}/"
    for path in (
        "/courriers-recus/",
        "/courriers-recus/nouveau/",
        own,
        f"{own}conventions/{convention.pk}/notice/",
        "/courriers-envoyes/",
        "/courriers-envoyes/depot/",
        "/courriers-envoyes/bordereau/",
        f"/courriers-envoyes/{sent.pk}/",
        f"/courriers-envoyes/{sent.pk}/passages/posted/",
    ):
        for width in (1280, 320):
            desk.set_viewport_size({"width": width, "height": 900})
            desk.goto(path)
            assert_accessible(desk)
            wide = desk.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path}: {wide}"


def test_a_number_is_scanned_and_posted_by_keyboard_without_scripts(
    browser: Browser, live_server: LiveServer, convention: Convention, lawyer: User
) -> None:
    letter = signed_letter(convention, lawyer)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    desk = signed_in(context, live_server, lawyer)
    desk.goto("/courriers-envoyes/depot/")
    # The field of the number has the focus: what the scanner types goes there, then Enter.
    expect(desk.get_by_label("Numéro de recommandé")).to_be_focused()
    desk.keyboard.type("1A 234 567 890 12")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("La convention prendra fin")).to_be_visible()
    desk.get_by_role("button", name="Confirmer, ce courrier est posté").press("Enter")
    expect(desk.get_by_role("heading", name="Courriers postés")).to_be_visible()
    context.close()
    letter.refresh_from_db()
    assert (letter.standing, letter.registered_number) == ("proof_awaited", "1A23456789012")
