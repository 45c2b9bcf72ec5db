"""One user leaves and another takes the place: two rights, never one identifier for both."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from access.models import Habilitation
from contracts.models import User
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling, instructing
from forms_annexes.services.departures import take_effect_today
from tests.forms_annexes.using import (
    RSACG,
    Browsing,
    Cast,
    asked_for,
    cast,
    text_of,
)
from workflows import clock
from workflows.effect_worker import drain

__all__ = ["cast"]

pytestmark = pytest.mark.django_db

PLACE = {"service": "Insertion", "service_address": "12 boulevard des Exemples"}
PERSON = {"title": "Mme", "duties": "Assistante de service social"}
SUCCESSOR = {
    "user.title": "M.",
    "user.first_name": "Sacha",
    "user.last_name": "Exemple",
    "user.duties": "Assistant de service social",
    "user.email": "sacha@partenaire.example",
}


@pytest.fixture
def house(cast: Callable[[str], Cast]) -> Cast:
    """A département whose accounts are held by each user, in the embedded directory."""
    made = cast(RSACG)
    made.caisse.settings = {"directory": "embedded", "third_parties_register": "elsewhere"}
    made.caisse.save()
    return made


@pytest.fixture
def director(house: Cast) -> User:
    return house.member()


@pytest.fixture
def leaving(house: Cast) -> Habilitation:
    """Somebody habilitated with profile 1, by a request that said where she works."""
    right = house.named(profile="1")
    asked_for(right, **PLACE, **PERSON)
    drain()
    house.today("2024-03-14")
    return right


def replaced(browser: Any, right: Habilitation, day: str, confirm: str = "") -> AccessRequest:
    path = f"/espace/utilisateurs/{right.pk}/remplacement/"
    page = browser.post(path, {"leaves_on": day, "confirm": confirm})
    assert page.status_code == 302, text_of(page)
    return AccessRequest.objects.get(kind="replace")


def completed(request: AccessRequest, director: User) -> AccessRequest:
    """Name the successor, and send."""
    known = request.users.get().answers
    dated = {
        "requester.name": "Département d’Essai",
        "requester.address": "1 rue de l’Essai",
        "requester.dated_on": "2024-03-14",
    }
    filling.answer(request, "requester", dated)
    filling.answer(request, "user", [known | SUCCESSOR])
    return filling.send(request, director)


def test_the_request_is_filled_with_the_place_and_never_with_the_person(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    request = replaced(browsing(director), leaving, "31/03/2024")
    user = request.users.get()
    assert (user.replaces, user.leaves_on) == (leaving, date(2024, 3, 31))
    assert user.answers.pop("user.profile").replace("\xa0", " ").startswith("Profil 1 :")
    assert user.answers == {f"user.{name}": value for name, value in PLACE.items()}
    assert (user.first_name, user.last_name, user.email) == ("", "", "")


def test_a_departure_already_past_takes_effect_before_anything_is_sent(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    path = f"/espace/utilisateurs/{leaving.pk}/remplacement/"
    shown = browser.post(path, {"leaves_on": "04/03/2024"})
    assert "se ferme dès que vous confirmez" in text_of(shown)
    assert not AccessRequest.objects.filter(kind="replace").exists()

    request = replaced(browser, leaving, "04/03/2024", confirm="2024-03-04")

    leaving.refresh_from_db()
    assert (request.status, leaving.state) == ("draft", "closed")
    assert leaving.acts.get(kind="departure").payload["request"] == request.users.get().reference


def test_the_acceptance_grants_the_new_right_and_records_the_departure(
    leaving: Habilitation, director: User, house: Cast, browsing: Browsing
) -> None:
    browser = browsing(director)
    request = completed(replaced(browser, leaving, "31/03/2024"), director)
    leaving.refresh_from_db()
    assert leaving.closes_on is None
    clerk = house.clerk()
    said = text_of(browsing(clerk).get(f"/demandes/{request.pk}/"))
    assert "Départ le 31 mars 2024" in said
    assert "Remplacé par Sacha Exemple" in said

    instructing.accept(request, clerk)

    leaving.refresh_from_db()
    new = Habilitation.objects.exclude(pk=leaving.pk).get()
    assert (leaving.state, leaving.closes_on) == ("granted", date(2024, 3, 31))
    assert (new.person.get_full_name(), new.profile, new.state) == ("Sacha Exemple", "1", "granted")
    drain()
    new.account.refresh_from_db()
    leaving.account.refresh_from_db()
    assert new.account_id != leaving.account_id
    assert new.account.identifier != leaving.account.identifier
    house.today("2024-03-31")
    said = text_of(browser.get(f"/espace/conventions/{house.convention.pk}/utilisateurs/"))
    assert "Anciens utilisateurs (1)" in said


def test_the_day_of_the_departure_does_not_wait_for_the_decision(
    leaving: Habilitation, director: User, house: Cast, browsing: Browsing
) -> None:
    request = completed(replaced(browsing(director), leaving, "31/03/2024"), director)
    house.today("2024-03-30")
    take_effect_today(clock.today())
    leaving.refresh_from_db()
    assert leaving.state == "granted"
    house.today("2024-03-31")
    for _ in range(2):
        take_effect_today(clock.today())
    leaving.refresh_from_db()
    assert (leaving.state, leaving.acts.filter(kind="departure").count()) == ("closed", 1)

    instructing.accept(request, house.clerk())

    assert leaving.acts.filter(kind="departure").count() == 1
    assert Habilitation.objects.filter(state="granted").count() == 1


def test_who_left_already_is_replaced_without_asking_the_day_again(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    from access.services.user_life import report_departure

    report_departure(leaving, date(2024, 3, 4), director)
    browser = browsing(director)
    page = browser.get(f"/espace/utilisateurs/{leaving.pk}/remplacement/")
    assert "au 4 mars 2024, est déjà déclaré" in text_of(page)
    request = replaced(browser, leaving, "")
    assert request.users.get().leaves_on == date(2024, 3, 4)
    assert leaving.acts.filter(kind="departure").count() == 1


def test_two_clicks_open_one_request(
    leaving: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    first = replaced(browser, leaving, "31/03/2024")
    again = replaced(browser, leaving, "30/03/2024")
    assert first.pk == again.pk
    assert again.users.get().leaves_on == date(2024, 3, 30)


def test_two_departures_open_two_requests(
    leaving: Habilitation, house: Cast, director: User, browsing: Browsing
) -> None:
    other = house.named("Basile", profile="2")
    browser = browsing(director)
    for right in (leaving, other):
        page = browser.post(
            f"/espace/utilisateurs/{right.pk}/remplacement/", {"leaves_on": "31/03/2024"}
        )
        assert page.status_code == 302
    requests = AccessRequest.objects.filter(kind="replace", status="draft")
    assert {user.replaces for one in requests for user in one.users.all()} == {leaving, other}
