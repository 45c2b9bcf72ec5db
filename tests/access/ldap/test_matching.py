"""Accounts taken over from a former register, known again in a directory by their users' mail."""

from collections.abc import Callable

import pytest

from access.models import Account, AccountTakeOver, ComparedAccount
from access.services.directory_matching import compare_later, settle
from contracts.models import Caisse, User
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.access.imports.telling import PARTNER, take_over, told
from tests.access.ldap.clients import Client
from tests.services.directory_server import BASE, DirectoryServer
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

HELD_BY_USERS = "mon-enfant-caf-pas-de-calais"


def test_an_account_is_known_again_by_the_mail_of_its_user(
    in_ldap: Caisse,
    agent: User,
    server: DirectoryServer,
    client_programs: Client,
    today: Callable[[str], None],
) -> None:
    today("2026-11-22")
    publish(rulebook(HELD_BY_USERS))
    row = {
        "number": "A-1",
        "rulebook": HELD_BY_USERS,
        "document_date": "15/09/2026",
        "partner_signed_on": "10/09/2026",
        "caisse_signed_on": "14/09/2026",
    }
    users = [
        {"number": "A-1", "last_name": name, "email": f"{name}@essai.example", "granted_on": on}
        for name, on in (("modele", "01/10/2026"), ("exemple", "02/10/2026"))
    ]
    run = take_over(in_ldap, agent, conventions=[PARTNER | row], users=users)
    assert told(run)["A-1"][0] != "refused", run.rows.get().problems
    entered(in_ldap, server, ext042="Modele@Essai.example", ext043="autre@essai.example")

    compare_later(in_ldap, agent)
    drain()
    found = {one.result: one for one in ComparedAccount.objects.select_related("account__person")}
    assert found.keys() == {"differs", "missing", "unknown"}
    mine = found["differs"]
    assert mine.account.person.last_name == "modele"
    [candidate] = mine.candidates
    assert (candidate["identifier"], candidate["by"]) == ("ext042", "adresse électronique")
    assert found["unknown"].candidates[0]["identifier"] == "ext043"

    settle(AccountTakeOver.objects.get(account=mine.account), "ext042", agent)
    drain()
    account = Account.objects.get(pk=mine.account_id)
    assert (account.identifier, account.state) == ("ext042", "open")
    # The entry itself, and no second one.
    assert client_programs.identifiers() == ["ext042", "ext043"]
    service = account.habilitations.get().service
    assert client_programs.entry(account, "mail", "businessCategory") == [
        f"businessCategory: {service}",
        "mail: Modele@Essai.example",
    ]


def entered(caisse: Caisse, server: DirectoryServer, **mails: str) -> None:
    """Have an administrator of the directory enter users, by identifier, as before Tacite."""
    branch, connection = f"ou={caisse.code},{BASE}", server.connection()
    connection.add_s(branch, [("objectClass", b"organizationalUnit")])
    for identifier, mail in mails.items():
        names = [(key, identifier.encode()) for key in ("uid", "cn", "sn")]
        entry = [("objectClass", b"inetOrgPerson"), *names, ("mail", mail.encode())]
        connection.add_s(f"uid={identifier},{branch}", entry)
    connection.unbind_s()
