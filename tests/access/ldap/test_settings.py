"""How the directory is reached: over TLS, as an account without undue power, or not at all."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from access.desired import DirectoryState
from access.directory.choice import directory_of
from access.directory.port import Directory, DirectoryRefused, DirectoryUnreachable
from access.models import Account, AccountState
from contracts.models import Caisse
from tests.access.ldap.clients import Client, name
from tests.services.directory_server import BASE, ROOT_NAME, SUFFIX, DirectoryServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_ldap")]

OPEN = DirectoryState(AccountState.OPEN, ("service",))


def reached(caisse: Caisse, settings: Any, **changes: Any) -> Directory:
    """The directory of the caisse, its settings changed."""
    settings.TACITE_LDAP = settings.TACITE_LDAP | changes
    return directory_of(caisse)


def of_identifier(caisse: Caisse, identifier: str) -> Account:
    return Account(pk=1, caisse=caisse, identifier=identifier)


def works(directory: Directory, caisse: Caisse) -> bool:
    return directory.ensure(of_identifier(caisse, "essai"), OPEN) == OPEN


def test_over_starttls_with_the_authority_that_issued_the_certificate(
    in_ldap: Caisse, settings: Any, server: DirectoryServer
) -> None:
    directory = reached(in_ldap, settings, starttls=True, ca_file=str(server.authority))
    assert works(directory, in_ldap)


def test_over_ldaps(in_ldap: Caisse, settings: Any, server: DirectoryServer) -> None:
    directory = reached(in_ldap, settings, url=server.tls_url, ca_file=str(server.authority))
    assert works(directory, in_ldap)


@pytest.mark.parametrize("starttls", [True, False])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    in_ldap: Caisse, settings: Any, server: DirectoryServer, starttls: bool
) -> None:
    url = server.url if starttls else server.tls_url
    directory = reached(in_ldap, settings, url=url, starttls=starttls)
    with pytest.raises(DirectoryUnreachable, match="ne répond pas"):
        works(directory, in_ldap)


def test_the_administrators_account_is_refused(
    in_ldap: Caisse, settings: Any, server: DirectoryServer, client_programs: Client
) -> None:
    directory = reached(in_ldap, settings, bind_dn=ROOT_NAME, password=server.root_password)
    with pytest.raises(DirectoryRefused, match="compte d’administration"):
        works(directory, in_ldap)
    assert client_programs.identifiers() == []


def test_a_password_too_weak_for_the_directory_is_refused_to_the_service_account(
    server: DirectoryServer, in_ldap: Caisse, settings: Any
) -> None:
    """The rules of the directory apply to it, as they would not to an administrator."""
    import ldap

    assert works(directory_of(in_ldap), in_ldap)
    connection = server.connection()
    with pytest.raises(ldap.CONSTRAINT_VIOLATION):
        connection.modify_s(
            f"uid=essai,ou={in_ldap.code},{BASE}", [(ldap.MOD_REPLACE, "userPassword", [b"court"])]
        )


def test_a_wrong_password_of_the_service_account_says_which_setting_to_look_at(
    in_ldap: Caisse, settings: Any
) -> None:
    with pytest.raises(DirectoryRefused, match="TACITE_LDAP_BIND_DN"):
        works(reached(in_ldap, settings, password="faux"), in_ldap)


def test_a_branch_that_does_not_exist_is_named(in_ldap: Caisse, settings: Any) -> None:
    directory = reached(in_ldap, settings, base=f"ou=absente,{SUFFIX}")
    with pytest.raises(DirectoryRefused, match="TACITE_LDAP_BASE"):
        works(directory, in_ldap)
    with pytest.raises(DirectoryRefused, match="TACITE_LDAP_BASE"):
        directory.entries(in_ldap)


def test_a_caisse_without_accounts_has_an_empty_list(in_ldap: Caisse) -> None:
    assert list(directory_of(in_ldap).entries(in_ldap) or ()) == []


def test_a_caisse_may_have_a_branch_of_its_own_choice(
    in_ldap: Caisse, server: DirectoryServer, client_programs: Client
) -> None:
    in_ldap.settings["directory_base"] = f"ou=choisie,{BASE}"
    directory = directory_of(in_ldap)
    with pytest.raises(DirectoryRefused, match="directory_base"):
        works(directory, in_ldap)
    connection = server.connection()
    connection.add_s(f"ou=choisie,{BASE}", [("objectClass", [b"organizationalUnit"])])
    assert works(directory, in_ldap)
    assert [found.identifier for found in directory.entries(in_ldap) or ()] == ["essai"]


@pytest.mark.parametrize("wrong", ["", "pas un nom", 12])
def test_a_branch_that_is_no_name_is_refused(in_ldap: Caisse, wrong: object) -> None:
    in_ldap.settings["directory_base"] = wrong
    with pytest.raises(DirectoryRefused, match="directory_base"):
        works(directory_of(in_ldap), in_ldap)


def test_two_caisses_may_give_the_same_identifier(in_ldap: Caisse, client_programs: Client) -> None:
    other = Caisse.objects.create(
        code="CAISSE2", name="Autre caisse", settings={"directory": "ldap"}
    )
    for caisse in (in_ldap, other):
        assert works(directory_of(caisse), caisse)
    assert client_programs.identifiers() == ["essai", "essai"]
    directory_of(other).remove(of_identifier(other, "essai"))
    assert client_programs.identifiers() == ["essai"]


def test_a_portal_that_wants_groups_has_the_server_draw_them(
    in_ldap: Caisse, client_programs: Client
) -> None:
    directory, account = directory_of(in_ldap), of_identifier(in_ldap, "essai")
    directory.ensure(account, OPEN)
    assert client_programs.members("service") == [name(account)]
    directory.ensure(account, DirectoryState(AccountState.LOCKED))
    assert client_programs.members("service") == []


@pytest.mark.parametrize(
    "identifier",
    [
        "a,ou=policies",
        "a+cn=engine",
        'a"b;c<d>e=f',
        "a\\2Cb",
        "#a",
        "a)(uid=*",
        "*",
        "é’ï 文",
        "a/../b",
    ],
)
def test_a_hostile_identifier_is_that_of_one_entry(in_ldap: Caisse, identifier: str) -> None:
    directory = directory_of(in_ldap)
    works(directory, in_ldap)
    account = of_identifier(in_ldap, identifier)
    for _ in range(2):
        assert directory.ensure(account, OPEN) == OPEN
    found = {one.identifier for one in directory.entries(in_ldap) or ()}
    assert found == {"essai", identifier}
    locked = DirectoryState(AccountState.LOCKED)
    assert directory.ensure(account, locked) == locked
    directory.remove(account)
    assert [one.identifier for one in directory.entries(in_ldap) or ()] == ["essai"]


def test_more_entries_than_one_page_are_all_listed(in_ldap: Caisse) -> None:
    from access.directory.ldap_connection import PAGE

    directory = directory_of(in_ldap)
    expected = {f"essai{number:05d}" for number in range(PAGE + 1)}
    for identifier in expected:
        directory.ensure(of_identifier(in_ldap, identifier), OPEN)
    listed = [found.identifier for found in directory.entries(in_ldap) or ()]
    assert len(listed) == PAGE + 1
    assert set(listed) == expected


def test_a_lock_set_while_a_password_is_made_stays(
    in_ldap: Caisse, granted: Any, settings: Any, client_programs: Client
) -> None:
    """The lock comes after the entry was read, and before its password is written."""
    from access.directory.ldap import LdapDirectory
    from access.directory.ldap_connection import LdapServer

    account = granted().account
    locking = directory_of(in_ldap)

    class Meanwhile(LdapServer):
        """A server that another process changes between two questions of this one."""

        asked = 0

        def ask(self, operation: Any) -> Any:
            type(self).asked += 1
            if type(self).asked == 2:
                locking.ensure(account, DirectoryState(AccountState.LOCKED))
            return super().ask(operation)

    password = LdapDirectory(Meanwhile(**settings.TACITE_LDAP)).reset(account)
    assert Meanwhile.asked == 4
    assert client_programs.entry(account, "pwdAccountLockedTime") == [
        "pwdAccountLockedTime: 000001010000Z"
    ]
    assert client_programs.bind(account, password) == 49


def test_a_house_without_a_server_says_what_to_set(in_ldap: Caisse, settings: Any) -> None:
    settings.TACITE_LDAP = None
    with pytest.raises(ImproperlyConfigured, match="TACITE_LDAP_URL"):
        directory_of(in_ldap)
