"""A user leaves, and the partner says so on line: the access closes, the delay stays on record."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from access.decisions import decide
from access.models import Account, Habilitation
from contracts.models import User
from tests.forms_annexes.using import (
    PSU,
    QF,
    RSACG,
    Browsing,
    Cast,
    cast,
    hidden,
    text_of,
)
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["cast"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Callable[[str], Cast]) -> Cast:
    return cast(QF)


@pytest.fixture
def director(house: Cast) -> User:
    return house.member()


@pytest.fixture
def leaving(house: Cast) -> Habilitation:
    """Somebody habilitated on 1 February 2024, seen on 14 March 2024, whose account is open."""
    house.caisse.settings = {"directory": "embedded", "third_parties_register": "elsewhere"}
    house.caisse.save()
    right = house.named()
    drain()
    house.today("2024-03-14")
    return right


def declared(browser: Any, right: Habilitation, day: str, **more: str) -> Any:
    """Send the day, then confirm what the page says of it."""
    path = f"/espace/utilisateurs/{right.pk}/depart/"
    shown = browser.post(path, hidden(browser.get(path), leaves_on=day))
    on = "-".join(reversed(day.split("/")))
    return browser.post(path, hidden(shown, leaves_on=day, confirm=on, **more))


def test_a_departure_told_late_closes_at_once_and_shows_both_dates(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    path = f"/espace/utilisateurs/{leaving.pk}/depart/"
    shown = browser.post(path, hidden(browser.get(path), leaves_on="04/03/2024"))
    assert "se ferme dès que vous confirmez" in text_of(shown)
    leaving.refresh_from_db()
    assert leaving.state != "closed"

    page = browser.post(path, hidden(shown, leaves_on="04/03/2024", confirm="2024-03-04"))

    assert page.url == f"/espace/utilisateurs/{leaving.pk}/"
    leaving.refresh_from_db()
    assert (leaving.state, leaving.closes_on) == ("closed", date(2024, 3, 14))
    row = leaving.acts.get(kind="departure")
    assert (row.on, row.author) == (date(2024, 3, 4), director)
    said = text_of(browser.get(page.url))
    assert "Départ le 4 mars 2024, déclaré le 14 mars 2024" in said
    assert "l’accès est resté ouvert 10 jours après le départ" in said


def test_the_account_is_locked_and_the_portal_refuses_who_left(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    account = Account.objects.get(pk=leaving.account_id)
    assert account.state == "open"
    asked = (account.caisse, account.identifier, leaving.service)
    assert decide(*asked).permit

    declared(browsing(director), leaving, "04/03/2024")

    assert decide(*asked).code == "habilitation_closed"
    drain()
    account.refresh_from_db()
    assert account.state == "locked"


def test_a_confirmation_sent_twice_is_one_departure(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    path = f"/espace/utilisateurs/{leaving.pk}/depart/"
    sent = hidden(browser.get(path), leaves_on="04/03/2024", confirm="2024-03-04")
    assert [browser.post(path, sent).status_code for _ in range(2)] == [302, 302]
    assert leaving.acts.filter(kind="departure").count() == 1


def test_a_departure_to_come_closes_on_its_day_and_not_before(
    leaving: Habilitation, director: User, browsing: Browsing, house: Cast
) -> None:
    declared(browsing(director), leaving, "31/03/2024")
    leaving.refresh_from_db()
    assert (leaving.state, leaving.closes_on) == ("credentials_sent", date(2024, 3, 31))
    browser = browsing(director)
    assert "Fermera le 31 mars 2024" in text_of(browser.get(f"/espace/utilisateurs/{leaving.pk}/"))
    house.today("2024-03-31")
    assert "Accès fermé" in text_of(browser.get(f"/espace/utilisateurs/{leaving.pk}/"))


@pytest.mark.parametrize("day", ["20/03/2024", "15/04/2024"])
def test_an_announced_date_may_be_corrected_until_it_comes(
    leaving: Habilitation, director: User, browsing: Browsing, day: str
) -> None:
    browser = browsing(director)
    declared(browser, leaving, "31/03/2024")
    leaving.refresh_from_db()
    declared(browser, leaving, day)
    leaving.refresh_from_db()
    assert f"{leaving.closes_on:%d/%m/%Y}" == day
    assert leaving.acts.filter(kind="annulment").count() == 1


def test_a_departure_that_the_caisse_announced_is_not_the_partner_s_to_move(
    leaving: Habilitation, director: User, house: Cast, browsing: Browsing
) -> None:
    from access.services.user_life import report_departure

    report_departure(leaving, date(2024, 3, 31), house.clerk())
    page = declared(browsing(director), leaving, "15/04/2024")
    assert page.status_code == 422
    assert "Demandez-lui d’en corriger la date" in text_of(page)
    leaving.refresh_from_db()
    assert leaving.closes_on == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("15/01/2024", "ne date que du 1er février 2024"),
        ("31/12/2124", "trop lointain"),
        ("31/02/2024", "Écrivez une date comme"),
        ("", "Indiquez le jour"),
    ],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(
    leaving: Habilitation, director: User, browsing: Browsing, day: str, said: str
) -> None:
    browser = browsing(director)
    path = f"/espace/utilisateurs/{leaving.pk}/depart/"
    page = browser.post(path, hidden(browser.get(path), leaves_on=day))
    assert page.status_code == 422
    assert said in text_of(page)
    assert 'id="id_leaves_on_error"' in page.content.decode()
    assert not leaving.acts.filter(kind="departure").exists()


def test_a_page_that_is_not_up_to_date_is_a_conflict(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    page = declared(browser, leaving, "20/03/2024", seen_revision="0")
    assert page.status_code == 409
    assert f"/espace/utilisateurs/{leaving.pk}/" in page.content.decode()
    assert not leaving.acts.filter(kind="departure").exists()


@pytest.mark.parametrize("name", ["identifier", "seen_revision"])
@pytest.mark.parametrize("value", ["", "essai", "-1", "9" * 40])
def test_a_page_tampered_with_is_refused_and_never_an_error_of_ours(
    leaving: Habilitation, director: User, browsing: Browsing, name: str, value: str
) -> None:
    sent = {"leaves_on": "20/03/2024", "confirm": "2024-03-20", "seen_revision": "0"}
    sent |= {"identifier": "2f1c2a5e-9d0f-4a8e-8a55-0c6a3f0f4a11", name: value}
    page = browsing(director).post(f"/espace/utilisateurs/{leaving.pk}/depart/", sent)
    assert page.status_code == 422
    assert "Rechargez-la" in text_of(page)
    assert not leaving.acts.filter(kind="departure").exists()


def test_who_left_has_nothing_to_leave_and_may_be_replaced(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    declared(browser, leaving, "04/03/2024")
    said = text_of(browser.get(f"/espace/utilisateurs/{leaving.pk}/depart/"))
    assert "L’accès est fermé depuis le 14 mars 2024" in said
    page = browser.get(f"/espace/utilisateurs/{leaving.pk}/").content.decode()
    assert f"/espace/utilisateurs/{leaving.pk}/remplacement/" in page


@pytest.mark.parametrize("code", [PSU, RSACG])
def test_a_partner_of_any_type_may_declare_a_departure(
    cast: Callable[[str], Cast], browsing: Browsing, code: str
) -> None:
    house = cast(code)
    right, browser = house.named(), browsing(house.member())
    assert declared(browser, right, f"{clock.today():%d/%m/%Y}").status_code == 302
    right.refresh_from_db()
    assert right.close_cause == "departure"
