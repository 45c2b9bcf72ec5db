"""The users of a partner, as it sees them: their state in words, what to ask, whose they are."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.services.user_life import report_departure
from contracts.models import Partner
from forms_annexes.models import AccessRequest
from forms_annexes.services import changing_users, filling
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.using import (
    MON_ENFANT,
    PSU,
    QF,
    RSACG,
    Browsing,
    Cast,
    cast,
    happened,
    text_of,
)
from workflows.scopes import Scope

__all__ = ["cast"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Callable[[str], Cast]) -> Cast:
    return cast(RSACG)


def test_each_user_is_listed_with_its_state_in_words(house: Cast, browsing: Browsing) -> None:
    house.named("Agathe", profile="1")
    sent, active, suspended, leaving, gone = map(
        house.named, ("Basile", "Colette", "Denis", "Edwige", "Fulbert")
    )
    for right in (sent, active):
        happened(right, "credentials_sent")
    house.today("2024-02-05")
    happened(active, "last_login")
    happened(suspended, "user_suspended", reason_code="misuse")
    report_departure(leaving, date(2024, 2, 29), None)
    report_departure(gone, date(2024, 2, 5), None)

    page = browsing(house.member()).get(f"/espace/conventions/{house.convention.pk}/utilisateurs/")

    said = text_of(page)
    for words in (
        "Agathe Essai profil 1, Travailleurs sociaux des structures conventionnées Compte en créa",
        "Identifiants envoyés le 1er février 2024",
        "Compte ouvert La personne utilise le service. 01/02/2024 05/02/2024",
        "Suspendu La caisse a suspendu cet accès le 5 février 2024.",
        "Fermera le 29 février 2024",
        "Anciens utilisateurs (1)",
        "Accès fermé Depuis le 5 février 2024 : départ.",
    ):
        assert words in said, words
    assert said.index("Edwige") < said.index("Anciens utilisateurs") < said.index("Fulbert")


@pytest.mark.parametrize("name", ["", "utilisateurs/", "structures/"])
def test_a_page_costs_the_same_for_two_users_and_for_ten(
    cast: Callable[[str], Cast], browsing: Browsing, name: str
) -> None:
    """One of two has left: what may be asked again of whoever did is not looked up one by one."""
    house = cast(MON_ENFANT)
    site = house.site("Les Premiers Exemples")
    browser, path = browsing(house.member()), f"/espace/conventions/{house.convention.pk}/{name}"
    costs = []
    for wanted in (2, 10):
        while (made := house.convention.habilitations.count()) < wanted:
            scope = Scope(establishments=(str(site.pk),))
            right = house.named(f"Agent{made}", site=site, scope=scope)
            if made % 2:
                report_departure(right, date(2024, 2, 1), None)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_every_page_tells_the_same_of_a_user(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    right = house.named("Agathe", site=house.site("Les Premiers Exemples"))
    happened(right, "credentials_sent")
    happened(right, "last_login")
    browser = browsing(house.member())
    for page in ("", "utilisateurs/", "structures/"):
        said = text_of(browser.get(f"/espace/conventions/{house.convention.pk}/{page}"))
        assert "Compte ouvert" in said, page
    assert "Compte ouvert" in text_of(browser.get(f"/espace/utilisateurs/{right.pk}/"))


def test_a_user_s_page_tells_its_life_in_words(house: Cast, browsing: Browsing) -> None:
    right = house.named(profile="2")
    happened(right, "credentials_sent")
    house.today("2024-02-05")
    happened(right, "last_login")
    house.today("2024-02-20")
    happened(right, "profile_changed", profile="5")
    report_departure(right, date(2024, 3, 1), None)

    said = text_of(browsing(house.member()).get(f"/espace/utilisateurs/{right.pk}/"))

    told = said[said.index("Ce qui s’est passé") :]
    order = [
        "Accès accordé par la caisse : profil 2, Services instructeurs.",
        "Identifiants envoyés.",
        "Première connexion.",
        "Nouveau profil : profil 5, Agents des départements en charge du contentieux RSA.",
        "Départ annoncé, déclaré le 20 février 2024.",
        "L’accès se fermera : départ.",
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places)


def test_what_may_not_be_asked_is_explained(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    house.caisse.departments = ["60"]
    house.caisse.save()
    right, browser = house.named(), browsing(house.member())
    said = text_of(browser.get(f"/espace/utilisateurs/{right.pk}/"))
    reason = "Cette convention ne distingue ni profil ni territoire"
    assert reason in said
    path = f"/espace/utilisateurs/{right.pk}/modification/"
    assert reason in text_of(browser.get(path))
    assert browser.post(path, {}).status_code == 422


def test_a_request_under_way_stands_in_the_way_of_another(house: Cast, browsing: Browsing) -> None:
    right, director = house.named(profile="1"), house.member()
    asked = changing_users.ask_modification(right, director, profile="2")
    filling.send(asked, director)
    browser = browsing(director)
    said = text_of(browser.get(f"/espace/utilisateurs/{right.pk}/"))
    assert f"La demande {asked.number} , qui concerne" in said
    refused = browser.post(f"/espace/utilisateurs/{right.pk}/modification/", {"profile": "3"})
    assert refused.status_code == 422
    assert asked.number in text_of(refused)


def test_who_answers_for_one_structure_sees_its_users_only(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    mine, other = house.site("Les Premiers Exemples"), house.site("Les Seconds Exemples")
    seen, hidden, general = (
        house.named("Agathe", site=mine),
        house.named("Basile", site=other),
        house.named("Colette"),
    )
    browser = browsing(house.member(site=mine))
    for page in ("", "utilisateurs/", "utilisateurs/retrait/", "structures/"):
        said = text_of(browser.get(f"/espace/conventions/{house.convention.pk}/{page}"))
        assert "Agathe" in said, page
        assert "Basile" not in said, page
        assert "Colette" not in said, page
    assert "1 personne habilitée " in text_of(browser.get("/espace/"))
    whole = browsing(house.member("siege@partenaire.example"))
    assert "3 personnes habilitées " in text_of(whole.get("/espace/"))
    assert browser.get(f"/espace/utilisateurs/{seen.pk}/").status_code == 200
    for right in (hidden, general):
        assert browser.get(f"/espace/utilisateurs/{right.pk}/").status_code == 404
        assert browser.get(f"/espace/utilisateurs/{right.pk}/depart/").status_code == 404
    ticked = {"users": [str(hidden.pk)], "leaves_on": "01/02/2024"}
    page = browser.post(f"/espace/conventions/{house.convention.pk}/utilisateurs/retrait/", ticked)
    assert page.status_code == 422
    hidden.refresh_from_db()
    assert hidden.state == "granted"


PAGES = ("", "depart/", "remplacement/", "modification/", "retrait/", "perte/", "nouvel-acces/")


def test_nobody_learns_of_another_partner_s_users(house: Cast, browsing: Browsing) -> None:
    right = house.named()
    stranger = Partner.objects.create(name="Association d’à côté", kind="association")
    strangers = [a_member("direction@autre.example", stranger), house.clerk()]
    for user in strangers:
        browser = browsing(user)
        for key in (right.pk, right.pk + 1, 10**30):
            for page in PAGES:
                path = f"/espace/utilisateurs/{key}/{page}"
                answers = {browser.get(path).status_code, browser.post(path).status_code}
                assert answers <= {404, 405}, path
        for page in ("", "retrait/"):
            path = f"/espace/conventions/{house.convention.pk}/utilisateurs/{page}"
            assert browser.get(path).status_code == 404


def test_nothing_is_shown_to_whoever_has_not_signed_in(house: Cast, client: object) -> None:
    right = house.named()
    for page in PAGES[:-1]:
        answer = client.get(f"/espace/utilisateurs/{right.pk}/{page}")  # type: ignore[attr-defined]
        assert answer.status_code == 302
        assert "Essai" not in answer.content.decode()


def test_a_structure_reads_no_request_about_the_partner_as_a_whole_but_its_own(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(QF)
    common = filling.start(house.convention, house.member())
    of_structure = house.member("structure@partenaire.example", house.site("Les Exemples"))
    browser, page = browsing(of_structure), f"/espace/demandes/{common.pk}/"
    assert browser.get(page, follow=True).status_code == 404
    AccessRequest.objects.filter(pk=common.pk).update(created_by=of_structure)
    assert browser.get(page, follow=True).status_code == 200


def test_the_named_users_are_read_at_once_with_the_rights_they_replace(house: Cast) -> None:
    rights = [house.named(name) for name in ("Agathe", "Basile", "Colette")]
    (request,) = changing_users.ask_removal(
        house.convention, rights, date(2024, 3, 31), house.member()
    )
    with CaptureQueriesContext(connection) as queries:
        assert [user.replaces for user in request.named_users] == rights
    assert len(queries) == 1
