"""At the desk, a lawyer sets a deadline where the text has no clause, and lifts it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from contracts.convention_life import life_of
from contracts.models import Caisse, Convention, Partner, User
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.desk.pages import in_role, somebody, words
from tests.desk.test_events import confirm, fill, tell
from tests.portfolio import record
from workflows.cache import verify
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

WITHOUT_BREACH = "mon-enfant-caf-pas-de-calais"
ANSWERS = {
    "topic": "breach",
    "task": "Réponse à la mise en demeure",
    "due_on": "2025-03-03",
    "ground": "C. civ. 1225",
    "on": "2025-02-01",
}


@pytest.fixture
def silent(caisse: Caisse, partner: Partner, today: Callable[[str], None]) -> Convention:
    """A convention in force whose text has no breach clause."""
    publish(rulebook(WITHOUT_BREACH))
    today("2025-01-15")
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=WITHOUT_BREACH)
    record(opened, "prior_request", "2025-01-10")
    record(opened, "document_date", "2025-01-15")
    for party in ("partner", "caisse"):
        record(opened, "signature", "2025-01-15", party=party)
    today("2025-02-01")
    assert opened.state == "active"
    return opened


@pytest.fixture
def lawyer(client: Client, agent: User, caisse: Caisse) -> Client:
    agent.first_name, agent.last_name = "Camille", "Essai"
    agent.save()
    return in_role(agent, caisse, "legal_officer", client)


def test_a_lawyer_sets_a_deadline_that_says_by_whom_and_on_what_ground_then_lifts_it(
    lawyer: Client, silent: Convention
) -> None:
    assert (
        confirm(
            lawyer, silent, "deadline_set", fill(lawyer, silent, "deadline_set", **ANSWERS)
        ).status_code
        == 302
    )
    page = words(lawyer.get(f"/conventions/{silent.pk}/"))
    assert "Réponse à la mise en demeure" in page
    assert "Posée par Camille Essai, fondement : C. civ. 1225" in page
    life = life_of(silent, date(2025, 2, 1))
    assert ANSWERS["task"] not in {one.deadline.title for one in life.shared_deadlines}
    sweep(date(2026, 2, 1))
    assert list(verify()) == []

    deadline = silent.acts.get(kind="deadline_set").identifier
    answers = fill(lawyer, silent, "deadline_lifted", of=deadline, reason="Tenue", on="2025-02-01")
    assert confirm(lawyer, silent, "deadline_lifted", answers).status_code == 302
    page = words(lawyer.get(f"/conventions/{silent.pk}/"))
    assert "Posée par Camille Essai" not in page
    assert "Réponse à la mise en demeure, Tenue" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "notice"},
        {"due_on": "2025-01-31"},
        {"due_on": "9999-12-31"},
        {"due_on": "jamais"},
        {"ground": ""},
        {"task": "x" * 201},
        {"task": "a\0b"},
        {"on": "2031-01-01"},
    ],
)
def test_a_deadline_that_cannot_stand_is_refused_and_nothing_is_stored(
    lawyer: Client, silent: Convention, changes: dict[str, Any]
) -> None:
    answers = fill(lawyer, silent, "deadline_set", **ANSWERS | changes)
    assert "Rien n’est enregistré" in words(tell(lawyer, silent, "deadline_set", answers))
    assert not silent.acts.filter(kind="deadline_set").exists()


def test_a_clerk_sets_no_deadline(caisse: Caisse, silent: Convention) -> None:
    clerk = somebody(caisse, "back_office_agent")
    assert "Poser une échéance" not in words(clerk.get(f"/conventions/{silent.pk}/evenements/"))
    assert tell(clerk, silent, "deadline_set", ANSWERS).status_code == 403
