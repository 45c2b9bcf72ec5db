"""A directory that goes away: what was asked of it waits, and is done once it is back."""

from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import transaction

from access.directory.choice import directory_of
from access.directory.port import DirectoryUnreachable
from access.drift import Drift
from access.models import Account, Habilitation
from access.services.accounts import bring_to_desired_state
from access.services.following import follow
from access.services.habilitations import grant
from access.services.reconciliation import reconcile
from contracts.models import Caisse, Convention, Person
from tests.access.acting import happens
from tests.access.ldap.clients import Client
from tests.access.many_accounts import accounts_like
from tests.services.directory_server import BASE, DirectoryServer
from workflows import clock, effects
from workflows.effect_worker import Outcome, drain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_ldap")]

CREATIONS = 500
KILLED_AFTER = 120


@pytest.fixture(autouse=True)
def worker_at_each_commit() -> None:
    """None here: each test says when the worker works."""


@pytest.fixture
def habilitation(convention: Convention, person: Person) -> Habilitation:
    """Granted; the directory is to follow, and waits for a worker."""
    return grant(convention, person, convention.rules.services[0].code, None, clock.today())


def later() -> datetime:
    """The machine's clock, once what failed is due again."""
    return clock.system_time() + timedelta(hours=1)


def test_without_an_answer_nothing_is_taken_as_done(
    habilitation: Habilitation, server: DirectoryServer, in_ldap: Caisse
) -> None:
    account = habilitation.account
    server.kill()
    with pytest.raises(DirectoryUnreachable, match="ne répond pas"):
        bring_to_desired_state(account.pk)
    with pytest.raises(DirectoryUnreachable):
        list(directory_of(in_ldap).entries(in_ldap) or ())
    account.refresh_from_db()
    assert (account.state, account.identifier) == ("absent", "")


def test_an_effect_waits_for_the_directory_and_says_why(
    habilitation: Habilitation, server: DirectoryServer, client_programs: Client
) -> None:
    account = habilitation.account
    server.kill()
    assert drain().outcomes[Outcome.FAILED] == 1
    [waiting] = effects.unfinished()
    assert "L’annuaire ne répond pas" in waiting.last_error
    server.start()
    drain(now=later)
    account.refresh_from_db()
    assert account.state == "open"
    assert client_programs.identifiers() == [account.identifier]


def test_a_connection_lost_between_two_changes_is_opened_again(
    habilitation: Habilitation, server: DirectoryServer, in_ldap: Caisse, client_programs: Client
) -> None:
    account = bring_to_desired_state(habilitation.account_id)
    server.kill()
    server.start()
    directory_of(in_ldap).remove(account)
    assert client_programs.identifiers() == []
    bring_to_desired_state(account.pk)
    assert client_programs.identifiers() == [account.identifier]


def test_a_server_killed_amid_500_creations_holds_each_of_them_once_in_the_end(
    habilitation: Habilitation, server: DirectoryServer, in_ldap: Caisse, client_programs: Client
) -> None:
    # Their credentials go by letters that an agent prints: no mail is to be sent.
    in_ldap.settings["credentials_channel"] = "letter"
    in_ldap.save()
    effects.unfinished().delete()
    accounts = accounts_like(habilitation, CREATIONS)
    with transaction.atomic():
        follow((f"built-anew:{account.pk}", account.pk) for account in accounts)

    over = Event()
    killer = Thread(target=_kill_once_it_holds, args=(server, KILLED_AFTER, over))
    killer.start()
    drained = drain()
    over.set()
    killer.join()
    assert not server.alive
    assert drained.outcomes[Outcome.FAILED] > 0
    assert effects.unfinished().exists()

    server.start()
    assert KILLED_AFTER <= len(client_programs.identifiers()) < CREATIONS
    drain(now=later)
    assert not effects.unfinished().exists()
    known = Account.objects.filter(pk__in=[account.pk for account in accounts])
    assert set(known.values_list("state", flat=True)) == {"open"}
    identifiers = sorted(known.values_list("identifier", flat=True))
    assert len(set(identifiers)) == CREATIONS
    assert client_programs.identifiers() == identifiers


def test_a_directory_that_lost_everything_is_built_anew(
    habilitation: Habilitation, server: DirectoryServer, in_ldap: Caisse, client_programs: Client
) -> None:
    happens(habilitation, "credentials_sent", "2024-02-01")
    accounts = accounts_like(habilitation, 3)
    assert reconcile(in_ldap).mended == 4
    identifiers = client_programs.identifiers()
    assert len(identifiers) == 4
    server.empty()
    run = reconcile(in_ldap)
    assert {one.kind for one in run.differences} == {Drift.MISSING}
    assert (run.mended, run.failing) == (4, [])
    assert client_programs.identifiers() == identifiers
    assert client_programs.entry(
        Account.objects.get(pk=accounts[0].pk), "businessCategory", "pwdReset"
    ) == [f"businessCategory: {habilitation.service}", "pwdReset: TRUE"]
    assert reconcile(in_ldap).differences == []


def _kill_once_it_holds(server: DirectoryServer, entries: int, over: Event) -> None:
    """From another thread: a power cut has no regard for what is being done."""
    connection = server.connection()
    while len(connection.search_s(BASE, 2, "(uid=*)", ["1.1"])) < entries:
        if over.wait(0.02):
            return
    server.kill()
