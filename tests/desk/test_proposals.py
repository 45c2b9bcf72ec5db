"""What two people decide, on the pages: proposed by one, waiting for another, then recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import Habilitation
from contracts.models import Caisse, Convention, Proposal, User
from tests.desk.habilitated import (
    SUSPENDED,
    event_of,
    fill,
    habilitation,
    hidden,
    lawyer_key,
    person,
)
from tests.desk.pages import in_role, somebody, words
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record

__all__ = ["habilitation", "person"]

pytestmark = pytest.mark.django_db

QUEUE = "/a-confirmer/"
AGREED = {"on": "2024-02-01", "last_day": "2024-03-31", "agreed_by_all": "on"}


@pytest.fixture
def lawyer(client: Client, agent: User, caisse: Caisse) -> Client:
    agent.first_name, agent.last_name = "Maxence", "Exemple"
    agent.save()
    return in_role(agent, caisse, "legal_officer", client)


@pytest.fixture
def director(caisse: Caisse) -> Client:
    return somebody(caisse, "director")


def put(client: Client, path: str, **answers: Any) -> Any:
    """Ask what it changes, then propose what was shown."""
    asked = fill(client, path, **answers)
    shown = client.post(path, asked)
    assert "Proposer à une autre personne" in words(shown)
    kept = {name: value for name, value in asked.items() if name != "proof"}
    return client.post(path, kept | hidden(shown.context["form"]) | {"confirm": "oui"})


@pytest.fixture
def proposal(lawyer: Client, convention: Convention) -> Proposal:
    proof = SimpleUploadedFile("accord.pdf", a_pdf(), "application/pdf")
    path = f"/conventions/{convention.pk}/evenements/mutual_termination/"
    assert put(lawyer, path, **AGREED, proof=proof).status_code == 302
    return Proposal.objects.get()


def page_of(proposal: Proposal) -> str:
    return f"{QUEUE}{proposal.pk}/"


def test_the_end_of_a_convention_waits_for_another_who_sees_what_it_changes(
    proposal: Proposal, convention: Convention, lawyer: Client, director: Client
) -> None:
    assert not convention.acts.filter(kind="mutual_termination").exists()
    assert "Rien n’attend votre réponse" in words(lawyer.get(QUEUE))
    assert "quelqu’un d’autre" in words(lawyer.post(page_of(proposal), {"confirm": "oui"}), 422)
    assert "À confirmer 1" in words(director.get("/"))
    assert "attend une autre personne" in words(director.get(f"/conventions/{convention.pk}/"))
    page = words(director.get(page_of(proposal)))
    assert "Proposé par Maxence Exemple" in page
    assert "Ce que cela change" in page
    assert "31 mars 2024" in page
    file = proposal.evidence.get().file
    given = director.get(f"{page_of(proposal)}pieces/{file.pk}/")
    assert given.getvalue() == a_pdf()
    assert "Confirmez la proposition" in words(director.post(page_of(proposal)), 422)
    assert director.post(page_of(proposal), {"confirm": "oui"}).status_code == 302
    act = convention.acts.get(kind="mutual_termination")
    assert [one.pk for one in act.evidence.all()] == [file.pk]
    sheet = words(lawyer.get(f"/conventions/{convention.pk}/"))
    assert "director@caisse.example sur proposition de Maxence Exemple" in sheet
    assert "Confirmée" in words(lawyer.get(QUEUE))


def test_it_is_refused_with_a_reason_or_withdrawn_by_its_author(
    proposal: Proposal, convention: Convention, lawyer: Client, director: Client
) -> None:
    assert "Dites pourquoi" in words(director.post(page_of(proposal), {"refuse": "oui"}), 422)
    assert director.post(f"{page_of(proposal)}retrait/").status_code == 403
    reason = {"refuse": "oui", "reason": "L’accord n’est pas signé."}
    assert director.post(page_of(proposal), reason).status_code == 302
    assert "L’accord n’est pas signé." in words(lawyer.get(page_of(proposal)))
    again = lawyer.post(f"{page_of(proposal)}retrait/", follow=True)
    assert "a déjà sa réponse" in words(again)
    assert not convention.acts.filter(kind="mutual_termination").exists()


def test_a_stale_one_says_what_changed_and_is_no_more_confirmed(
    proposal: Proposal, convention: Convention, director: Client
) -> None:
    record(convention, "deliberation", "2024-02-01", reference="D-1")
    page = words(director.get(page_of(proposal)))
    assert "La situation a changé depuis" in page
    assert "Délibération reçue en préfecture (1er février 2024)" in page
    assert "Confirmer et enregistrer" not in page
    late = director.post(page_of(proposal), {"confirm": "oui"})
    assert "à proposer de nouveau" in words(late, 422)
    assert not convention.acts.filter(kind="mutual_termination").exists()


def test_a_definitive_suspension_proposed_by_an_agent_is_confirmed_by_a_lawyer(
    habilitation: Habilitation, agent: User, caisse: Caisse
) -> None:
    clerk = in_role(agent, caisse, "back_office_agent", Client())
    director, lawyer = somebody(caisse, "director"), somebody(caisse, "legal_officer")
    for_good = SUSPENDED | {"nature": "definitive", "decided_by": lawyer_key()}
    put(clerk, event_of(habilitation, "user_suspended"), **for_good)
    habilitation.refresh_from_db()
    assert habilitation.state != "suspended"
    proposal = Proposal.objects.get()
    assert clerk.post(page_of(proposal), {"confirm": "oui"}).status_code == 403
    assert "Suspension définitive" in words(lawyer.get(QUEUE))
    assert director.post(page_of(proposal), {"confirm": "oui"}).status_code == 302
    habilitation.refresh_from_db()
    assert habilitation.state == "suspended"


def test_a_proposal_of_another_caisse_does_not_exist(
    proposal: Proposal, today: Callable[[str], None]
) -> None:
    other = somebody(Caisse.objects.create(code="AUTRE", name="Une autre caisse"), "director")
    assert other.get(page_of(proposal)).status_code == 404
    assert other.post(page_of(proposal), {"confirm": "oui"}).status_code == 404
    assert proposal.title not in words(other.get(QUEUE))
    assert other.get(f"{QUEUE}{10**30}/").status_code == 404
