"""Somebody habilitated, those who look at it, and how its events are told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import (
    Caisse,
    Convention,
    Person,
    User,
)
from tests.desk.pages import in_role, somebody, words
from workflows import clock

Move = Callable[[str], None]

BEFORE = 2
"""Events at the beginning: the grant, the credentials sent."""


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(
        first_name="Claude", last_name="Essai", email="claude@structure.example"
    )


@pytest.fixture
def habilitation(
    convention: Convention, person: Person, django_capture_on_commit_callbacks: Any
) -> Habilitation:
    """A right granted on 1 February 2024: its account is open, its credentials have left."""
    Caisse.objects.update(settings={"directory": "embedded"})
    convention.caisse.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        found = grant(convention, person, convention.rules.services[0].code, None, clock.today())
    found.refresh_from_db()
    return found


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


@pytest.fixture
def lawyer(caisse: Caisse) -> Client:
    return somebody(caisse, "legal_officer")


def lawyer_key() -> str:
    """The legal officer, as the form names whoever decided."""
    return str(User.objects.get(email="legal_officer@caisse.example").pk)


def page_of(habilitation: Habilitation) -> str:
    return f"/conventions/{habilitation.convention_id}/utilisateurs/{habilitation.pk}/"


def event_of(habilitation: Habilitation, kind: str) -> str:
    return f"{page_of(habilitation)}evenements/{kind}/"


def hidden(form: Any) -> dict[str, Any]:
    values = {field.name: field.value() for field in form.hidden_fields()}
    return {name: "" if value is None else value for name, value in values.items()}


def fill(client: Client, path: str, **answers: Any) -> dict[str, Any]:
    """The answers with what the form itself carries."""
    return hidden(client.get(path).context["form"]) | answers


def confirm(client: Client, path: str, answers: dict[str, Any]) -> Any:
    """Ask what it changes, then confirm what was shown."""
    shown = client.post(path, answers)
    assert "Ce que cela change" in words(shown)
    kept = {name: value for name, value in answers.items() if name != "proof"}
    return client.post(path, kept | hidden(shown.context["form"]) | {"confirm": "oui"})


SUSPENDED = {"on": "2024-02-01", "nature": "temporary", "reason_code": "misuse"}
