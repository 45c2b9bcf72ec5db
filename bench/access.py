"""What a portal waits for one access decision: the whole request, then the decision alone.

On a database of its own, made for the measure and thrown away: a convention of ten years with its
acts, one account with a habilitation, a client of the API. One connection, no network.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import (
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

from access.decisions import decide
from access.models import Account
from access.services.accounts import bring_to_desired_state
from access.services.clients import NewClient, create_client
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Partner, Person
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from workflows import clock
from workflows.act_payloads import parse
from workflows.clock import PARIS
from workflows.subjects import record
from workflows.sweep import sweep

MODEL = "psu-msa-picardie"
BEGINNING, NOW = date(2015, 1, 15), date(2024, 12, 31)
QUESTIONS = 500


def main() -> None:
    """Print the median and the slowest one in twenty, for a permission and for a denial."""
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with clock.set_to(_noon(NOW)):
            account, portal, service = _portfolio()
            _print(account, portal, service)
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


def _print(account: Account, portal: NewClient, service: str) -> None:
    token = b64encode(f"{portal.client.client_id}:{portal.secret}".encode()).decode()

    def request(identifier: str) -> bool:
        response = Client().post(
            "/api/v1/access/decisions",
            json.dumps({"identifier": identifier, "service": service}),
            content_type="application/json",
            headers={"authorization": f"Basic {token}"},
        )
        assert response.status_code == 200, response.content
        permitted: bool = response.json()["permit"]
        return permitted

    caisse, known = account.caisse, account.identifier
    assert request(known)
    assert not request("inconnu")
    print(f"Access decisions on {connection.vendor}, {QUESTIONS} of each:")
    for label, ask in (
        ("request, permitted", lambda: request(known)),
        ("request, unknown account", lambda: request("inconnu")),
        ("decision alone, permitted", lambda: decide(caisse, known, service)),
    ):
        middle, slow = _timed(ask)
        print(f"  {label:27} p50 {middle:6.2f} ms   p95 {slow:6.2f} ms")
    print()


def _timed(ask: Callable[[], Any]) -> tuple[float, float]:
    """Median and 95th percentile of one question, in milliseconds."""
    taken = []
    for _ in range(QUESTIONS):
        start = perf_counter()
        ask()
        taken.append((perf_counter() - start) * 1000)
    return median(taken), quantiles(taken, n=20)[-1]


def _portfolio() -> tuple[Account, NewClient, str]:
    publish(rulebook(MODEL))
    caisse = Caisse.objects.create(
        code="MESURE", name="Caisse de mesure", settings={"directory": "embedded"}
    )
    partner = Partner.objects.create(name="Association de mesure", kind="association")
    convention = _lived(caisse, partner)
    service = convention.rules.services[0].code
    person = Person.objects.create(first_name="Camille", last_name="Mesure")
    with clock.set_to(_noon(BEGINNING + timedelta(days=5))):
        habilitation = grant(convention, person, service, None, clock.today())
    return (
        bring_to_desired_state(habilitation.account_id),
        create_client(caisse, "Portail de mesure"),
        service,
    )


def _lived(caisse: Caisse, partner: Partner) -> Convention:
    """A convention signed ten years ago, suspended and given back three times."""
    with clock.set_to(_noon(BEGINNING)):
        convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=MODEL)
    _happens(convention, "cnil", BEGINNING, basis="transmission", reference="T-1")
    _happens(convention, "signature", BEGINNING, party="partner")
    _happens(convention, "signature", BEGINNING, party="caisse")
    for year in (2017, 2019, 2021):
        _happens(convention, "suspension", date(year, 3, 1))
        _happens(convention, "suspension_lifted", date(year, 3, 20))
    sweep(NOW)
    return convention


def _happens(convention: Convention, kind: str, on: date, **fields: str) -> None:
    with clock.set_to(_noon(on)):
        common = {
            "id": f"{kind}-{on.isoformat()}-{fields.get('party', '')}".rstrip("-"),
            "on": on.isoformat(),
            "recorded_at": clock.now().isoformat(),
        }
        record(convention, parse(kind, common | fields), None)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=PARIS)
