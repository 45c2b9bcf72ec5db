"""Accounts brought to their state in a private LDAP server, beside the bare library on the same.

Three ways of making the same entries, in the same run, over one connection: python-ldap alone; the
adapter (``ensure``); the whole (``bring_together``), which also asks the database what each account
should be and writes what it is. Then a reconciliation that finds nothing to change.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, time
from time import perf_counter
from typing import Any

import ldap
from django.db import connection
from django.test.utils import (
    override_settings,
    setup_databases,
    setup_test_environment,
    teardown_databases,
    teardown_test_environment,
)

from access.desired import DirectoryState
from access.directory import ldap_entries
from access.directory.choice import directory_of
from access.models import Account, AccountState, Habilitation
from access.services.bringing_together import bring_together
from access.services.habilitations import grant, record
from access.services.reconciliation import reconcile
from bench.portfolio import MODEL
from contracts.models import Caisse, Partner, Person
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.many_accounts import accounts_like
from tests.services.directory_server import BASE, ENGINE, DirectoryServer, private_directory
from workflows import clock, effects, subjects
from workflows.act_payloads import parse

ACCOUNTS = 10_000
DAY = date(2024, 1, 15)
GOAL = 500
"""Accounts a second, on one worker."""


def main() -> None:
    """Print the rates."""
    count = int(os.environ.get("TACITE_BENCH_ACCOUNTS", ACCOUNTS))
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with (
            private_directory() as server,
            override_settings(TACITE_LDAP=_reach(server)),
            clock.set_to(datetime.combine(DAY, time(12), tzinfo=clock.PARIS)),
        ):
            _print(server, count)
    finally:
        teardown_databases(databases, verbosity=0)
        teardown_test_environment()


def _print(server: DirectoryServer, count: int) -> None:
    model = _habilitation()
    accounts = accounts_like(model, count)
    caisse, wanted = model.convention.caisse, DirectoryState(AccountState.OPEN, (model.service,))
    print(f"{count} accounts brought to their state in LDAP, database on {connection.vendor}:")
    bare = _timed("python-ldap alone", count, lambda: _bare(server, caisse, accounts, wanted))
    server.empty()

    directory = directory_of(caisse)
    for account in accounts:
        account.identifier = directory.new_identifier(account)

    def ensured() -> None:
        for account in accounts:
            directory.ensure(account, wanted)

    alone = _timed("the adapter", count, ensured)
    server.empty()
    keys = [account.pk for account in accounts]
    whole = _timed("with what is wanted, known", count, lambda: [*bring_together(caisse, keys)])
    assert Account.objects.filter(state=AccountState.OPEN).count() == count
    _timed("reconciled, nothing to do", count, lambda: reconcile(caisse))
    print(f"  the adapter at {alone / bare:.0%} of the library, the whole at {whole / bare:.0%}")
    print(f"  goal: {GOAL} a second, {'met' if whole >= GOAL else 'missed'}")


def _timed(label: str, count: int, work: Callable[[], Any]) -> float:
    """Accounts a second."""
    start = perf_counter()
    work()
    rate = count / (perf_counter() - start)
    print(f"  {label:27} {rate:8,.0f} a second", flush=True)
    return rate


def _bare(
    server: DirectoryServer, caisse: Caisse, accounts: list[Account], wanted: DirectoryState
) -> None:
    bare = ldap.initialize(server.url)
    bare.simple_bind_s(ENGINE, server.engine_password)
    branch = ldap_entries.branch_of(caisse, BASE)
    bare.add_s(branch, [("objectClass", [b"organizationalUnit"])])
    for account in accounts:
        identifier = f"mesure{account.pk:06d}"
        name = ldap_entries.name_of(identifier, branch)
        bare.add_s(name, ldap_entries.new(identifier, wanted))
    bare.unbind_s()


def _habilitation() -> Habilitation:
    """Of a convention in force; the user has the credentials, so no mail is to be sent."""
    publish(rulebook(MODEL))
    caisse = Caisse.objects.create(
        code="MESURE", name="Caisse de mesure", settings={"directory": "ldap"}
    )
    partner = Partner.objects.create(name="Association de mesure", kind="association")
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=MODEL)
    day = {"on": clock.today().isoformat(), "recorded_at": clock.now().isoformat()}
    for fields in (
        {"kind": "cnil", "id": "cnil", "basis": "transmission", "reference": "T-1"},
        {"kind": "signature", "id": "partner", "party": "partner"},
        {"kind": "signature", "id": "caisse", "party": "caisse"},
    ):
        kind = fields.pop("kind")
        subjects.record(convention, parse(kind, fields | day), None)
    person = Person.objects.create(first_name="Camille", last_name="Mesure")
    service = convention.rules.services[0].code
    habilitation = grant(convention, person, service, None, clock.today())
    sent = {"id": "sent", "user": habilitation.user_key}
    record(habilitation, parse("credentials_sent", sent | day), None)
    habilitation.refresh_from_db()
    effects.unfinished().delete()
    return habilitation


def _reach(server: DirectoryServer) -> dict[str, Any]:
    return {
        "url": server.url,
        "base": BASE,
        "bind_dn": ENGINE,
        "password": server.engine_password,
    }


if __name__ == "__main__":
    main()
