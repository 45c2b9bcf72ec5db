"""The statistics of the desk: what they count, of which conventions, as figures and as a file."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Person, User
from desk.statistics.delays import delay_of
from forms_annexes.models import AccessRequest, RequestedUser
from tests.desk.pages import somebody, words
from tests.portfolio import noon, record
from workflows import clock
from workflows.sweep import sweep

pytestmark = pytest.mark.django_db

PAGE = "/statistiques/"


def rows(client: Client, table: str, **narrowed: str) -> dict[str, list[str]]:
    """The lines of a table's file: the month, then its figures."""
    answer: Any = client.get(PAGE, {"tableau": table, **narrowed})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    return {line.split(";")[0]: line.split(";")[1:] for line in lines}


def test_the_median_and_the_ninth_decile_are_those_of_the_days_waited() -> None:
    assert delay_of(Counter({1: 5, 3: 3, 10: 1, 40: 1})) == (10, 1, 10)
    assert delay_of(Counter({2: 1})) == (1, 2, 2)
    assert delay_of(Counter()) == (0, None, None)


def test_how_long_each_step_took_is_told_in_the_month_of_the_request(
    convention: Convention, caisse: Caisse, today: Any, django_capture_on_commit_callbacks: Any
) -> None:
    Caisse.objects.update(settings={"directory": "embedded"})
    convention.caisse.refresh_from_db()
    today("2024-02-16")
    service = convention.rules.services[0].code
    for number, received in enumerate((1, 5, 12), start=1):
        request = AccessRequest.objects.create(
            convention=convention,
            number=f"D-{number}",
            status="accepted",
            received_on=date(2024, 2, received),
            created_at=clock.now(),
        )
        person = Person.objects.create(
            first_name="Claude", last_name=f"Essai {number}", email=f"c{number}@x.example"
        )
        line = RequestedUser.objects.create(
            request=request,
            position=1,
            last_name=person.last_name,
            person=person,
            decision="accepted",
            decided_at=noon("2024-02-15"),
        )
        with django_capture_on_commit_callbacks(execute=True):
            grant(convention, person, service, None, date(2024, 2, 16), line.reference)
    found = rows(somebody(caisse, "auditor"), "delais")["2024-02"]
    # Days from the 1st, the 5th and the 12th to the decision of the 15th, the grant of the 16th.
    assert found[:5] == ["3", "10", "14", "11", "15"]
    assert rows(somebody(caisse, "dpo"), "delais", service="autre")["2024-02"] == found


def test_each_month_tells_how_many_conventions_stood_where(
    convention: Convention, draft: Callable[..., Convention], today: Any, caisse: Caisse
) -> None:
    draft()
    today("2025-01-20")
    convention.refresh_from_db()
    sweep(date(2025, 1, 20))
    reader = somebody(caisse, "auditor")
    found = rows(reader, "etats", mois="24")
    assert found["Mois"][:2] == ["En préparation", "En vigueur"]
    assert found["2023-12"] == ["0"] * 6
    assert found["2024-01"][:2] == ["0", "1"]
    assert found["2024-02"][:2] == ["1", "1"]
    assert found["2025-01"][:2] == ["1", "1"]
    renewals = rows(reader, "renouvellements")
    assert renewals["2025-01"][:2] == ["1", "0"]
    assert renewals["2024-12"][:2] == ["0", "0"]
    assert renewals["2025-12"] == ["", "", "0", "0"]


def test_an_end_foreseen_is_counted_in_its_month(
    convention: Convention, today: Any, caisse: Caisse
) -> None:
    reader = somebody(caisse, "auditor")
    assert rows(reader, "renouvellements")["2025-01"] == ["", "", "1", "0"]
    today("2024-03-02")
    common = {"letter": "1", "by": "partner", "form": "registered_letter"}
    record(convention, "notice", "2024-03-01", **common)
    record(convention, "letter_posted", "2024-03-01", letter="1")
    assert rows(reader, "renouvellements")["2025-01"] == ["", "", "0", "1"]


def test_the_acts_of_a_month_are_counted_and_nobody_is_named(
    convention: Convention, caisse: Caisse
) -> None:
    reader = somebody(caisse, "auditor")
    assert rows(reader, "charge")["2024-02"] == ["0", "0", "0", "3"]
    assert "Ces chiffres ne nomment personne" in words(reader.get(PAGE))


def test_those_of_another_caisse_or_service_are_not_counted(
    convention: Convention, caisse: Caisse
) -> None:
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    assert "Aucune convention ne donne encore de chiffres" in words(
        somebody(elsewhere, "director").get(PAGE)
    )
    reader = somebody(caisse, "auditor")
    service = convention.rules.services[0].code
    assert rows(reader, "etats", service=service)["2024-02"][1] == "1"
    assert rows(reader, "etats", caisse=caisse.code)["2024-02"][1] == "1"


def test_what_cannot_be_read_narrows_nothing(convention: Convention, caisse: Caisse) -> None:
    reader = somebody(caisse, "auditor")
    shown = reader.get(PAGE, {"mois": "9" * 40, "caisse": "\0", "service": "²"})
    assert "mars 2023" in words(shown)
    assert reader.get(PAGE, {"tableau": "inconnu"}).status_code == 404
    nobody = Client()
    nobody.force_login(User.objects.create_user("direction@creche.example"))
    assert nobody.get(PAGE).status_code == 403
