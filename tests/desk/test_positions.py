"""Positions de principe at the desk: what stands, what one would change, taking one and back."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, Interpretation, User
from contracts.services import interpretations
from tests.desk.pages import in_role, somebody, words
from tests.desk.test_questions import Move, doubt
from tests.portfolio import record
from workflows.cache import verify
from workflows.effect_worker import drain
from workflows.models import Effect

pytestmark = pytest.mark.django_db

PATH = "/questions/positions/psu-msa-picardie/grey_zone/"
ANSWERS = {
    "answer": "in_time",
    "on": "2024-10-16",
    "reasons": "L’échéance est le jour anniversaire.",
}


@pytest.fixture
def doubtful(convention: Convention, today: Move) -> Convention:
    return doubt(convention, today)


@pytest.fixture
def lawyer(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "legal_officer", client)


def sent(client: Client, **changes: Any) -> dict[str, Any]:
    """The answers as the page that shows their consequences sends them back."""
    answers = {"identifier": str(uuid4())} | ANSWERS | changes
    form = client.post(PATH, answers).context["form"]
    return answers | {"shown": form["shown"].value(), "confirm": "oui"}


def test_a_position_shows_what_it_changes_then_answers_and_is_taken_back(
    lawyer: Client, doubtful: Convention
) -> None:
    shown = words(lawyer.post(PATH, {"identifier": str(uuid4())} | ANSWERS))
    assert "1 convention montrée sur 1 concernée" in shown
    assert "dernier jour en vigueur le 14 janvier 2025" in shown
    assert not Interpretation.objects.exists()

    answers = sent(lawyer)
    for _ in range(2):  # The second time, the form is sent again.
        lawyer.post(PATH, answers)
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.open_questions) == ("notice_given", 0)
    assert Interpretation.objects.count() == 1
    page = words(lawyer.get(PATH))
    assert "Position de principe La dénonciation est à temps" in page
    assert "1 convention concernée" in page
    assert doubtful.number not in words(lawyer.get("/questions/"))
    assert list(verify()) == []

    lawyer.post(PATH, sent(lawyer, answer="retrait", reasons="Un arrêt contraire."))
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.open_questions) == ("active", 1)
    assert "Position retirée Un arrêt contraire." in words(lawyer.get(PATH))
    assert doubtful.number in words(lawyer.get("/questions/"))
    assert list(verify()) == []


def test_a_decision_of_its_own_keeps_a_convention_out_of_a_position(
    lawyer: Client, doubtful: Convention
) -> None:
    asked = doubtful.asked.get().identity
    record(doubtful, "decision", "2024-10-16", question=asked, answer="late", reasons="R")
    shown = words(lawyer.post(PATH, {"identifier": str(uuid4())} | ANSWERS))
    assert "Aucune convention ne change aujourd’hui." in shown
    lawyer.post(PATH, sent(lawyer))
    doubtful.refresh_from_db()
    assert doubtful.state == "active"


def test_many_conventions_follow_a_position_in_the_background(
    lawyer: Client, doubtful: Convention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpretations, "AT_ONCE", 0)
    monkeypatch.setattr(interpretations, "A_TURN", 1)
    lawyer.post(PATH, sent(lawyer))
    doubtful.refresh_from_db()
    assert doubtful.open_questions == 1
    drain()
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.open_questions) == ("notice_given", 0)
    assert Effect.objects.filter(handler=interpretations.APPLYING).count() == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"answer": ""}, "Ce champ est obligatoire."),
        ({"answer": "peut-etre"}, "Rien n’est enregistré"),
        ({"answer": "retrait"}, "Rien n’est enregistré"),
        ({"on": "2031-01-01"}, "à venir"),
        ({"on": "pas un jour"}, "Rien n’est enregistré"),
        ({"reasons": " "}, "Ce champ est obligatoire."),
        ({"reasons": "x" * 2001}, "Rien n’est enregistré"),
        ({"reasons": "a\0b"}, "Rien n’est enregistré"),
        ({"identifier": "1"}, "Rien n’est enregistré"),
    ],
)
def test_a_position_that_cannot_be_read_is_refused_beside_its_field(
    lawyer: Client, doubtful: Convention, changes: dict[str, str], told: str
) -> None:
    answers = {"identifier": str(uuid4())} | ANSWERS | changes | {"confirm": "oui"}
    assert told in words(lawyer.post(PATH, answers), 422)
    assert not Interpretation.objects.exists()


def test_only_who_decides_for_every_caisse_of_the_type_takes_a_position(
    caisse: Caisse, doubtful: Convention, draft: Any
) -> None:
    clerk, lawyer = somebody(caisse, "back_office_agent"), somebody(caisse, "legal_officer")
    assert "Prendre position" in words(lawyer.get(PATH))
    assert "Prendre position" not in words(clerk.get(PATH))
    assert clerk.post(PATH, ANSWERS).status_code == 403

    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    draft(caisse=other, number="AILLEURS-1")
    assert "Prendre position" not in words(lawyer.get(PATH))
    assert lawyer.post(PATH, ANSWERS).status_code == 403
    third = Caisse.objects.create(code="TIERCE", name="Une caisse tierce")
    assert somebody(third, "director").get(PATH).status_code == 404
    assert lawyer.get("/questions/positions/inconnu/grey_zone/").status_code == 404
    assert lawyer.get("/questions/positions/psu-msa-picardie/meteo/").status_code == 404


def test_the_positions_of_a_type_are_listed_with_what_they_touch(
    lawyer: Client, doubtful: Convention
) -> None:
    lawyer.post(PATH, sent(lawyer))
    page = words(lawyer.get("/questions/positions/"))
    assert "La dénonciation est à temps arrêtée le 16 octobre 2024 1" in page
    assert page.count("Aucune : chaque cas se tranche") >= 5
