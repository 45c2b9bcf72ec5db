"""What named users meet at the door of the directory, from their first login to their removal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from access.directory.choice import directory_of
from access.models import Account, Habilitation
from access.services.accounts import bring_to_desired_state
from access.services.logins import note_last_login
from access.services.notification import temporary_password
from contracts.models import Caisse, Convention
from tests.access.acting import happens
from tests.access.ldap.clients import (
    INSUFFICIENT_ACCESS,
    INVALID_CREDENTIALS,
    Client,
)
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain
from workflows.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_ldap")]

CHOSEN = "Une-Phrase-Choisie-2024"


@pytest.fixture
def user(granted: Callable[..., Habilitation]) -> Habilitation:
    """A user accepted, whose account is open."""
    return granted()


@pytest.fixture
def account(user: Habilitation) -> Account:
    return user.account


@pytest.fixture
def password(user: Habilitation, client_programs: Client) -> str:
    """The user has changed the temporary password into this one."""
    temporary = temporary_password(user)
    assert client_programs.changes(user.account, temporary, CHOSEN) == 0
    return CHOSEN


def test_an_accepted_user_must_first_change_the_password(
    user: Habilitation, account: Account, client_programs: Client
) -> None:
    temporary = temporary_password(user)
    assert client_programs.bind(account, temporary) == 0
    assert client_programs.reads_itself(account, temporary) == INSUFFICIENT_ACCESS
    assert client_programs.changes(account, temporary, CHOSEN) == 0
    assert client_programs.reads_itself(account, CHOSEN) == 0
    assert client_programs.bind(account, temporary) == INVALID_CREDENTIALS


def test_nobody_enters_an_account_before_its_password_is_made(
    account: Account, client_programs: Client
) -> None:
    assert client_programs.identifiers() == [account.identifier]
    assert client_programs.entry(account, "pwdReset") == ["pwdReset: TRUE"]
    assert client_programs.bind(account, "quelconque") == INVALID_CREDENTIALS


def test_the_entry_holds_the_identifier_and_the_services_and_names_nobody(
    user: Habilitation, account: Account, client_programs: Client
) -> None:
    assert client_programs.entry(account, "*") == [
        f"businessCategory: {user.service}",
        f"cn: {account.identifier}",
        "objectClass: inetOrgPerson",
        f"sn: {account.identifier}",
        f"uid: {account.identifier}",
    ]


def test_on_the_day_after_the_last_day_of_the_convention_the_bind_is_refused(
    account: Account,
    password: str,
    convention: Convention,
    client_programs: Client,
    today: Callable[[str], None],
) -> None:
    record(
        convention,
        "mutual_termination",
        "2024-02-01",
        last_day="2024-02-29",
        agreed_by=["caisse", "partner"],
    )
    today("2024-02-29")
    sweep(clock.today())
    drain()
    assert client_programs.bind(account, password) == 0
    today("2024-03-01")
    sweep(clock.today())
    drain()
    assert client_programs.bind(account, password) == INVALID_CREDENTIALS
    assert client_programs.entry(account, "businessCategory") == []


def test_a_suspended_user_is_refused_and_comes_back_with_the_same_password(
    user: Habilitation, account: Account, password: str, client_programs: Client
) -> None:
    happens(user, "user_suspended", "2024-02-01")
    drain()
    assert client_programs.bind(account, password) == INVALID_CREDENTIALS
    happens(user, "user_suspension_lifted", "2024-02-01")
    drain()
    assert client_programs.bind(account, password) == 0
    assert client_programs.reads_itself(account, password) == 0


def test_a_new_password_opens_no_locked_account(
    user: Habilitation, account: Account, password: str, client_programs: Client
) -> None:
    happens(user, "user_suspended", "2024-02-01")
    drain()
    temporary = directory_of(account.caisse).reset(account)
    assert client_programs.bind(account, temporary) == INVALID_CREDENTIALS
    happens(user, "user_suspension_lifted", "2024-02-01")
    drain()
    assert client_programs.bind(account, temporary) == 0


def test_a_removed_user_is_gone(
    account: Account, password: str, client_programs: Client, in_ldap: Caisse
) -> None:
    directory = directory_of(in_ldap)
    directory.remove(account)
    assert client_programs.bind(account, password) == INVALID_CREDENTIALS
    assert client_programs.identifiers() == []
    assert directory.remove(account).state == "absent"
    with pytest.raises(LookupError, match="n’est pas dans l’annuaire"):
        directory.reset(account)


def test_five_wrong_passwords_lock_for_a_while_and_the_house_leaves_that_alone(
    account: Account, password: str, client_programs: Client
) -> None:
    for _ in range(5):
        assert client_programs.bind(account, "faux") == INVALID_CREDENTIALS
    assert client_programs.bind(account, password) == INVALID_CREDENTIALS
    [lock] = client_programs.entry(account, "pwdAccountLockedTime")
    assert "000001010000Z" not in lock
    bring_to_desired_state(account.pk)
    call_command("directory", "reconcile", verbosity=0)
    assert client_programs.entry(account, "pwdAccountLockedTime") == [lock]
    account.refresh_from_db()
    assert account.state == "open"


def test_what_is_as_wanted_is_not_written_again(account: Account, client_programs: Client) -> None:
    before = client_programs.entry(account, "+")
    bring_to_desired_state(account.pk)
    assert client_programs.entry(account, "+") == before


def test_the_first_login_is_the_one_after_the_change_of_password(
    user: Habilitation, account: Account, client_programs: Client
) -> None:
    directory = directory_of(account.caisse)
    temporary = temporary_password(user)
    assert directory.last_login(account) is None
    client_programs.bind(account, temporary)
    assert directory.last_login(account) is None
    before = clock.civil_date(clock.system_time())
    client_programs.changes(account, temporary, CHOSEN)
    client_programs.bind(account, CHOSEN)
    after = clock.civil_date(clock.system_time())
    assert directory.last_login(account) in (before, after)


def test_a_login_is_noted_in_the_habilitation(
    user: Habilitation, account: Account, password: str, client_programs: Client, today: Any
) -> None:
    client_programs.bind(account, password)
    with clock.set_to(clock.system_time()):
        assert note_last_login(account) == 1
    user.refresh_from_db()
    assert user.state == "active"


def test_the_list_of_the_directory_tells_who_is_open_and_who_is_locked(
    user: Habilitation, account: Account, in_ldap: Caisse
) -> None:
    directory = directory_of(in_ldap)
    [found] = directory.entries(in_ldap) or ()
    assert found.identifier == account.identifier
    assert (found.state.state, found.state.services) == ("open", (user.service,))
    happens(user, "user_suspended", "2024-02-01")
    drain()
    [found] = directory.entries(in_ldap) or ()
    assert (found.state.state, found.state.services) == ("locked", ())


def test_a_password_chosen_by_the_user_opens_at_once(
    account: Account, client_programs: Client
) -> None:
    directory_of(account.caisse).set_password(account, CHOSEN)
    assert client_programs.reads_itself(account, CHOSEN) == 0


def test_a_chosen_password_that_the_policy_refuses_changes_nothing(
    account: Account, password: str, client_programs: Client
) -> None:
    with pytest.raises(ValidationError, match="plus long"):
        directory_of(account.caisse).set_password(account, "court")
    assert client_programs.bind(account, password) == 0
