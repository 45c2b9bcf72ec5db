"""A partner that declares: what it says, and the conventions under which it does."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import Caisse, Convention, Partner, User
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.declarations.kinds import kind_of
from forms_annexes.models import Declaration
from forms_annexes.services import declaring
from forms_annexes.services.declaring import Told
from templates_conventions.catalogue import rulebook
from tests.forms_annexes.conftest import put_in_force
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock

Declare = Callable[..., Declaration]
Move = Callable[[str], None]
Mail = Callable[[str], list[Any]]

WITH_ATTESTATION = "qf-msa-ardeche-drome-loire"
"""A change of address by registered letter, and an attestation awaited after the end."""

NIR = "2 95 10 99 126 111 93"


def a_file(name: str = "piece.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf(), "application/pdf")


def told(answers: dict[str, str], on: str = "", **more: Any) -> Told:
    return Told(answers, date.fromisoformat(on) if on else None, **more)


def breach(hour: str = "2024-02-01T09:00", **answers: str) -> Told:
    said = {"nature": "lost_device", "certainty": "certain", "description": "Un poste volé."}
    aware = datetime.fromisoformat(hour).replace(tzinfo=clock.PARIS)
    return Told(said | answers, aware_at=aware)


def opposition(reference: str = "OPP-2024-001", right: str = "opposition") -> Told:
    return told({"right": right, "reference": reference}, on="2024-02-01")


@pytest.fixture
def declared(in_force: Convention, director: User) -> Declare:
    """Declare something as the director of the nursery."""

    def declare(kind: str, said: Told, convention: Convention = in_force) -> Declaration:
        return declaring.declare(convention, kind_of(kind), director, said)

    return declare


@pytest.fixture
def registered(caisse: Caisse, partner: Partner, today: Move, director: User) -> Convention:
    """A convention in force whose changes of address are told by registered letter."""
    publish(rulebook(WITH_ATTESTATION))
    today("2024-02-01")
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=WITH_ATTESTATION)
    put_in_force(opened)
    return opened


@pytest.fixture
def ended(registered: Convention, today: Move) -> Convention:
    """The same once its parties ended it, on 31 March 2024; it is 10 April."""
    record(
        registered,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-03-31",
        agreed_by=["caisse", "partner"],
    )
    today("2024-04-10")
    record(registered, "cnil_copy_requested", "2024-04-10", by="partner")
    return registered


def faults(refused: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = refused.value.message_dict
    return found
