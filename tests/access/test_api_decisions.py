"""The decision API: what is answered, what is kept of it, and what is not given away."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from access.models import DecisionLog, Habilitation
from access.services.clients import NewClient, create_client
from access.services.decision_log import forget_old
from contracts.models import Caisse, Convention
from tests.access.acting import happens
from tests.access.asking import DECISIONS, ask, bearer, post
from tests.portfolio import noon, record
from workflows import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
BATCH = f"{DECISIONS}/batch"


@pytest.fixture
def portal(caisse: Caisse) -> NewClient:
    return create_client(caisse, "Portail d’essai")


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
    told = {
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
    assert {key: answer[key] for key in told} == told
    assert {"time_out_minutes", "profile", "scope", "territory_level", "habilitation"} < set(answer)
    record(convention, "suspension", "2024-02-01")
    refused = ask(portal, habilitation.account.identifier, habilitation.service).json()
    assert (refused["permit"], refused["code"]) == (False, "access_suspended")
    assert refused["version"] > answer["version"]


def test_the_past_can_be_asked_about_again(granted: Grant, portal: NewClient) -> None:
    habilitation = granted()
    who = habilitation.account.identifier, habilitation.service
    before = ask(portal, *who, at="2024-01-31T12:00:00+01:00").json()
    now = ask(portal, *who, at="2024-02-01T11:00:00Z").json()
    assert (before["permit"], now["permit"]) == (False, True)
    assert now["decided_at"] == "2024-02-01T11:00:00Z" or now["decided_at"].startswith("2024-02-01")


def test_a_batch_is_answered_in_its_order(granted: Grant, portal: NewClient) -> None:
    habilitation = granted()
    known = {"identifier": habilitation.account.identifier, "service": habilitation.service}
    unknown = {"identifier": "inconnu", "service": habilitation.service}
    response = post(BATCH, {"questions": [unknown, known, unknown]}, bearer(portal))
    assert response.status_code == 200
    assert [one["permit"] for one in response.json()["decisions"]] == [False, True, False]
    assert DecisionLog.objects.filter(permit=False).count() == 2


@pytest.mark.parametrize("count", [0, 1001])
def test_a_batch_is_not_empty_and_holds_a_thousand_at_most(portal: NewClient, count: int) -> None:
    questions = [{"identifier": "inconnu", "service": "s"}] * count
    response = post(BATCH, {"questions": questions}, bearer(portal))
    assert response.status_code == 422
    assert [fault["key"] for fault in response.json()["faults"]] == ["questions"]


def test_what_another_caisse_holds_is_not_given_away(granted: Grant) -> None:
    habilitation = granted()
    elsewhere = create_client(Caisse.objects.create(code="CAISSE2", name="Autre"), "Portail")
    theirs = ask(elsewhere, habilitation.account.identifier, habilitation.service)
    nobody = ask(elsewhere, "inconnu", habilitation.service)
    assert theirs.status_code == nobody.status_code == 200
    assert theirs.json() == nobody.json()
    assert theirs.json()["permit"] is False


def test_a_client_of_two_caisses_says_which_it_means(granted: Grant, caisse: Caisse) -> None:
    habilitation = granted()
    other = Caisse.objects.create(code="CAISSE2", name="Autre")
    Caisse.objects.create(code="CAISSE3", name="Tierce")
    both = create_client(caisse, "Portail commun", others=[other])
    who = habilitation.account.identifier, habilitation.service
    unsaid = ask(both, *who)
    assert (unsaid.status_code, unsaid.json()["faults"][0]["key"]) == (422, "caisse")
    assert ask(both, *who, caisse=caisse.code).json()["permit"] is True
    assert ask(both, *who, caisse="CAISSE2").json()["permit"] is False
    for code in ("CAISSE3", "NULLEPART"):
        outside = ask(both, *who, caisse=code)
        assert outside.status_code == 403
        assert "CAISSE" not in outside.content.decode()


def test_a_client_bound_to_a_service_asks_about_no_other(granted: Grant, caisse: Caisse) -> None:
    habilitation = granted()
    bound = create_client(caisse, "Portail étroit", services=[habilitation.service])
    assert ask(bound, habilitation.account.identifier, habilitation.service).status_code == 200
    assert ask(bound, habilitation.account.identifier, "autre").status_code == 403
    questions = [
        {"identifier": "a", "service": habilitation.service},
        {"identifier": "a", "service": "autre"},
    ]
    refused = post(BATCH, {"questions": questions}, bearer(bound))
    assert refused.status_code == 403
    assert [fault["key"] for fault in refused.json()["faults"]] == ["questions.1.service"]


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("[]", ["(corps)"]),
        ("{}", ["identifier", "service"]),
        ('{"identifier": 3, "service": ""}', ["identifier", "service"]),
        ('{"identifier": "a\\u0000", "service": "b"}', ["identifier"]),
        ('{"identifier": "a", "service": "b", "at": "2020-01-01"}', ["at"]),
        ('{"identifier": "a", "service": "b", "at": "2020-01-01T10:00:00"}', ["at"]),
        ('{"identifier": "a", "service": "b", "at": 1700000000}', ["at"]),
        ('{"identifier": "a", "service": "b", "at": "9999-12-31T23:59:59-23:00"}', ["at"]),
        ('{"identifier": "a", "service": "b", "known_at": "2023-02-29T10:00:00Z"}', ["known_at"]),
        ('{"identifier": "a", "service": "b", "hour": 3}', ["hour"]),
        (json.dumps({"identifier": "x" * 65, "service": "b"}), ["identifier"]),
        ('{"identifier": 1e400, "service": ' + "9" * 5000 + "}", None),
        (" ", None),
        ("{", None),
        ('{"identifier": NaN}', None),
        ('{"identifier": "\\ud800", "service": "b"}', None),
        (b'{"identifier": "\xff", "service": "b"}', None),
        ("[" * 100_000, None),
    ],
)
def test_a_question_that_cannot_be_read_names_what_is_at_fault_and_repeats_nothing(
    portal: NewClient, body: Any, keys: list[str] | None
) -> None:
    response = post(DECISIONS, body, bearer(portal))
    assert response["Content-Type"] == "application/problem+json"
    if keys is None:
        assert response.status_code in (400, 422)
    else:
        assert response.status_code == 422
        assert [fault["key"] for fault in response.json()["faults"]] == keys
    assert response.json()["status"] == response.status_code
    assert "x" * 65 not in response.content.decode()


def test_the_question_costs_few_queries(
    granted: Grant, portal: NewClient, django_assert_max_num_queries: Any, settings: Any
) -> None:
    settings.TACITE_API_PERMITS_KEPT_PERCENT = 0
    habilitation = granted()
    question = {"identifier": habilitation.account.identifier, "service": habilitation.service}
    headers = bearer(portal)
    with django_assert_max_num_queries(5) as captured:
        post(DECISIONS, question, headers)
    about_tokens = [one for one in captured.captured_queries if "_idp_" in one["sql"]]
    assert len(about_tokens) == 1


def test_each_denial_is_kept_and_a_share_of_the_permissions(
    granted: Grant, portal: NewClient, caisse: Caisse, settings: Any
) -> None:
    habilitation = granted()
    identifier = habilitation.account.identifier
    settings.TACITE_API_PERMITS_KEPT_PERCENT = 0
    ask(portal, identifier, habilitation.service)
    assert not DecisionLog.objects.exists()
    settings.TACITE_API_PERMITS_KEPT_PERCENT = 100
    ask(portal, identifier, habilitation.service)
    happens(habilitation, "departure", "2024-02-01")
    settings.TACITE_API_PERMITS_KEPT_PERCENT = 0
    with clock.set_to(noon("2024-02-02")):
        told = ask(portal, identifier, habilitation.service).json()
    permitted, denied = DecisionLog.objects.order_by("pk")
    assert (permitted.permit, permitted.code) == (True, "permitted")
    assert (denied.permit, denied.code) == (False, told["code"])
    assert (denied.identifier, denied.caisse, denied.client) == (identifier, caisse, portal.client)
    assert (denied.version, denied.at) == (told["version"], noon("2024-02-02"))


def test_what_was_kept_is_never_changed_and_goes_after_its_time(portal: NewClient) -> None:
    ask(portal, "inconnu", "s")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DecisionLog.objects.update(code="permitted")
    at: datetime = DecisionLog.objects.get().at
    assert forget_old((at + timedelta(days=365)).date()) == 0
    assert forget_old((at + timedelta(days=367)).date()) == 1


def test_the_question_is_not_asked_by_address(portal: NewClient) -> None:
    headers = bearer(portal)
    by_get = Client().get(DECISIONS, headers=headers)
    assert (by_get.status_code, by_get["Content-Type"]) == (405, "application/problem+json")
    assert "POST" in by_get["Allow"]
    in_address = post(f"{DECISIONS}?identifier=a", {"identifier": "a", "service": "b"}, headers)
    assert in_address.status_code == 400
