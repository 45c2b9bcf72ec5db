from collections.abc import Callable
from typing import Any

import pytest

from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import Agent, Caisse, Convention, Person, Power
from tests.portfolio import agent, caisse, convention, draft, noon, partner, today, yearly
from tests.worker import worker_at_each_commit
from workflows import clock

__all__ = [
    "agent",
    "caisse",
    "convention",
    "draft",
    "partner",
    "today",
    "worker_at_each_commit",
    "yearly",
]


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(
        first_name="Camille", last_name="Exemple", email="camille@structure.example"
    )


@pytest.fixture
def embedded(caisse: Caisse) -> Caisse:
    """The caisse, its accounts held in the embedded directory."""
    caisse.settings = {"directory": "embedded"}
    caisse.save()
    return caisse


@pytest.fixture
def service(convention: Convention) -> str:
    return convention.rules.services[0].code


@pytest.fixture
def granted(
    convention: Convention,
    person: Person,
    service: str,
    django_capture_on_commit_callbacks: Any,
) -> Callable[..., Habilitation]:
    """Grant habilitations, and let the directory follow at once as after a commit."""

    def give(**changes: Any) -> Habilitation:
        wanted = {
            "convention": convention,
            "person": person,
            "service": service,
            "author": None,
            "on": clock.today(),
        } | changes
        with django_capture_on_commit_callbacks(execute=True):
            habilitation = grant(**wanted)
        habilitation.account.refresh_from_db()
        return habilitation

    return give


@pytest.fixture
def empowered(caisse: Caisse) -> Agent:
    """An agent individually empowered to register accounts since 1 January 2024."""
    found = Agent.objects.create(
        caisse=caisse, person=Person.objects.create(last_name="Agent"), title="Gestionnaire"
    )
    Power.objects.create(
        agent=found,
        kind=Power.Kind.REGISTER_ACCOUNTS,
        first_day=noon("2024-01-01").date(),
        delegation_reference="Décision fictive 1",
    )
    return found
