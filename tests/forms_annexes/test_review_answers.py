"""The partner's own answer to the list of its users."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from access.models import Habilitation, UserReview
from access.services.habilitations import grant
from access.services.reviews import open_due_reviews
from contracts.models import (
    Caisse,
    Contact,
    Convention,
    Partner,
    PartnerMembership,
    Person,
    Site,
    User,
)
from tests.forms_annexes.test_declaration_pages import words
from workflows import clock

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]
Move = Callable[[str], None]


@pytest.fixture
def users(
    in_force: Convention, partner: Partner, today: Move, django_capture_on_commit_callbacks: Any
) -> list[Habilitation]:
    """Two users of a list sent on 1 February 2025; it is the 10th."""
    Caisse.objects.update(
        settings={"directory": "embedded", "user_review": {"every": "P1Y", "suspend_after": "P45D"}}
    )
    Contact.objects.create(
        partner=partner,
        person=Person.objects.create(last_name="Contact", email="contact@creche.example"),
        quality="Direction",
        first_day=date(2024, 1, 1),
    )
    in_force.refresh_from_db()
    service = in_force.rules.services[0].code
    found = []
    for name in ("Claude", "Dominique"):
        person = Person.objects.create(first_name=name, last_name="Essai")
        with django_capture_on_commit_callbacks(execute=True):
            found.append(grant(in_force, person, service, None, clock.today()))
    today("2025-02-01")
    assert open_due_reviews(clock.today()) == 1
    today("2025-02-10")
    return found


@pytest.fixture
def page(users: list[Habilitation], in_force: Convention) -> str:
    return f"/espace/conventions/{in_force.pk}/liste-des-utilisateurs/"


def answers(users: list[Habilitation], left_on: str = "20/01/2025") -> dict[str, Any]:
    stays, gone = users
    return {
        "review": UserReview.objects.get().pk,
        f"user_{stays.pk}": "stays",
        f"user_{gone.pk}": "left",
        f"left_{gone.pk}": left_on,
    }


def states(users: list[Habilitation]) -> list[str]:
    return [Habilitation.objects.get(pk=one.pk).state for one in users]


def test_the_partner_says_who_is_still_there_and_who_left_when(
    users: list[Habilitation],
    page: str,
    in_force: Convention,
    director: User,
    browsing: Browsing,
) -> None:
    browser = browsing(director)
    offered = browser.get(f"/espace/conventions/{in_force.pk}/declarer/").content.decode()
    assert page in offered
    asked = words(browser.get(page))
    assert "Claude Essai" in asked
    assert "Réponse attendue le 18 mars 2025" in asked
    assert "C’est une pratique de la caisse" in asked
    done = words(browser.post(page, answers(users), follow=True))
    assert "La liste est confirmée." in done
    assert "Claude Essai : garde son accès" in done
    departure = users[1].acts.get(kind="departure")
    assert departure.on == date(2025, 1, 20)
    assert states(users)[1] == "closed"
    assert states(users)[0] != "closed"
    review = UserReview.objects.get()
    assert (review.confirmed_on, review.confirmed_by) == (date(2025, 2, 10), director)


def test_a_second_answer_is_told_that_the_list_is_confirmed(
    users: list[Habilitation], page: str, director: User, browsing: Browsing
) -> None:
    browser, said = browsing(director), answers(users)
    assert browser.post(page, said).status_code == 302
    assert browser.post(page, said).status_code == 409


def test_an_answer_to_another_list_is_told_so(
    users: list[Habilitation], page: str, director: User, browsing: Browsing
) -> None:
    said = answers(users) | {"review": UserReview.objects.get().pk + 1}
    assert browsing(director).post(page, said).status_code == 409
    assert UserReview.objects.get().is_open


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"left": "11/02/2025"}, "Ce jour est à venir"),
        ({"left": ""}, "Dites depuis quel jour"),
        ({"left": "hier"}, "Écrivez une date comme"),
        ({"gone": ""}, "toujours en poste, ou parti"),
        ({"gone": "stays"}, "est-il en poste ou parti"),
    ],
)
def test_an_answer_that_does_not_hold_changes_nothing(
    users: list[Habilitation],
    page: str,
    director: User,
    browsing: Browsing,
    changed: dict[str, str],
    fault: str,
) -> None:
    said = answers(users)
    gone = users[1].pk
    names = {"left": f"left_{gone}", "gone": f"user_{gone}"}
    said |= {names[name]: value for name, value in changed.items()}
    refused = browsing(director).post(page, said)
    assert refused.status_code == 422
    assert fault in words(refused)
    assert UserReview.objects.get().is_open
    assert not users[1].acts.filter(kind="departure").exists()


def test_the_list_is_for_whoever_answers_for_the_whole_partner(
    users: list[Habilitation],
    page: str,
    partner: Partner,
    in_force: Convention,
    browsing: Browsing,
) -> None:
    site = Site.objects.create(partner=partner, name="Crèche Un")
    in_force.sites.add(site)
    user = User.objects.create_user("structure@creche.example")
    PartnerMembership.objects.create(
        user=user, partner=partner, site=site, role="director", first_day=clock.today()
    )
    assert browsing(user).get(page).status_code == 403
    assert browsing(user).post(page, answers(users)).status_code == 403


def test_without_a_list_the_page_says_that_nothing_is_awaited(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    page = f"/espace/conventions/{in_force.pk}/liste-des-utilisateurs/"
    assert "Aucune liste n’attend votre réponse." in words(browsing(director).get(page))
