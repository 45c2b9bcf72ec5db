"""Credentials lost or stolen, told by the partner at any hour."""

from collections.abc import Callable
from datetime import date

import pytest

from access.models import Renewal
from forms_annexes.models import AccessRequest
from tests.forms_annexes.using import (
    MON_ENFANT,
    PSU,
    RSACG,
    Browsing,
    Cast,
    cast,
    friday_night,
    happened,
    hidden,
    text_of,
)

__all__ = ["cast"]

pytestmark = pytest.mark.django_db


def test_told_on_a_friday_night_the_access_closes_at_once_and_a_new_one_is_asked_for(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(RSACG)
    right, director = house.named(profile="1"), house.member()
    friday_night("2024-03-15")
    browser = browsing(director)
    path = f"/espace/utilisateurs/{right.pk}/perte/"
    shown = browser.get(path)
    assert "se ferme aussitôt, même la nuit ou le week-end" in text_of(shown)
    page = browser.post(path, hidden(shown, circumstance="theft", on="15/03/2024"), follow=True)
    right.refresh_from_db()
    assert (right.state, right.close_cause) == ("closed", "credentials_lost")
    assert right.closes_on == date(2024, 3, 15)
    row = right.acts.get(kind="credentials_lost")
    assert (row.author, row.payload["circumstance"]) == (director, "theft")
    said = text_of(page)
    assert "Et maintenant ?" in said
    assert "Identifiants déclarés volés, le 15 mars 2024." in said

    asked = browser.post(f"/espace/utilisateurs/{right.pk}/nouvel-acces/")

    request = AccessRequest.objects.get()
    assert asked.url == f"/espace/demandes/{request.pk}/etape/1/"
    user = request.users.get()
    assert (user.get_full_name(), user.email) == ("Camille Essai", "camille@partenaire.example")
    assert user.answers["user.profile"].replace("\xa0", " ").startswith("Profil 1 :")
    assert (request.kind, user.replaces) == ("create", None)


def test_the_same_page_sent_twice_is_one_loss(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    right, browser = house.named(), browsing(house.member())
    path = f"/espace/utilisateurs/{right.pk}/perte/"
    sent = hidden(browser.get(path), circumstance="loss", on="01/02/2024")
    assert [browser.post(path, sent).status_code for _ in range(2)] == [302, 302]
    assert right.acts.filter(kind="credentials_lost").count() == 1


def test_no_page_is_too_old_to_declare_a_loss(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    right, browser = house.named(), browsing(house.member())
    path = f"/espace/utilisateurs/{right.pk}/perte/"
    sent = hidden(browser.get(path), circumstance="theft", on="01/02/2024")
    happened(right, "credentials_sent")
    assert browser.post(path, sent).status_code == 302
    right.refresh_from_db()
    assert right.state == "closed"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"circumstance": "loss", "on": "02/02/2024"}, "Ce jour est à venir"),
        ({"circumstance": "loss", "on": "01/01/2024"}, "ne date que du 1er février 2024"),
        ({"on": "01/02/2024"}, "Dites s’ils sont perdus ou volés"),
        ({"circumstance": "fire", "on": "hier"}, "Écrivez une date comme"),
    ],
)
def test_what_cannot_be_is_refused_and_closes_nothing(
    cast: Callable[[str], Cast], browsing: Browsing, sent: dict[str, str], said: str
) -> None:
    house = cast(PSU)
    right, browser = house.named(), browsing(house.member())
    path = f"/espace/utilisateurs/{right.pk}/perte/"
    page = browser.post(path, hidden(browser.get(path), **sent))
    assert page.status_code == 422
    assert said in text_of(page)
    assert not right.acts.filter(kind="credentials_lost").exists()


def test_where_users_help_themselves_the_access_goes_on_with_another_password(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(MON_ENFANT)
    right, browser = house.named(), browsing(house.member())
    path = f"/espace/utilisateurs/{right.pk}/perte/"
    shown = browser.get(path)
    assert "L’accès continue" in text_of(shown)
    page = browser.post(path, hidden(shown, circumstance="theft", on="01/02/2024"), follow=True)
    assert "Le mot de passe de Camille Essai ne sert plus" in text_of(page)
    right.refresh_from_db()
    assert right.state == "granted"
    assert right.acts.filter(kind="credentials_lost").count() == 1
    assert Renewal.objects.count() <= 1
