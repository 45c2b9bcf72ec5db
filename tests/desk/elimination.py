"""A closed convention whose file names somebody wherever Tacite keeps names, and the staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from access.services.habilitations import grant
from contracts.models import (
    Caisse,
    Contact,
    Convention,
    Person,
    Proposal,
    Signatory,
    SignatoryPower,
    User,
    UserScope,
)
from contracts.models.evidence import FOLDER, evidence_storage
from contracts.retention.due import files_due
from contracts.retention.lists import draw_up, propose_with_visa
from contracts.services.documents import convention_document, issue
from contracts.services.evidence import store_evidence
from contracts.services.incoming_letters import Envelope, file_letter, register_letter
from contracts.services.notes import write_note
from contracts.services.proposals import confirm
from forms_annexes.models.messages import Side
from forms_annexes.services import exchanging, filling
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.files import a_pdf
from tests.portfolio import an_act, record
from workflows import clock, subjects
from workflows.effect_worker import drain
from workflows.sweep import sweep

FIRST, LAST = "Zéphyrine", "Quatremer-Fictive"
ADDRESS = "zephyrine@partenaire.example"
TRACES = ("Zéphyrine", "Quatremer", "zephyrine", "quatremer")
"""What is nowhere any more once the file is gone."""

Move = Callable[[str], None]


def named_everywhere(convention: Convention, today: Move) -> Person:
    """Have one person named in the rows and files of a convention in force, then close it."""
    caisse, partner = convention.caisse, convention.partner
    agent = User.objects.create_user("auteur@caisse.example", first_name="Camille")
    person = Person.objects.create(
        first_name=FIRST, last_name=LAST, email=ADDRESS, phone="01 99 00 00 00"
    )
    Contact.objects.create(
        partner=partner, person=person, quality="Direction", first_day=date(2024, 1, 1)
    )
    signatory = Signatory.objects.create(partner=partner, person=person, quality="maire")
    delegation = store_evidence(ContentFile(a_pdf()), f"délégation {LAST}.pdf", None)
    SignatoryPower.objects.create(
        signatory=signatory,
        first_day=date(2024, 1, 1),
        delegated=True,
        delegation_reference=f"Arrêté pour {LAST}",
        delegation_document=delegation,
    )
    member = a_member("quatremer@partenaire.example", partner)
    User.objects.filter(pk=member.pk).update(first_name=FIRST, last_name=LAST)

    request = filling.start(convention, member)
    filling.answer(request, "structure", {"structure.name": "Crèche d’Essai"})
    told = {"user.last_name": LAST, "user.first_name": FIRST, "user.email": ADDRESS}
    filling.answer(request, "user", told)
    filling.answer(
        request,
        "signatory",
        {"signatory.name": f"{FIRST} {LAST}"},
        signatory_quality="directrice",
    )
    exchanging.write(request, Side.PARTNER, member, f"Bonjour, {LAST} à l’appareil.", (), uuid4())

    service = convention.rules.services[0].code
    grant(convention, person, service, None, date(2024, 2, 1))
    proof = store_evidence(ContentFile(LAST.encode()), f"lettre de {LAST}.txt", None)
    deliberation = an_act("deliberation", "2024-01-09", reference="D-1")
    subjects.record(convention, deliberation, author=None, evidence=[proof])
    envelope = Envelope(
        form="registered_letter",
        registered_number="RK123456785FR",
        postmark_on=None,
        received_on=clock.today(),
        sender=f"Mme {LAST}",
    )
    scan = store_evidence(ContentFile(a_pdf()), f"{LAST}.pdf", None)
    letter = register_letter(envelope, caisse, scan, agent, uuid4())
    file_letter(letter, convention, "information", agent, identifier=uuid4(), seen_filings=0)
    write_note(convention, agent, f"{LAST} a téléphoné.", uuid4())
    issue(convention, convention_document(convention), agent)
    drain()

    close(convention, today)
    return person


def close(convention: Convention, today: Move) -> None:
    """End it on 31 March 2024, and close its file."""
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-03-31",
        agreed_by=["caisse", "partner"],
    )
    today("2024-04-10")
    sweep(date(2024, 4, 10))
    drain()
    record(convention, "closing", "2024-04-10")
    convention.refresh_from_db()


def everything_kept() -> str:
    """All that the database and the store of files hold, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table} {row}" for row in cursor.fetchall()]
    folder = evidence_storage()
    names = folder.listdir(FOLDER)[1] if folder.exists(FOLDER) else []
    for name in names:
        with evidence_storage().open(f"{FOLDER}/{name}", "rb") as stored:
            found.append(f"{name} {stored.read()!r}")
    return "\n".join(found)


def traces() -> list[str]:
    """Each row or file in which the person can still be found."""
    return [line[:300] for line in everything_kept().splitlines() if any(t in line for t in TRACES)]


def staff(caisse: Caisse, role: str, name: str) -> User:
    user = User.objects.create_user(f"{name}@caisse.example", first_name=name)
    UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=date(2024, 1, 1))
    return user


@pytest.fixture(autouse=True)
def empty_store() -> None:
    """What tests that were rolled back left in the store is nobody's."""
    folder = evidence_storage()
    if folder.exists(FOLDER):
        for name in folder.listdir(FOLDER)[1]:
            folder.delete(f"{FOLDER}/{name}")


@pytest.fixture
def dpo(caisse: Caisse) -> User:
    return staff(caisse, "dpo", "morgan")


@pytest.fixture
def administrator(caisse: Caisse) -> User:
    return staff(caisse, "administrator", "lou")


def on_a_list(caisse: Caisse, author: User) -> Any:
    """A list with all that is due today."""
    due = files_due([caisse], clock.today()).values_list("pk", flat=True)
    return draw_up(caisse, list(due), author, uuid4(), clock.today())


def with_visa(elimination: Any, author: User) -> Proposal:
    file = store_evidence(ContentFile(a_pdf()), "visa.pdf", author)
    return propose_with_visa(
        elimination,
        author,
        identifier=str(uuid4()),
        reference="Visa 2029-17",
        dated=clock.today(),
        file=file,
    )


def eliminated(caisse: Caisse, first: User, second: User) -> Any:
    """All that is due, gone."""
    made = on_a_list(caisse, first)
    confirm(with_visa(made, first), second)
    drain()
    return made
