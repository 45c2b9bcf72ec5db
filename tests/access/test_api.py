"""The decision API: who may ask, what is answered, and what is not given away."""

import json
from base64 import b64encode
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from access.models import ApiClient, Habilitation
from access.services.clients import NewClient, create_client, revoke_client
from contracts.models import Caisse, Convention
from tests.portfolio import record
from workflows.access_decision import REASONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
ADDRESS = "/api/v1/access/decisions"


@pytest.fixture
def portal(caisse: Caisse) -> NewClient:
    return create_client(caisse, "Portail d’essai")


def basic(client_id: str, secret: str) -> dict[str, str]:
    token = b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"authorization": f"Basic {token}"}


def ask(portal: NewClient, identifier: str, service: str) -> Any:
    return Client().post(
        ADDRESS,
        json.dumps({"identifier": identifier, "service": service}),
        content_type="application/json",
        headers=basic(portal.client.client_id, portal.secret),
    )


def test_a_permission_says_what_commands_it_and_until_when(
    granted: Grant, portal: NewClient, convention: Convention
) -> None:
    habilitation = granted()
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-06-30",
        agreed_by=["caisse", "partner"],
    )
    response = ask(portal, habilitation.account.identifier, habilitation.service)
    assert response.status_code == 200
    answer = response.json()
    version = answer.pop("version")
    assert answer == {
        "permit": True,
        "code": "permitted",
        "reason": "Accès ouvert.",
        "article": "4-2",
        "convention": convention.number,
        "valid_until": "2024-07-01T00:00:00+02:00",
        "provisional": False,
        "hours": {"opens_at": "05:00:00", "closes_at": "23:00:00", "days_a_week": 7},
        "decided_at": "2024-02-01T12:00:00+01:00",
    }
    record(convention, "suspension", "2024-02-01")
    refused = ask(portal, habilitation.account.identifier, habilitation.service).json()
    assert (refused["permit"], refused["code"]) == (False, "access_suspended")
    assert refused["version"] > version


def test_what_another_caisse_holds_is_not_given_away(granted: Grant) -> None:
    habilitation = granted()
    elsewhere = create_client(Caisse.objects.create(code="CAISSE2", name="Autre"), "Portail")
    theirs = ask(elsewhere, habilitation.account.identifier, habilitation.service)
    nobody = ask(elsewhere, "inconnu", habilitation.service)
    assert theirs.status_code == nobody.status_code == 200
    assert theirs.json() == nobody.json()
    assert theirs.json()["permit"] is False


@pytest.mark.parametrize("fault", ["unknown", "secret", "revoked", "none", "bearer", "garbage"])
def test_who_may_not_ask_learns_nothing(granted: Grant, portal: NewClient, fault: str) -> None:
    habilitation = granted()
    client_id, secret = portal.client.client_id, portal.secret
    headers = {
        "unknown": basic("caisse1-000000000000", secret),
        "secret": basic(client_id, secret[:-1]),
        "revoked": basic(client_id, secret),
        "none": {},
        "bearer": {"authorization": f"Bearer {secret}"},
        "garbage": {"authorization": "Basic \x00%%%"},
    }[fault]
    if fault == "revoked":
        revoke_client(portal.client)
    response = Client().post(
        ADDRESS,
        {"identifier": habilitation.account.identifier, "service": habilitation.service},
        content_type="application/json",
        headers=headers,
    )
    assert response.status_code == 401
    assert response.json() == {"detail": "Client inconnu, révoqué, ou secret inexact."}
    assert response["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("", ["(corps)"]),
        ("{", ["(corps)"]),
        ("[]", ["(corps)"]),
        ("{}", ["identifier", "service"]),
        ('{"identifier": 3, "service": ""}', ["identifier", "service"]),
        ('{"identifier": "a\\u0000", "service": "b"}', ["identifier"]),
        ('{"identifier": "\\ud800", "service": "b"}', ["identifier"]),
        ('{"identifier": "a", "service": "b", "at": "2020-01-01"}', ["at"]),
        (json.dumps({"identifier": "x" * 65, "service": "b"}), ["identifier"]),
    ],
)
def test_a_question_that_cannot_be_read_names_the_keys_at_fault(
    portal: NewClient, body: str, keys: list[str]
) -> None:
    response = Client().post(
        ADDRESS,
        body,
        content_type="application/json",
        headers=basic(portal.client.client_id, portal.secret),
    )
    assert response.status_code == 422
    assert [fault["key"] for fault in response.json()["faults"]] == keys
    assert "Attendu" in response.json()["detail"]


def test_the_question_costs_few_queries(
    granted: Grant, portal: NewClient, django_assert_num_queries: Any
) -> None:
    habilitation = granted()
    identifier = habilitation.account.identifier
    with django_assert_num_queries(5):
        ask(portal, identifier, habilitation.service)


def test_the_question_is_not_asked_by_address(portal: NewClient) -> None:
    headers = basic(portal.client.client_id, portal.secret)
    assert Client().get(ADDRESS, headers=headers).status_code == 405


def test_the_interface_describes_itself() -> None:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    described = response.json()
    operation = described["paths"][ADDRESS]["post"]
    assert set(operation["responses"]) == {"200", "401", "422"}
    codes = described["components"]["schemas"]["Answer"]["properties"]["code"]["enum"]
    assert set(codes) == set(REASONS)
    assert described["components"]["securitySchemes"]["ClientCredentials"]["scheme"] == "basic"


def test_a_secret_is_shown_once_and_kept_as_a_hash(caisse: Caisse) -> None:
    out = StringIO()
    call_command("api_client", "create", caisse.code, "Portail", stdout=out)
    lines = dict(line.split("\N{NO-BREAK SPACE}: ") for line in out.getvalue().splitlines()[:2])
    client = ApiClient.objects.get(client_id=lines["identifiant"])
    assert lines["secret"] not in str(ApiClient.objects.values().get())
    assert ask(NewClient(client, lines["secret"]), "a", "b").status_code == 200
    call_command("api_client", "revoke", client.client_id, stdout=out)
    assert ask(NewClient(client, lines["secret"]), "a", "b").status_code == 401
    listed = StringIO()
    call_command("api_client", "list", stdout=listed)
    assert f"{client.client_id}  {caisse.code}  Portail  révoqué" in listed.getvalue()


def test_a_client_is_made_for_a_known_caisse_only(caisse: Caisse) -> None:
    with pytest.raises(CommandError, match=caisse.code):
        call_command("api_client", "create", "AILLEURS", "Portail")
    with pytest.raises(CommandError, match="Aucun client"):
        call_command("api_client", "revoke", "caisse1-ffffffffffff")
