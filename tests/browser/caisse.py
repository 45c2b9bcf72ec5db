"""A caisse with its staff, its conventions in force and its letters: where its journeys begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import (
    Agent,
    Caisse,
    Convention,
    OutgoingLetter,
    Partner,
    Person,
    Power,
    User,
    UserScope,
)
from contracts.services.conventions import draft_convention
from contracts.services.documents import issue
from contracts.services.letters import letter_proposal, proposed_document
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import entered, passed
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.browser.journey import PASSWORD, Journey
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock

CLERK = "camille@caisse.example"
LAWYER = "maxence@caisse.example"
DIRECTOR = "alix@caisse.example"
SIGNATORY = "dominique@caisse.example"
OFFICER = "morgan@caisse.example"
STAFF = {
    CLERK: ("Camille", "back_office_agent"),
    LAWYER: ("Maxence", "legal_officer"),
    DIRECTOR: ("Alix", "director"),
    SIGNATORY: ("Dominique", "legal_officer"),
    OFFICER: ("Morgan", "dpo"),
}


@pytest.fixture
def caisse(live_server: LiveServer, settings: Any) -> Iterator[Caisse]:
    """A caisse with its staff, one of whom signs the letters."""
    settings.TACITE_SITE_URL = live_server.url
    original = clock.install(clock.system_time)
    caisse = Caisse.objects.create(
        code="EXEMPLE", name="Caisse d’Exemple", settings={"directory": "embedded"}
    )
    for email, (name, role) in STAFF.items():
        user = User.objects.create_user(email, PASSWORD, first_name=name, last_name="Exemple")
        UserScope.objects.create(user=user, caisse=caisse, role=role, first_day="2025-01-01")
        person = Person.objects.create(first_name=name, last_name="Exemple", email=email)
        agent = Agent.objects.create(caisse=caisse, person=person, user=user, title="agent")
        if email == SIGNATORY:
            Power.objects.create(
                agent=agent,
                kind=Power.Kind.SIGN_LETTERS,
                delegation_reference="Décision 2025-1",
                first_day="2025-01-01",
            )
    yield caisse
    clock.install(original)


@pytest.fixture
def journey(browser: Browser, live_server: LiveServer) -> Iterator[Journey]:
    told = Journey(browser, live_server.url, scripts=True)
    yield told
    told.end()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(a_pdf())
    return path


@pytest.fixture
def in_force(caisse: Caisse, journey: Journey) -> Callable[..., Convention]:
    """Open conventions that took effect on a day; the clock stays on it."""

    def open_one(code: str, day: str, name: str, kind: str = "commune") -> Convention:
        journey.at(day)
        publish(rulebook(code))
        partner = Partner.objects.create(name=name, kind=kind)
        convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=code)
        kinds = {condition.kind for condition in convention.rules.effect.conditions}
        if "cnil" in kinds:
            record(convention, "cnil", day, basis="transmission", reference="Registre, ligne 12")
        if convention.rules.effect.rule == "document_date":
            record(convention, "document_date", day)
        for party in convention.rules.parties:
            record(convention, "signature", day, party=party.role)
        assert convention.state == "active"
        return convention

    return open_one


def to_post(convention: Convention, code: str, day: str, **typed: str) -> OutgoingLetter:
    """A letter of the caisse, signed and not posted."""
    director = Agent.objects.get(user__email=SIGNATORY)
    proposal = letter_proposal(convention, code)
    signatory = (director.person.get_full_name(), director.title)
    document = proposed_document(convention, proposal, typed, signatory=signatory)
    letter = entered(issue(convention, document, director.user))
    on = date.fromisoformat(day)
    passed(letter, Told(kind="submitted", on=on), director.user, identifier=uuid4())
    signed = Told(kind="signed", on=on, signatory=director)
    passed(letter, signed, director.user, identifier=uuid4())
    return letter


def post(page: Page, *numbers: str) -> None:
    """Post every letter signed, by the numbers of their labels."""
    page.goto("/courriers-envoyes/depot/")
    fields = page.get_by_label(re.compile("^Numéro de recommandé, "))
    expect(fields).to_have_count(len(numbers))
    for place, number in enumerate(numbers):
        fields.nth(place).fill(number)
    page.get_by_role("button", name="Vérifier les numéros").click()
    page.get_by_role("button", name=re.compile("^Confirmer, ces")).click()
    expect(page.get_by_text("postés").first).to_be_visible()


def weigh(page: Page) -> None:
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.get_by_role("heading", name="Ce que cela change")).to_be_visible()


def confirm(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Confirmer")).click()


def state_of(convention: Convention) -> str:
    return Convention.objects.get(pk=convention.pk).state
