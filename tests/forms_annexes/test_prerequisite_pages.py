"""The pages of the papers wanted before any access: the partner's, and the caisse's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from access.models import Habilitation
from contracts.models import Convention, Partner, User
from forms_annexes.models import AccessRequest, PrerequisiteDocument
from forms_annexes.services.prerequisite_flags import concerned
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.delegating import (
    OFFICE,
    a_file,
    ccas,
    checked,
    granted,
    head,
    officer,
    sent,
    standing,
)
from workflows import clock

__all__ = ["ccas", "granted", "head", "officer", "sent"]

pytestmark = pytest.mark.django_db

Move = Callable[[str], None]
Browse = Callable[[User], Client]
Mail = Callable[[str], list[Any]]


# The pages.


def test_the_partner_deposits_it_and_the_agent_checks_it(
    sent: AccessRequest, head: User, officer: User, browsing: Browse
) -> None:
    convention = sent.convention
    browser = browsing(head)
    page = browser.get(f"/espace/demandes/{sent.pk}/").content.decode()
    address = f"/espace/conventions/{convention.pk}/pieces-prealables/"
    assert address in page
    assert "manque" in browser.get(address).content.decode()
    posted = browser.post(
        address,
        {"given_by": OFFICE, "first_day": "01/01/2026", "last_day": "", "file": a_file()},
    )
    assert posted.status_code == 302
    paper = PrerequisiteDocument.objects.get()
    desk = browsing(officer)
    assert "à vérifier par la caisse" in desk.get(f"/demandes/{sent.pk}/").content.decode()
    assert convention.number in desk.get("/pieces-prealables/").content.decode()
    assert "convention, pour une pièce" in desk.get("/").content.decode()
    shown = f"/conventions/{convention.pk}/pieces-prealables/{paper.pk}/"
    assert "Vérifier" in desk.get(shown).content.decode()
    accepted = desk.post(
        f"{shown}acceptation/",
        {
            "given_by": OFFICE,
            "first_day": "01/01/2026",
            "last_day": "30/06/2026",
            "received_on": "02/02/2026",
        },
    )
    assert accepted.status_code == 302
    assert standing(convention) == "held"
    assert "30\u00a0juin 2026" in browser.get(address).content.decode()


def test_the_agent_enters_one_that_came_by_post_refuses_it_or_corrects_it(
    ccas: Convention, officer: User, browsing: Browse
) -> None:
    desk = browsing(officer)
    address = f"/conventions/{ccas.pk}/pieces-prealables/"
    given = {"given_by": OFFICE, "first_day": "01/01/2026", "received_on": "30/01/2026"}
    assert desk.post(address, given | {"file": a_file()}).status_code == 302
    first = PrerequisiteDocument.objects.get()
    assert desk.post(f"{address}{first.pk}/refus/", {"reason": ""}).status_code == 422
    assert desk.post(f"{address}{first.pk}/refus/", {"reason": "unsigned"}).status_code == 302
    again = desk.post(f"{address}{first.pk}/acceptation/", given)
    assert again.status_code == 422
    assert "déjà été vérifiée" in again.content.decode()
    second = checked(ccas, officer, "2026-01-01")
    corrected = desk.post(
        f"{address}{second.pk}/correction/",
        given | {"last_day": "01/02/2026", "why": "Retirée par lettre"},
    )
    assert corrected.status_code == 302
    assert standing(ccas) == "ended"
    history = desk.get(f"{address}{second.pk}/").content.decode()
    assert "Remplacée" in history


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"given_by": OFFICE, "first_day": "31/02/2026"},
        {"given_by": OFFICE, "first_day": "02/02/2026", "last_day": "01/02/2026"},
        {"given_by": "x" * 201, "first_day": "02/02/2026"},
    ],
)
def test_a_malformed_deposit_is_answered_beside_its_fields_and_keeps_nothing(
    ccas: Convention, head: User, browsing: Browse, wrong: dict[str, str]
) -> None:
    address = f"/espace/conventions/{ccas.pk}/pieces-prealables/"
    page = browsing(head).post(address, wrong)
    assert page.status_code == 422
    assert "À corriger avant de continuer" in page.content.decode()
    assert not PrerequisiteDocument.objects.exists()


def test_the_convention_s_page_and_the_user_s_page_show_the_flag(
    granted: Habilitation, officer: User, today: Move, browsing: Browse
) -> None:
    desk = browsing(officer)
    user_page = f"/conventions/{granted.convention_id}/utilisateurs/{granted.pk}/"
    convention_page = f"/conventions/{granted.convention_id}/"
    for address in (user_page, convention_page):
        page = desk.get(address)
        assert page.status_code == 200
        assert "examiner" not in page.content.decode()
    today("2026-07-01")
    for address in (user_page, convention_page):
        shown = desk.get(address).content.decode()
        assert "examiner" in shown
        assert "a pris fin le 30\u00a0juin 2026" in shown
    [row] = concerned(Convention.objects.all(), clock.today())
    assert (row.accesses, row.to_check, row.is_flagged) == (1, 0, True)


def test_another_partner_sees_nothing_of_it(
    ccas: Convention, officer: User, browsing: Browse
) -> None:
    paper = checked(ccas, officer, "2026-01-01")
    stranger = a_member(
        "direction@autre.example", Partner.objects.create(name="Autre CCAS", kind="ccas")
    )
    browser = browsing(stranger)
    base = f"espace/conventions/{ccas.pk}/pieces-prealables/"
    for address in (
        f"/{base}",
        f"/{base}{paper.pk}/",
        f"/conventions/{ccas.pk}/pieces-prealables/",
        f"/conventions/{ccas.pk}/pieces-prealables/{paper.pk}/",
        f"/conventions/{ccas.pk}/pieces-prealables/{paper.pk}/fichier/",
    ):
        assert browser.get(address).status_code == 404
    assert browser.get("/pieces-prealables/").status_code == 403
    accept = f"/conventions/{ccas.pk}/pieces-prealables/{paper.pk}/acceptation/"
    assert browser.post(accept, {}).status_code == 404


def test_a_convention_that_wants_no_paper_has_no_such_page(
    in_force: Convention, director: User, clerk: User, browsing: Browse
) -> None:
    page = browsing(director).get(f"/espace/conventions/{in_force.pk}/pieces-prealables/")
    assert page.status_code == 404
    staff = browsing(clerk).get(f"/conventions/{in_force.pk}/pieces-prealables/")
    assert staff.status_code == 404
