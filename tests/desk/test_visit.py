"""The guided visit of the demonstration."""

import re
from typing import Any

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, User
from tests.desk.pages import somebody, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["auditor", "back_office_agent", "administrator"])
def test_each_step_leads_to_the_next_until_the_last(
    convention: Convention, caisse: Caisse, role: str
) -> None:
    visitor = somebody(caisse, role)
    start = re.search(r'href="([^"]+)">Commencer<', visitor.get("/visite/").content.decode())
    assert start is not None
    seen, address = [], start[1]
    while address:
        page = visitor.get(address).content.decode()
        heading = re.search(r'id="etape">Visite guidée, étape (\d+) sur (\d+)', page)
        assert heading is not None, address
        seen.append((int(heading[1]), int(heading[2])))
        following = re.search(r'href="([^"]+)">Étape suivante<', page)
        address = following[1] if following else ""
    assert len(seen) > 6
    assert seen == [(n, len(seen)) for n in range(1, len(seen) + 1)]


def test_the_visit_is_proposed_until_it_is_ended(convention: Convention, caisse: Caisse) -> None:
    visitor = somebody(caisse, "auditor")
    assert "Première visite ?" in words(visitor.get("/"))
    for _ in range(2):
        assert visitor.post("/visite/fin/")["Location"] == "/"
    assert User.objects.exclude(visit_ended_at=None).count() == 1
    assert "Première visite" not in words(visitor.get("/"))
    assert "Une convention et sa vie" in words(visitor.get("/visite/"))


@pytest.mark.parametrize("asked", ["0", "99", "-1", "²", "1e3", "x" * 300])
def test_a_step_that_is_none_shows_the_page_alone(caisse: Caisse, asked: str) -> None:
    assert "Visite guidée, étape" not in words(
        somebody(caisse, "auditor").get("/", {"visite": asked})
    )


def test_there_is_no_visit_outside_the_demonstration(caisse: Caisse, settings: Any) -> None:
    settings.TACITE_DEMONSTRATION = False
    staff = somebody(caisse, "auditor")
    assert staff.get("/visite/").status_code == 404
    assert "Première visite" not in words(staff.get("/"))
    assert "Visite guidée" not in words(staff.get("/aide/", {"visite": "1"}))


def test_the_visit_is_for_the_staff(client: Client) -> None:
    client.force_login(User.objects.create_user("direction@creche.example"))
    assert client.get("/visite/").status_code == 403
