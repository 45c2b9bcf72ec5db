"""Connections told by API: each row answered, none counted twice, nothing of other caisses."""

from collections.abc import Callable
from typing import Any

import pytest

from access.models import ConnectionEvent, Habilitation
from access.services.clients import NewClient, create_client
from contracts.models import Caisse
from tests.access.asking import bearer, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

CONNECTIONS = "/api/v1/connections"


@pytest.fixture
def portal(caisse: Caisse) -> NewClient:
    return create_client(caisse, "Portail d’essai", scopes=["connections"])


@pytest.fixture
def used(granted: Callable[..., Habilitation], today: Callable[[str], None]) -> Habilitation:
    """A habilitation whose account is open, seen on 20 March 2024."""
    habilitation = granted()
    today("2024-03-20")
    return habilitation


def row(used: Habilitation, key: str, **changes: str) -> dict[str, str]:
    return {
        "event_id": key,
        "identifier": used.account.identifier,
        "service": used.service,
        "at": "2024-03-05T08:30:00+01:00",
    } | changes


def tell(made: NewClient, *rows: dict[str, str], **more: Any) -> Any:
    return post(CONNECTIONS, {"connections": rows, **more}, bearer(made))


def test_each_row_is_answered_in_order(used: Habilitation, portal: NewClient) -> None:
    rows = [
        row(used, "P-1"),
        row(used, "P-2", identifier="personne"),
        row(used, "P-3", kind="refused"),
        row(used, "P-4", at="2024-03-21T08:30:00+01:00"),
    ]
    first = tell(portal, *rows)
    assert first.status_code == 200
    told = first.json()
    assert [(one["event_id"], one["status"], one["code"]) for one in told["results"]] == [
        ("P-1", "accepted", ""),
        ("P-2", "refused", "unknown_identifier"),
        ("P-3", "accepted", ""),
        ("P-4", "refused", "future"),
    ]
    assert (told["accepted"], told["known"], told["refused"]) == (2, 0, 2)
    assert "n’a jamais été donné" in told["results"][1]["reason"]
    again = tell(portal, *rows).json()
    assert (again["accepted"], again["known"], again["refused"]) == (0, 2, 2)
    assert ConnectionEvent.objects.count() == 2


def test_the_right_to_ask_is_not_the_right_to_tell(used: Habilitation, caisse: Caisse) -> None:
    asking = create_client(caisse, "Portail qui demande", scopes=["decisions"])
    assert tell(asking, row(used, "P-1")).status_code == 403
    assert post(CONNECTIONS, {"connections": [row(used, "P-1")]}, {}).status_code == 401
    assert not ConnectionEvent.objects.exists()


def test_a_client_tells_of_its_services_and_caisses_only(
    used: Habilitation, portal: NewClient, caisse: Caisse
) -> None:
    bound = create_client(caisse, "Autre portail", scopes=["connections"], services=["autre"])
    result = tell(bound, row(used, "P-1")).json()["results"][0]
    assert (result["status"], result["code"]) == ("refused", "service_out_of_scope")
    Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    assert tell(portal, row(used, "P-1"), caisse="CAISSE2").status_code == 403
    assert not ConnectionEvent.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"at": "05/03/2024 08:30"}, {"at": "2024-03-05T08:30:00"}, {"kind": "autre"}, {"x": "y"}],
)
def test_a_body_inexact_is_refused_whole(
    used: Habilitation, portal: NewClient, changes: dict[str, str]
) -> None:
    answer = tell(portal, row(used, "P-1"), row(used, "P-2", **changes))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert not ConnectionEvent.objects.exists()


@pytest.mark.parametrize("number", [0, 1_001])
def test_a_batch_holds_from_one_to_a_thousand_rows(
    used: Habilitation, portal: NewClient, number: int
) -> None:
    assert tell(portal, *[row(used, "P-1")] * number).status_code == 422
