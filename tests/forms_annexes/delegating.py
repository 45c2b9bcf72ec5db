"""A fictitious CCAS under a convention that wants a delegation: its fixtures, and its papers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from access.models import Habilitation
from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest, PrerequisiteDocument
from forms_annexes.services import filling, instructing, prerequisite_papers, prerequisites
from forms_annexes.services.prerequisite_papers import Said
from templates_conventions.catalogue import rulebook
from tests.documents import RSACG
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock

Move = Callable[[str], None]

OFFICE = "président du conseil départemental d’Essai"


def a_convention(
    draft: Callable[..., Convention], kind: str = "ccas", name: str = "CCAS d’Essai"
) -> Convention:
    """A convention in force today with a fictitious body."""
    partner = Partner.objects.create(name=name, kind=kind, address="1 rue de l’Essai")
    publish(rulebook(RSACG))
    convention = draft(partner=partner, rulebook_code=RSACG)
    day = clock.today().isoformat()
    for party in ("partner", "caisse"):
        record(convention, "signature", day, party=party)
    convention.refresh_from_db()
    return convention


def a_request(convention: Convention, author: User, number: int = 1) -> AccessRequest:
    """A request for one agent, with every answer, sent to the caisse."""
    request = filling.start(convention, author)
    filling.answer(
        request,
        "requester",
        {
            "requester.name": "CCAS d’Essai",
            "requester.address": "1 rue de l’Essai",
            "requester.dated_on": clock.today().isoformat(),
        },
    )
    filling.answer(
        request,
        "user",
        [
            {
                "user.title": "Mme",
                "user.first_name": "Claude",
                "user.last_name": f"Exemple {'ABCDEF'[number]}",
                "user.service": "Insertion",
                "user.service_address": "12 boulevard des Exemples, 13999 Essai",
                "user.duties": "Assistante de service social",
                "user.profile": "1",
                "user.email": f"agent{number}@ccas.example",
            }
        ],
    )
    return filling.send(request, author)


def said(first: str, last: str | None = None, **changes: Any) -> Said:
    """What a delegation says."""
    return Said(
        OFFICE, date.fromisoformat(first), date.fromisoformat(last) if last else None
    )._replace(**changes)


def a_file() -> SimpleUploadedFile:
    """A scan."""
    return SimpleUploadedFile("delegation.pdf", a_pdf(), "application/pdf")


def deposited(
    convention: Convention, author: User, first: str, last: str | None = None
) -> PrerequisiteDocument:
    """A delegation that the partner gave and nobody has checked."""
    return prerequisite_papers.deposit(
        convention, "delegation", said(first, last), a_file(), author
    )


def checked(
    convention: Convention, agent: User, first: str, last: str | None = None
) -> PrerequisiteDocument:
    """A delegation that the caisse received and found right."""
    paper = deposited(convention, agent, first, last)
    return prerequisite_papers.accept(paper, said(first, last), agent)


def standing(convention: Convention) -> str:
    [one] = prerequisites.on(convention, clock.today())
    return one.standing


@pytest.fixture
def ccas(draft: Callable[..., Convention], today: Move) -> Convention:
    """A convention of a CCAS in force since 2 February 2026."""
    today("2026-02-02")
    return a_convention(draft)


@pytest.fixture
def head(ccas: Convention) -> User:
    return a_member("direction@ccas.example", ccas.partner)


@pytest.fixture
def officer(caisse: Caisse, ccas: Convention) -> User:
    user = User.objects.create_user("gestion@caisse.example", "mot de passe", first_name="Alix")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=date(2026, 1, 1)
    )
    return user


@pytest.fixture
def sent(ccas: Convention, head: User) -> AccessRequest:
    return a_request(ccas, head)


@pytest.fixture
def granted(sent: AccessRequest, officer: User) -> Habilitation:
    """An access given under a delegation that ends on 30 June 2026."""
    checked(sent.convention, officer, "2026-01-01", "2026-06-30")
    instructing.accept(sent, officer)
    return Habilitation.objects.get()
