"""Another profile or territory for who has a right: asked by the partner, decided by the caisse."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from access.models import Habilitation
from access.services.user_life import report_departure
from contracts.models import User
from forms_annexes.completeness import content_digest
from forms_annexes.models import AccessRequest
from forms_annexes.services import changing_users, filling, instructing
from forms_annexes.services.asked_changes import check_asked_changes
from forms_annexes.services.carrying_out import carry_out
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.sheets import pdf_of
from tests.documents import pdf_text
from tests.forms_annexes.using import QF, RSACG, Browsing, Cast, cast, fresh, text_of
from workflows.scopes import Scope

__all__ = ["cast"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Callable[[str], Cast]) -> Cast:
    return cast(RSACG)


@pytest.fixture
def director(house: Cast) -> User:
    return house.member()


@pytest.fixture
def worker(house: Cast) -> Habilitation:
    """A social worker of the Var, with profile 1."""
    return house.named(profile="1", scope=Scope(departement="83"))


def asked(browser: Any, right: Habilitation, **sent: str) -> Any:
    return browser.post(f"/espace/utilisateurs/{right.pk}/modification/", sent)


def test_where_the_text_has_no_form_the_screen_asks_and_the_caisse_accepts(
    worker: Habilitation, director: User, house: Cast, browsing: Browsing
) -> None:
    browser = browsing(director)
    page = asked(browser, worker, profile="5", departement="83", circonscription="83-02")
    request = AccessRequest.objects.get()
    assert page.url == f"/espace/demandes/{request.pk}/recapitulatif/"
    said = text_of(browser.get(page.url))
    assert "au lieu de « profil 1, Travailleurs sociaux" in said
    assert "« circonscription 83-02, département 83 », au lieu de « département 83 »" in said
    sent = browser.post(page.url, fresh(request), follow=True)
    assert "Le jour où la caisse accepte" in text_of(sent)
    worker.refresh_from_db()
    assert worker.profile == "1"
    desk = browsing(house.clerk())
    assert "profil 5" in text_of(desk.get(f"/demandes/{request.pk}/"))

    done = desk.post(f"/demandes/{request.pk}/acceptation/", fresh(request), follow=True)

    assert "est acceptée" in text_of(done)
    worker.refresh_from_db()
    assert worker.profile == "5"
    assert worker.scope == {"departement": "83", "circonscription": "83-02"}
    kinds = worker.acts.exclude(kind="granted").values_list("kind", "payload__request")
    reference = request.users.get().reference
    assert set(kinds) == {("profile_changed", reference), ("scope_changed", reference)}
    assert browser.get(f"/espace/demandes/{request.pk}/feuille/").status_code == 404


def test_what_was_accepted_is_carried_out_once_however_often_it_is_asked(
    worker: Habilitation, director: User, house: Cast
) -> None:
    request = changing_users.ask_modification(worker, director, profile="2")
    filling.send(request, director)
    clerk = house.clerk()
    instructing.accept(request, clerk)
    carry_out(AccessRequest.objects.get(), clerk)
    assert worker.acts.filter(kind="profile_changed").count() == 1


def test_who_left_meanwhile_cannot_be_changed_and_the_agent_is_told(
    worker: Habilitation, director: User, house: Cast, browsing: Browsing
) -> None:
    request = changing_users.ask_modification(worker, director, profile="2")
    filling.send(request, director)
    house.today("2024-02-10")
    report_departure(worker, date(2024, 2, 10), director)
    desk = browsing(house.clerk())
    assert "Cette personne n’a plus d’accès" in text_of(desk.get(f"/demandes/{request.pk}/"))
    page = desk.post(f"/demandes/{request.pk}/acceptation/", fresh(request))
    assert page.status_code == 422
    assert "n’a plus d’accès depuis le 10 février 2024" in text_of(page)
    assert AccessRequest.objects.get().status == "submitted"
    refused = {"reason": "gone", "note": ""} | fresh(request)
    assert desk.post(f"/demandes/{request.pk}/refus/", refused).status_code == 302
    assert AccessRequest.objects.get().status == "refused"
    assert not worker.acts.filter(kind="profile_changed").exists()


def test_a_row_refused_by_the_rules_since_is_a_clear_refusal(
    worker: Habilitation, director: User, house: Cast
) -> None:
    request = changing_users.ask_modification(worker, director, scope=Scope(departement="84"))
    filling.send(request, director)
    house.caisse.departments = ["83"]
    house.caisse.save()
    with pytest.raises(RequestRefused, match="Le département 84 n’est pas de ceux"):
        instructing.accept(request, house.clerk())
    assert AccessRequest.objects.get().status == "submitted"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"profile": "1", "departement": "83"}, "Rien ne change"),
        ({"profile": "7", "departement": "83"}, "7"),
        ({"profile": "1", "departement": "75"}, "75"),
        ({"profile": "1", "circonscription": "02"}, "circonscription sans son département"),
        ({"departement": "83"}, "Répondez à « Profil »"),
        (
            {"profile": "1", "departement": "83", "circonscription": "2 95 10 99 126 111 93"},
            "sécurité sociale",
        ),
    ],
)
def test_what_the_rules_do_not_offer_is_refused_and_opens_nothing(
    worker: Habilitation, director: User, browsing: Browsing, sent: dict[str, str], said: str
) -> None:
    page = asked(browsing(director), worker, **sent)
    assert page.status_code == 422
    assert said in text_of(page)
    assert not AccessRequest.objects.exists()


def test_asked_twice_before_it_is_sent_it_is_one_request(
    worker: Habilitation, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    asked(browser, worker, profile="2", departement="83")
    asked(browser, worker, profile="3", departement="83")
    assert AccessRequest.objects.get().users.get().new_profile == "3"


def test_two_requests_about_one_right_are_not_instructed_at_once(
    worker: Habilitation, director: User, house: Cast
) -> None:
    change = changing_users.ask_modification(worker, director, profile="2")
    (removal,) = changing_users.ask_removal(house.convention, [worker], date(2024, 3, 31), director)
    filling.send(change, director)
    with pytest.raises(RequestRefused, match=change.number):
        check_asked_changes(removal)


def test_where_the_rules_have_a_form_it_is_that_form_and_says_what_changes(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(QF)
    right, director = house.named(), house.member()
    page = asked(browsing(director), right, departement="84")
    request = AccessRequest.objects.get()
    assert page.url == f"/espace/demandes/{request.pk}/etape/1/"
    assert request.form_code == house.convention.rules.habilitation.forms[0].code
    text = pdf_text(pdf_of(request)).replace("\xa0", " ")
    assert "Modifier un utilisateur" in text
    assert "« département 84 », au lieu de « tout le territoire du service »" in text
    signed = content_digest(request)
    request.users.update(new_scope={"departement": "83"})
    assert content_digest(request) != signed
