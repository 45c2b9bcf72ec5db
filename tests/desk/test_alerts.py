"""When deadlines are announced, and those that passed unannounced, as the staff see them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, User, UserScope
from notifications.models import ReminderSettingChange, UnwarnedDeadline
from tests.desk.pages import words
from workflows import clock

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]


@pytest.fixture
def desk(
    client: Client, agent: User, caisse: Caisse, convention: Convention, today: Move
) -> Callable[[str], Client]:
    """Somebody of the caisse, in a role, signed in."""

    def in_role(role: str) -> Client:
        UserScope.objects.create(user=agent, caisse=caisse, role=role, first_day=date(2024, 1, 1))
        client.force_login(agent)
        return client

    return in_role


@pytest.fixture
def passed(convention: Convention) -> UnwarnedDeadline:
    return UnwarnedDeadline.objects.create(
        convention=convention,
        deadline="notice_limit",
        due_on=date(2024, 1, 31),
        found_at=clock.now(),
    )


ANSWERS = {
    "preparation_days": "10",
    "courtesy_enabled": "on",
    "courtesy_days": "45",
    "attestation_enabled": "on",
    "attestation_days": "1, 20",
    "days_notice_limit": "90, 30",
    "days_breach_end": "aucun",
}
ADDRESS = "/alertes/reglages/CAISSE1/"


def test_a_lawyer_changes_the_days_and_everybody_reads_them(
    desk: Callable[[str], Client], caisse: Caisse
) -> None:
    client = desk("legal_officer")
    assert client.post(ADDRESS, ANSWERS).status_code == 302
    caisse.refresh_from_db()
    assert caisse.settings["deadline_reminders"] == {
        "preparation_days": 10,
        "days": {"notice_limit": [90, 30], "breach_end": []},
        "courtesy": {"days": 45},
        "attestation": {"days": [1, 20]},
    }
    page = words(client.get("/alertes/"))
    assert "90 et 30 jours avant, puis le dernier jour ouvré" in page
    assert "Préparer un courrier prend 10 jours" in page
    assert "rappelés 45 jours avant" in page
    assert "demandée 1 et 20 jours après la fin" in page
    shown = client.get(ADDRESS).content.decode()
    assert 'value="90, 30"' in shown
    assert 'value="aucun"' in shown
    assert 'value="1, 20"' in shown


def test_who_changed_what_is_kept(desk: Callable[[str], Client], agent: User) -> None:
    client = desk("legal_officer")
    for _ in range(2):
        client.post(ADDRESS, ANSWERS)
    client.post(ADDRESS, {"courtesy_enabled": "", "attestation_enabled": ""})
    assert "ne leur est pas demandée par courriel" in words(client.get("/alertes/"))
    first, second = ReminderSettingChange.objects.order_by("pk")
    assert (first.before, first.author) == ({}, agent)
    assert second.before == first.after
    assert second.after == {"courtesy": {"enabled": False}, "attestation": {"enabled": False}}


@pytest.mark.parametrize(
    ("field", "answer", "said"),
    [
        ("days_notice_limit", "15, 60", "Du plus grand au plus petit"),
        ("days_notice_limit", "trente", "Écrivez des nombres de jours"),
        ("days_notice_limit", "367", "De 1 à 366 jours"),
        ("days_notice_limit", "9" * 60, "De 1 à 366 jours"),
        ("days_notice_limit", "7, 6, 5, 4, 3, 2, 1", "6 alertes au plus"),
        ("preparation_days", "121", "120"),
        ("courtesy_days", "0", "1"),
        ("attestation_days", "30, 1", "Du plus petit au plus grand"),
        ("attestation_days", "demain", "Écrivez des nombres de jours"),
        ("attestation_days", "aucun", "Écrivez des nombres de jours"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_changes_nothing(
    desk: Callable[[str], Client], caisse: Caisse, field: str, answer: str, said: str
) -> None:
    response = desk("legal_officer").post(ADDRESS, ANSWERS | {field: answer})
    assert said in words(response, 422)
    assert f'id="id_{field}_error"' in response.content.decode()
    caisse.refresh_from_db()
    assert caisse.settings == {}


@pytest.mark.parametrize("role", ["back_office_agent", "dpo", "auditor"])
def test_others_read_and_change_nothing(desk: Callable[[str], Client], role: str) -> None:
    client = desk(role)
    assert "Changer ces jours" not in words(client.get("/alertes/"))
    assert client.post(ADDRESS, ANSWERS).status_code == 403


def test_a_setting_that_cannot_be_read_can_be_put_right(
    desk: Callable[[str], Client], caisse: Caisse
) -> None:
    Caisse.objects.update(settings={"deadline_reminders": {"days": "demain"}})
    client = desk("legal_officer")
    assert "illisible" in words(client.get("/alertes/"))
    assert client.post(ADDRESS, ANSWERS).status_code == 302
    assert "illisible" not in words(client.get("/alertes/"))


def test_a_deadline_that_passed_unannounced_waits_until_somebody_says_what_became_of_it(
    desk: Callable[[str], Client], agent: User, passed: UnwarnedDeadline
) -> None:
    client = desk("legal_officer")
    assert "Sans alerte" in words(client.get("/"))
    assert "1 échéance à examiner" in words(client.get("/alertes/manquees/"))
    address = f"/alertes/manquees/{passed.pk}/"
    assert client.post(address, {"outcome": " "}).status_code == 422
    assert client.post(address, {"outcome": "La lettre était partie."}).status_code == 302
    passed.refresh_from_db()
    assert (passed.seen_by, passed.outcome) == (agent, "La lettre était partie.")
    assert "Sans alerte" not in words(client.get("/"))
    client.post(address, {"outcome": "Autre chose."})
    passed.refresh_from_db()
    assert passed.outcome == "La lettre était partie."
    assert "La lettre était partie." in words(client.get("/alertes/manquees/?examinees=oui"))


def test_who_does_not_answer_for_deadlines_reads_them(
    desk: Callable[[str], Client], passed: UnwarnedDeadline
) -> None:
    client = desk("auditor")
    page = words(client.get(f"/alertes/manquees/{passed.pk}/"))
    assert "Enregistrer la suite" not in page
    assert client.post(f"/alertes/manquees/{passed.pk}/", {"outcome": "x"}).status_code == 403


def test_those_of_another_caisse_do_not_exist(
    client: Client, agent: User, convention: Any, passed: UnwarnedDeadline
) -> None:
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    UserScope.objects.create(
        user=agent, caisse=elsewhere, role="legal_officer", first_day=date(2024, 1, 1)
    )
    client.force_login(agent)
    assert client.get(f"/alertes/manquees/{passed.pk}/").status_code == 404
    assert client.get(ADDRESS).status_code == 404
    assert "Rien à examiner" in words(client.get("/alertes/manquees/"))
