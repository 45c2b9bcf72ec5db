"""Roles and delegations: given and ended by days, by others than oneself, and traced."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from contracts.models import Caisse, Convention, Power, StaffChange, User, UserScope
from tests.desk.pages import somebody, words
from tests.forms_annexes.files import a_pdf
from workflows import clock

pytestmark = pytest.mark.django_db

STAFF = "/personnel/"
ROLES = ("director", "legal_officer")
Move = Callable[[str], None]


@pytest.fixture
def administrator(caisse: Caisse, convention: Convention) -> Client:
    return somebody(caisse, "administrator")


def asked(caisse: Caisse, **changes: Any) -> dict[str, Any]:
    return {
        "identifier": uuid4(),
        "caisse": caisse.pk,
        "email": "Camille@caisse.example",
        "first_name": "Camille",
        "last_name": "Essai",
        "role": "back_office_agent",
        "services": "",
        "first_day": "2024-02-05",
        "last_day": "2024-02-29",
    } | changes


def test_a_role_holds_from_its_first_day_to_its_last_and_says_who_gave_it(
    administrator: Client, caisse: Caisse, convention: Convention, today: Move
) -> None:
    given = asked(caisse)
    assert administrator.post(f"{STAFF}role/", given).status_code == 302
    assert administrator.post(f"{STAFF}role/", given).status_code == 302
    camille = User.objects.get(email="camille@caisse.example")
    assert camille.scopes.count() == 1
    page = words(administrator.get(STAFF))
    assert "Camille Essai" in page
    assert "À venir du 05/02/2024 au 29/02/2024" in page
    assert "Rôle donné, Gestionnaire, jusqu’au 29/02/2024" in page
    power = "contracts.record_act"
    for day, holds in (("2024-02-04", 0), ("2024-02-05", 1), ("2024-02-29", 1), ("2024-03-01", 0)):
        today(day)
        assert camille.has_perm(power, convention) == bool(holds)


def test_a_role_is_ended_with_its_reason_and_stays_readable(
    administrator: Client, caisse: Caisse, today: Move
) -> None:
    administrator.post(f"{STAFF}role/", asked(caisse, last_day="", first_day="2024-02-01"))
    scope = UserScope.objects.get(role="back_office_agent")
    path = f"{STAFF}roles/{scope.pk}/fin/"
    told = {"identifier": uuid4(), "last_day": "2024-01-31", "reason": "Mutation"}
    assert "aujourd’hui au plus tôt" in words(administrator.post(path, told), 422)
    silent = told | {"last_day": "2024-02-10", "reason": " "}
    assert "Motif" in words(administrator.post(path, silent), 422)
    assert StaffChange.objects.count() == 1
    assert administrator.post(path, told | {"last_day": "2024-02-10"}).status_code == 302
    scope.refresh_from_db()
    assert scope.last_day.isoformat() == "2024-02-10"
    assert "Fin de rôle, Gestionnaire, jusqu’au 10/02/2024" in words(administrator.get(STAFF))
    assert "Mutation" in words(administrator.get(STAFF))


def test_nobody_changes_their_own_role_even_in_the_database(
    administrator: Client, caisse: Caisse
) -> None:
    own = asked(caisse, email="administrator@caisse.example", role="director")
    assert "ses propres rôles" in words(administrator.post(f"{STAFF}role/", own), 422)
    user = User.objects.get(email="administrator@caisse.example")
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffChange.objects.create(
            identifier=uuid4(),
            kind="role_given",
            caisse=caisse,
            user=user,
            scope=user.scopes.get(),
            author=user,
            at=clock.now(),
        )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"first_day": "2024-01-31"}, "aujourd’hui au plus tôt"),
        ({"last_day": "2024-02-04"}, "Le dernier jour précède le premier"),
        ({"email": "personne"}, "adresse"),
        ({"email": "nouvelle@caisse.example", "last_name": ""}, "indiquez le nom"),
        ({"services": "inconnu"}, "Service inconnu"),
        ({"role": "roi"}, "roi"),
        ({"caisse": "99999999999999999999"}, "choix"),
        ({"first_day": "le 5"}, "date"),
        ({"last_name": "E" * 151}, "150"),
        ({"identifier": "x"}, "À corriger"),
    ],
)
def test_a_bad_answer_is_told_and_gives_nothing(
    administrator: Client, caisse: Caisse, changes: dict[str, Any], told: str
) -> None:
    answer = administrator.post(f"{STAFF}role/", asked(caisse) | changes)
    assert told in words(answer, 422)
    assert not StaffChange.objects.exists()
    assert not UserScope.objects.filter(role="back_office_agent").exists()


def test_an_overlapping_role_is_refused(administrator: Client, caisse: Caisse) -> None:
    administrator.post(f"{STAFF}role/", asked(caisse))
    again = administrator.post(f"{STAFF}role/", asked(caisse, first_day="2024-02-29", last_day=""))
    assert "déjà" in words(again, 422)


def test_only_administrators_give_roles_and_within_their_caisse(
    administrator: Client, caisse: Caisse
) -> None:
    director, agent = somebody(caisse, "director"), somebody(caisse, "back_office_agent")
    assert director.get(STAFF).status_code == 200
    assert director.post(f"{STAFF}role/", asked(caisse)).status_code == 403
    assert agent.get(STAFF).status_code == 403
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    assert "choix" in words(administrator.post(f"{STAFF}role/", asked(other)), 422)
    theirs = somebody(other, "dpo")
    scope = UserScope.objects.get(caisse=other)
    assert administrator.get(f"{STAFF}roles/{scope.pk}/fin/").status_code == 404
    assert "DPO" not in words(theirs.get(STAFF))
    assert "Une autre caisse" not in words(administrator.get(STAFF))


def test_a_power_is_delegated_by_a_signed_paper_for_a_period_and_taken_back(
    administrator: Client, caisse: Caisse, today: Move
) -> None:
    director = somebody(caisse, "director")
    somebody(caisse, "back_office_agent")
    agent = User.objects.get(email="back_office_agent@caisse.example")
    told = {
        "identifier": uuid4(),
        "caisse": caisse.pk,
        "user": agent.pk,
        "delegated_by": User.objects.get(email="director@caisse.example").pk,
        "kind": "suspend_access",
        "first_day": "2024-02-05",
        "last_day": "2024-06-30",
        "reference": "Décision n° 2024-7",
    }
    assert "Délégation signée" in words(director.post(f"{STAFF}delegation/", told), 422)
    proof = SimpleUploadedFile("delegation.pdf", a_pdf(), "application/pdf")
    sent = director.post(f"{STAFF}delegation/", told | {"document": proof})
    assert sent.status_code == 302
    power = Power.objects.get()
    assert power.delegation_document is not None
    assert not Power.objects.on(clock.today()).exists()
    assert "par délégation de director@caisse.example" in words(director.get(STAFF))
    assert "Décision n° 2024-7" in words(director.get(STAFF))
    assert administrator.get(f"{STAFF}delegations/{power.pk}/fin/").status_code == 403
    ends = {"identifier": uuid4(), "last_day": "2024-03-31", "reason": "Retour du directeur"}
    assert director.post(f"{STAFF}delegations/{power.pk}/fin/", ends).status_code == 302
    today("2024-03-31")
    assert Power.objects.on(clock.today()).exists()
    today("2024-04-01")
    assert not Power.objects.on(clock.today()).exists()
    assert "Fin de délégation" in words(director.get(STAFF))


def test_only_the_direction_delegates_and_nobody_to_themselves(caisse: Caisse, today: Move) -> None:
    today("2024-02-01")
    director, lawyer = somebody(caisse, "director"), somebody(caisse, "legal_officer")
    chief, officer = (User.objects.get(email=f"{role}@caisse.example") for role in ROLES)
    told = {
        "identifier": uuid4(),
        "caisse": caisse.pk,
        "user": officer.pk,
        "delegated_by": officer.pk,
        "kind": "sign_letters",
        "first_day": "2024-02-05",
        "last_day": "2024-06-30",
        "reference": "Décision n° 2024-8",
    }

    def sent(by: Client, **changes: Any) -> Any:
        proof = SimpleUploadedFile("delegation.pdf", a_pdf(), "application/pdf")
        return by.post(f"{STAFF}delegation/", told | changes | {"document": proof})

    # Who is not of the direction is not in the list.
    assert "choix" in words(sent(director), 422)
    assert "ne se délègue" in words(sent(lawyer, user=chief.pk, delegated_by=chief.pk), 422)
    UserScope.objects.filter(user=chief).update(last_day="2024-02-04")
    assert "n’en est pas le 5 février 2024" in words(sent(director, delegated_by=chief.pk), 422)
    assert not Power.objects.exists()
