"""Following the deadlines in one's own agenda: an address made, shown once, revoked."""

import re

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, User
from tests.desk.pages import in_role, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(agent: User, caisse: Caisse, client: Client) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


def form(client: Client, **changes: object) -> dict[str, object]:
    page = client.get("/echeances/agenda/").content.decode()
    found = re.search(r'name="identifier" value="([^"]+)"', page)
    assert found
    return {"identifier": found[1], "caisse": "", "alarm_days": "0"} | changes


def secret_address(html: str) -> str:
    found = re.search(r'id="adresse" value="https?://[^/"]+(/[^"]+)"', html)
    return found[1] if found else ""


def test_an_address_is_shown_once_then_read_and_revoked(
    desk: Client, caisse: Caisse, convention: Convention
) -> None:
    asked = form(desk, caisse=caisse.pk, alarm_days="7")
    address = secret_address(desk.post("/echeances/agenda/", asked).content.decode())
    outside = Client()
    assert convention.number in b"".join(outside.get(address)).decode()

    again = desk.post("/echeances/agenda/", asked, follow=True)
    assert secret_address(again.content.decode()) == ""
    page = words(again)
    assert page.count("Toutes celles de") == 2, "one line of the table, one choice of the form"
    assert "7 jours avant" in page

    revoked = re.search(r"/echeances/agenda/(\d+)/revocation/", again.content.decode())
    assert revoked
    desk.post(revoked[0])
    assert outside.get(address).status_code == 410
    assert "pas encore" not in words(desk.get("/echeances/agenda/"))


def test_nothing_is_made_for_another_caisse_nor_for_wrong_answers(desk: Client) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre caisse d’essai")
    for wrong in ({"caisse": other.pk}, {"alarm_days": "3"}, {"identifier": "rien"}):
        answer = desk.post("/echeances/agenda/", form(desk, **wrong))
        assert answer.status_code == 422
        assert secret_address(answer.content.decode()) == ""


def test_nobody_revokes_the_address_of_another(
    desk: Client, caisse: Caisse, convention: Convention
) -> None:
    address = secret_address(
        desk.post("/echeances/agenda/", form(desk, caisse=caisse.pk)).content.decode()
    )
    listed = re.search(
        r"/echeances/agenda/\d+/revocation/", desk.get("/echeances/agenda/").content.decode()
    )
    assert listed
    colleague = User.objects.create_user("collegue@caisse.example")
    other = in_role(colleague, caisse, "back_office_agent", Client())
    assert other.post(listed[0]).status_code == 404
    assert Client().get(address).status_code == 200
