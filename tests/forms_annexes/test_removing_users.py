"""Users removed by the form of the rules where they have one, by a plain request elsewhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from access.models import Habilitation
from access.services.user_life import report_departure
from contracts.models import User
from forms_annexes.models import AccessRequest
from forms_annexes.services import changing_users, filling, instructing
from forms_annexes.services.sheets import pdf_of
from tests.documents import pdf_text
from tests.forms_annexes.using import (
    PSU,
    QF,
    RSACG,
    Browsing,
    Cast,
    asked_for,
    cast,
    fresh,
    text_of,
)

__all__ = ["cast"]

pytestmark = pytest.mark.django_db

KNOWN = {
    "title": "Mme",
    "service": "Insertion",
    "service_address": "12 boulevard des Exemples",
    "duties": "Assistante de service social",
}


@pytest.fixture
def house(cast: Callable[[str], Cast]) -> Cast:
    return cast(RSACG)


@pytest.fixture
def director(house: Cast) -> User:
    return house.member()


@pytest.fixture
def three(house: Cast) -> list[Habilitation]:
    """Agathe and Basile of whom everything is known, Colette of whom nothing is."""
    rights = [house.named(name, profile="1") for name in ("Agathe", "Basile", "Colette")]
    for right in rights[:2]:
        asked_for(right, **KNOWN)
    return rights


def ticked(browser: Any, house: Cast, rights: list[Habilitation], day: str, **more: str) -> Any:
    path = f"/espace/conventions/{house.convention.pk}/utilisateurs/retrait/"
    return browser.post(path, {"users": [r.pk for r in rights], "leaves_on": day} | more)


def test_several_users_ticked_in_the_list_fill_the_removal_form(
    three: list[Habilitation], director: User, house: Cast, browsing: Browsing
) -> None:
    browser = browsing(director)
    page = ticked(browser, house, three, "31/03/2024")
    request = AccessRequest.objects.get(kind="remove")
    assert request.form_code == "suppression-habilitation"
    assert page.url == f"/espace/demandes/{request.pk}/personnes/"
    third = request.users.get(position=3)
    empty = browser.post(page.url, fresh(request))
    assert empty.status_code == 422
    assert f'id="id_personne-{third.pk}-user_title_error"' in empty.content.decode()
    given = {}
    for user in request.users.all():
        for name, value in KNOWN.items():
            given[f"personne-{user.pk}-user_{name}"] = value
        profile = str(user.answers["user.profile"])
        given[f"personne-{user.pk}-user_profile"] = profile
    completed = browser.post(page.url, given | fresh(request))
    assert completed.url == f"/espace/demandes/{request.pk}/etape/1/", text_of(completed)
    dated = {
        "requester_name": "Département d’Essai",
        "requester_address": "1 rue de l’Essai",
        "requester_dated_on": "01/02/2024",
    }
    summary = browser.post(completed.url, dated | fresh(request))
    assert summary.url == f"/espace/demandes/{request.pk}/recapitulatif/"
    assert browser.post(summary.url, fresh(request)).status_code == 302
    text = pdf_text(pdf_of(AccessRequest.objects.get(pk=request.pk))).replace("\xa0", " ")
    assert "Coordonnées des agents à déshabiliter (3)" in text
    assert "Agathe Essai : Retrait de l’accès le 31 mars 2024" in text

    house.today("2024-03-20")
    instructing.accept(request, house.clerk())

    for right in three:
        right.refresh_from_db()
        assert (right.state, right.closes_on) == ("granted", date(2024, 3, 31))
        assert right.acts.filter(kind="departure").count() == 1


def test_a_day_already_past_closes_at_once_and_the_form_follows(
    three: list[Habilitation], director: User, house: Cast, browsing: Browsing
) -> None:
    house.today("2024-02-10")
    browser, leaving = browsing(director), three[:2]
    shown = ticked(browser, house, leaving, "05/02/2024")
    assert "se ferme dès que vous confirmez" in text_of(shown)
    confirm = f"2024-02-05:{','.join(sorted(str(right.pk) for right in leaving))}"
    # Somebody ticked after the confirmation was shown is shown again first.
    more = ticked(browser, house, three, "05/02/2024", confirm=confirm)
    assert more.status_code == 200
    assert not AccessRequest.objects.filter(kind="remove").exists()
    ticked(browser, house, leaving, "05/02/2024", confirm=confirm)
    request = AccessRequest.objects.get(kind="remove")
    for right in leaving:
        right.refresh_from_db()
        assert (right.state, right.closes_on) == ("closed", date(2024, 2, 10))
    request.answers |= {"requester.dated_on": "2024-02-10"}
    request.save()
    filling.send(request, director)
    instructing.accept(request, house.clerk())
    assert AccessRequest.objects.get(pk=request.pk).status == "accepted"
    assert leaving[0].acts.filter(kind="departure").count() == 1


def test_who_left_by_another_way_meanwhile_is_a_clear_refusal(
    three: list[Habilitation], director: User, house: Cast
) -> None:
    (request,) = changing_users.ask_removal(
        house.convention, three[:1], date(2024, 3, 31), director
    )
    request.answers |= {"requester.dated_on": "2024-02-10"}
    request.save()
    filling.send(request, director)
    report_departure(three[0], date(2024, 2, 1), director)
    with pytest.raises(filling.RequestRefused, match="il n’y a plus rien à changer"):
        instructing.accept(request, house.clerk())


def test_a_form_for_one_user_is_filled_for_each(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(QF)
    rights = [house.named(name) for name in ("Agathe", "Basile")]
    browser = browsing(house.member())
    page = ticked(browser, house, rights, "31/03/2024")
    assert page.url == f"/espace/conventions/{house.convention.pk}/utilisateurs/"
    requests = AccessRequest.objects.filter(kind="remove")
    assert [one.users.count() for one in requests] == [1, 1]
    assert "2 demandes sont prêtes" in text_of(browser.get(page.url))


def test_without_a_form_a_plain_request_is_enough(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    first, second = house.site("Les Premiers Exemples"), house.site("Les Seconds Exemples")
    right, other = house.named(site=first), house.named("Basile", site=second)
    browser = browsing(house.member())
    page = ticked(browser, house, [right], "31/03/2024")
    request = AccessRequest.objects.get()
    assert (request.form_code, request.site) == ("", first)
    sent = browser.post(page.url, fresh(request), follow=True)
    assert "L’accès se ferme le 31 mars 2024" in text_of(sent)
    instructing.accept(request, house.clerk())
    right.refresh_from_db()
    other.refresh_from_db()
    assert (right.closes_on, other.closes_on) == (date(2024, 3, 31), None)


def test_nobody_ticked_or_no_day_is_said_beside_the_field(
    three: list[Habilitation], director: User, house: Cast, browsing: Browsing
) -> None:
    page = ticked(browsing(director), house, [], "demain")
    assert page.status_code == 422
    for words in ("Choisissez au moins une personne", "Écrivez une date comme 14/10/2026"):
        assert words in text_of(page)
    assert not AccessRequest.objects.filter(kind="remove").exists()
