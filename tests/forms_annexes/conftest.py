"""A nursery, its director, a clerk, and the request between them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import (
    Caisse,
    Convention,
    Partner,
    PartnerMembership,
    Person,
    User,
    UserScope,
)
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from tests.forms_annexes.files import a_pdf
from tests.portfolio import agent, caisse, draft, partner, record, today, yearly
from tests.worker import worker_at_each_commit
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["agent", "caisse", "draft", "partner", "today", "worker_at_each_commit", "yearly"]

DIRECTOR = "directeur de la structure d’AJE"


@pytest.fixture
def convention(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    """A convention that is drafted and waits for its signatures, on 1 February 2024."""
    today("2024-02-01")
    return draft()


@pytest.fixture
def in_force(convention: Convention) -> Convention:
    """The same convention once signed and declared."""
    put_in_force(convention)
    return convention


def put_in_force(convention: Convention) -> None:
    """Declare and sign, today."""
    day = clock.today().isoformat()
    record(convention, "cnil", day, basis="transmission", reference="T-1")
    record(convention, "signature", day, party="partner")
    record(convention, "signature", day, party="caisse")


@pytest.fixture
def director(partner: Partner, convention: Convention) -> User:
    """The director of the nursery, who has come in."""
    return a_member("direction@creche.example", partner)


def a_member(email: str, partner: Partner) -> User:
    """Somebody who answers for a partner as a whole."""
    user = User.objects.create_user(
        email, "mot de passe", first_name="Dominique", last_name="Essai"
    )
    PartnerMembership.objects.create(
        user=user, partner=partner, role="director", first_day=clock.today()
    )
    return user


@pytest.fixture
def clerk(caisse: Caisse, convention: Convention) -> User:
    """A clerk of the caisse."""
    user = User.objects.create_user("gestionnaire@caisse.example", "mot de passe")
    UserScope.objects.create(
        user=user, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    return user


@pytest.fixture
def request_draft(convention: Convention, director: User) -> AccessRequest:
    """A request with every answer, not sent."""
    return answered(filling.start(convention, director))


def answered(
    request: AccessRequest, email: str = "camille.essai@creche.example", quality: str = DIRECTOR
) -> AccessRequest:
    """Answer every question."""
    filling.answer(request, "structure", {"structure.name": "Crèche d’Essai"})
    filling.answer(
        request,
        "user",
        {"user.last_name": "Essai", "user.first_name": "Camille", "user.email": email},
    )
    return filling.answer(
        request,
        "signatory",
        {"signatory.name": "Dominique Essai"},
        signatory_quality=quality,
    )


@pytest.fixture
def browsing() -> Callable[[User], Client]:
    """A browser in which somebody has signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def mail_to() -> Callable[[str], list[Any]]:
    """Deliver what waits, and give the messages to an address, the oldest first."""

    def delivered(address: str) -> list[Any]:
        drain()
        return [message for message in mail.outbox if address in message.to]

    return delivered


@pytest.fixture
def a_scan() -> SimpleUploadedFile:
    """A signed sheet, as a scanner makes it."""
    return SimpleUploadedFile("annexe.pdf", a_pdf(), "application/pdf")


def person_of(request: AccessRequest) -> Person:
    """Who the first accepted user became."""
    person = request.users.order_by("position").first().person
    assert person is not None
    return person
