"""A convention that has ended and whose rules ask the partner for an attestation."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts.models import Contact, Convention, Partner, Person, PublishedRulebook
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.portfolio import record
from workflows.sweep import sweep

WITH_ATTESTATION = "qf-msa-ardeche-drome-loire"

Move = Callable[[str], None]


@pytest.fixture
def quotient(db: None) -> PublishedRulebook:
    return publish(rulebook(WITH_ATTESTATION))[0]


@pytest.fixture
def contact(partner: Partner) -> Contact:
    person = Person.objects.create(
        first_name="Camille", last_name="Exemple-Durand", email="camille@partenaire.example"
    )
    return Contact.objects.create(
        partner=partner, person=person, quality="Direction", first_day=date(2024, 1, 1)
    )


@pytest.fixture
def ended(
    draft: Callable[..., Convention], quotient: PublishedRulebook, contact: Contact, today: Move
) -> Convention:
    """In force since 15 January 2024, ended by agreement on 31 March; it is 10 April."""
    today("2024-01-10")
    opened = draft(rulebook_code=quotient.code)
    today("2024-02-01")
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    record(
        opened,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-03-31",
        agreed_by=["caisse", "partner"],
    )
    today("2024-04-10")
    sweep(date(2024, 4, 10))
    opened.refresh_from_db()
    return opened
