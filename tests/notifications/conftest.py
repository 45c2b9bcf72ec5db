"""A convention, a person of the partner, and a legal officer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from contracts.models import Caisse, Convention, Partner, Person, User, UserScope
from tests.portfolio import agent, caisse, convention, draft, partner, today, yearly
from tests.worker import worker_at_each_commit
from workflows import clock
from workflows.effect_worker import drain

__all__ = [
    "Convention",
    "Partner",
    "agent",
    "caisse",
    "convention",
    "draft",
    "partner",
    "today",
    "worker_at_each_commit",
]
__all__ += ["yearly"]


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(
        first_name="Camille", last_name="Essai", email="camille.essai@creche.example"
    )


@pytest.fixture
def officer(caisse: Caisse, convention: Convention) -> User:
    """A legal officer of the caisse."""
    user = User.objects.create_user("juriste@caisse.example", "mot de passe")
    UserScope.objects.create(
        user=user, caisse=caisse, role="legal_officer", first_day=clock.today()
    )
    return user


@pytest.fixture
def delivered() -> Callable[[], list[Any]]:
    """Deliver what waits, and give all the mails that ever left."""

    def deliver() -> list[Any]:
        drain()
        return list(mail.outbox)

    return deliver
