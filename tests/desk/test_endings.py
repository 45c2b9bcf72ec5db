"""The ends to settle: what each waits for, the one thing to do, until somebody closes the file."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from access.models import Account
from contracts.models import Caisse, Convention, User
from notifications.attestations import ask_partners
from tests.desk.habilitated import clerk
from tests.desk.pages import somebody, words
from tests.ended import contact, ended, quotient
from tests.portfolio import record
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["clerk", "contact", "ended", "quotient"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
PAGE = "/fins/"


def links(client: Client) -> str:
    return str(client.get(PAGE).content.decode())


def test_the_list_leads_from_the_request_to_the_closing(
    clerk: Client, ended: Convention, today: Move
) -> None:
    letter = f"/conventions/{ended.pk}/courriers/demande-attestation/"
    closing = f"/conventions/{ended.pk}/evenements/closing/"
    received = f"/conventions/{ended.pk}/evenements/duty_done/"
    page = words(clerk.get(PAGE))
    assert "1 convention, la plus ancienne fin d’abord" in page
    assert "31 mars 2024" in page
    assert "L’attestation de restitution ou de destruction (article 6-1) pas encore" in page
    assert "Confidentialité jusqu’au 31 mars 2029 (article 6-1)" in page
    assert "Demander l’attestation" in page
    assert letter in links(clerk)

    ask_partners(clock.today())
    drain()
    page = words(clerk.get(PAGE))
    assert "demandée 1 fois, en dernier le 10 avril 2024" in page
    assert received in links(clerk)
    assert letter not in links(clerk)

    today("2024-05-10")
    page = words(clerk.get(PAGE))
    assert "Relancer par courrier" in page
    assert letter in links(clerk)
    assert received in links(clerk)

    record(ended, "duty_done", "2024-05-09", duty="attestation")
    assert "Rien : le dossier peut être clos" in words(clerk.get(PAGE))
    assert closing in links(clerk)
    assert clerk.get(closing).status_code == 200

    record(ended, "closing", "2024-05-10")
    assert "Aucune fin à solder" in words(clerk.get(PAGE))


def test_the_home_page_counts_them_for_those_who_settle(clerk: Client, ended: Convention) -> None:
    home = clerk.get("/").content.decode()
    assert PAGE in home
    assert "convention finie" in words(clerk.get("/"))


def test_an_account_that_the_directory_holds_open_holds_the_file(
    clerk: Client, ended: Convention
) -> None:
    from access.services.habilitations import grant
    from contracts.models import Person

    # The convention is over: the right is closed as it is granted, and the account locked.
    record(ended, "duty_done", "2024-04-09", duty="attestation")
    person = Person.objects.create(last_name="Essai")
    grant(ended, person, "qf", None, date(2024, 3, 1))
    Account.objects.update(state="open", identifier="essai1")
    page = words(clerk.get(PAGE))
    assert "1 compte encore ouvert dans l’annuaire" in page
    assert "Fermer les comptes" in page
    Account.objects.update(state="locked")
    assert "Clore le dossier" in words(clerk.get(PAGE))


@pytest.mark.parametrize("role", ["dpo", "administrator", "auditor"])
def test_it_is_the_work_of_those_who_process_conventions(
    caisse: Caisse, ended: Convention, agent: User, role: str
) -> None:
    assert somebody(caisse, role).get(PAGE).status_code == 403


def test_nobody_sees_the_ends_of_another_caisse(ended: Convention) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Autre caisse")
    page = words(somebody(other, "back_office_agent").get(PAGE))
    assert "Aucune fin à solder" in page
