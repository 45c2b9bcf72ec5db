"""The first page: what waits for this person today, counted as the lists count it."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from contracts.models import (
    Agent,
    Caisse,
    Convention,
    Partner,
    PartnerMembership,
    Person,
    Power,
    User,
    UserScope,
)
from tests.desk.pages import words
from tests.portfolio import record

Open = Callable[..., Convention]
Move = Callable[[str], None]

pytestmark = pytest.mark.django_db


def scope(user: User, caisse: Caisse, role: str = "back_office_agent", **fields: Any) -> UserScope:
    wanted = {"role": role, "first_day": date(2024, 1, 1)} | fields
    return UserScope.objects.create(user=user, caisse=caisse, **wanted)


@pytest.fixture
def desk(client: Client, agent: User, caisse: Caisse) -> Callable[..., Client]:
    """Somebody of the caisse, in a role, signed in."""

    def in_role(role: str) -> Client:
        scope(agent, caisse, role)
        client.force_login(agent)
        return client

    return in_role


def cards(client: Client) -> dict[str, tuple[int, str]]:
    """Title to number and address, as the page shows them."""
    html = unescape(client.get("/").content.decode())
    found = re.findall(
        r'<a href="([^"]+)">\s*<span class="waiting-title">(.*?)</span>\s*'
        r'<span class="waiting-number figures">(\d+)</span>',
        html,
    )
    return {title: (int(number), link) for link, title, number in found}


def grey_zone(convention: Convention, today: Move) -> None:
    today("2024-10-16")
    common = {"letter": "1", "by": "partner", "form": "registered_letter"}
    record(convention, "notice", "2024-10-15", **common)
    record(convention, "letter_posted", "2024-10-15", letter="1")


# Who arrives.


def test_nobody_signed_in_is_asked_who_they_are(client: Client) -> None:
    assert client.get("/")["Location"] == "/connexion/?next=/"


def test_a_partner_s_person_is_led_to_their_own_space(
    client: Client, agent: User, partner: Partner, today: Move
) -> None:
    today("2024-02-01")
    PartnerMembership.objects.create(
        user=agent, partner=partner, role="director", first_day=date(2024, 1, 1)
    )
    client.force_login(agent)
    assert client.get("/")["Location"] == "/espace/"


def test_who_has_no_role_any_more_is_told_what_to_do(
    client: Client, agent: User, caisse: Caisse, today: Move
) -> None:
    today("2024-02-01")
    agent.set_password("un mot de passe")
    agent.save()
    scope(agent, caisse, last_day=date(2024, 1, 31))
    client.force_login(agent)
    page = words(client.get("/"))
    assert "Vous n’avez pas de rôle dans une caisse aujourd’hui" in page
    assert cards(client) == {}


# What waits, by role.


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("back_office_agent", {"Dénonciations", "Demandes"}),
        ("legal_officer", {"Questions", "Dénonciations", "Demandes"}),
        ("director", {"Questions", "Dénonciations", "Demandes"}),
        ("dpo", {"CNIL"}),
        ("auditor", set()),
        ("administrator", set()),
    ],
)
def test_a_card_is_shown_to_who_can_act_on_it(
    desk: Callable[..., Client], convention: Convention, role: str, titles: set[str]
) -> None:
    assert set(cards(desk(role))) == titles


def test_the_accounts_wait_for_who_is_empowered_by_name(
    desk: Callable[..., Client], agent: User, caisse: Caisse, convention: Convention
) -> None:
    person = Person.objects.create(last_name="Agent")
    registrar = Agent.objects.create(caisse=caisse, person=person, user=agent, title="Agent")
    Power.objects.create(
        agent=registrar,
        kind="register_accounts",
        first_day=date(2024, 1, 1),
        last_day=date(2024, 2, 1),
        delegation_reference="Décision fictive",
    )
    assert cards(desk("back_office_agent"))["Comptes"] == (0, "/comptes/")


def test_a_question_is_counted_and_its_list_shows_it(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    grey_zone(convention, today)
    client = desk("legal_officer")
    number, link = cards(client)["Questions"]
    assert number == 1
    assert convention.number in words(client.get(link))


def test_what_the_sweep_set_aside_is_counted_and_its_list_and_its_page_show_it(
    desk: Callable[..., Client], convention: Convention, draft: Open, today: Move
) -> None:
    today("2024-02-01")
    other = draft()
    client = desk("legal_officer")
    assert "Mises de côté" not in cards(client)
    Convention.objects.filter(pk=convention.pk).update(
        sweep_error="JournalDisagrees : Le calcul ne retrouve plus une étape."
    )
    number, link = cards(client)["Mises de côté"]
    assert number == 1
    listed = words(client.get(link))
    assert convention.number in listed
    assert other.number not in listed
    page = words(client.get(f"/conventions/{convention.pk}/"))
    assert "Le calcul ne retrouve plus une étape." in page


def test_what_has_to_be_posted_this_week_is_counted_as_its_list_shows_it(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    client = desk("back_office_agent")
    # The limit of 14 October 2024 is a Monday.
    today("2024-10-13")
    assert cards(client)["Dénonciations"][0] == 0
    today("2024-10-14")
    number, link = cards(client)["Dénonciations"]
    assert number == 1
    listed = words(client.get(link))
    assert "1 échéance à partir" in listed
    assert convention.number in listed


def test_a_delay_that_runs_is_counted_and_its_list_shows_it(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    client = desk("back_office_agent")
    today("2024-03-01")
    assert "Délais en cours" not in cards(client)
    common = {"letter": "1", "by": "caisse", "form": "registered_letter"}
    record(convention, "formal_notice", "2024-03-01", **common)
    record(convention, "letter_posted", "2024-03-01", letter="1")
    record(convention, "letter_presented", "2024-03-01", letter="1")
    record(convention, "letter_delivered", "2024-03-01", letter="1")
    number, link = cards(client)["Délais en cours"]
    assert number == 1
    assert "1 échéance à partir" in words(client.get(link))


def test_what_was_recorded_since_yesterday_is_told(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    client = desk("auditor")
    today("2024-02-02")
    assert "Ce qui a changé depuis hier" in words(client.get("/"))
    today("2024-02-03")
    assert "Ce qui a changé depuis hier" not in words(client.get("/"))


def test_the_question_of_another_caisse_is_not_counted(
    desk: Callable[..., Client], agent: User, draft: Open, convention: Convention, today: Move
) -> None:
    grey_zone(convention, today)
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    client = desk("back_office_agent")
    scope(agent, other, "legal_officer")
    number, link = cards(client)["Questions"]
    assert number == 0
    assert link == "/questions/?caisse=AUTRE"
    assert convention.number not in words(client.get(link))


def test_the_declarations_awaited_are_counted_until_they_are_made(
    desk: Callable[..., Client], draft: Open, today: Move
) -> None:
    today("2024-02-01")
    waiting, signed, declared = draft(), draft(), draft()
    for party in ("partner", "caisse"):
        record(signed, "signature", "2024-02-01", party=party)
    record(declared, "cnil", "2024-02-01", basis="transmission", reference="T-1")
    client = desk("dpo")
    number, link = cards(client)["CNIL"]
    assert number == 2
    assert "2 conventions sans déclaration, dont 1 déjà signée" in words(client.get("/"))
    listed = words(client.get(link))
    assert waiting.number in listed
    assert signed.number in listed
    assert declared.number not in listed
    made = declared.acts.get()
    record(declared, "annulment", "2024-02-01", of=made.identifier, reason="Erreur de dossier.")
    assert cards(client)["CNIL"][0] == 3


# The nearest deadlines.


def test_the_nearest_limits_come_first_with_the_way_to_their_explanation(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    today("2024-10-01")
    client = desk("auditor")
    page = words(client.get("/"))
    assert "lundi 14 octobre 2024 dans 13 jours Dernier jour d’envoi d’une dénonciation" in page
    html = unescape(client.get("/").content.decode())
    explained = re.search(r'href="(/echeances/\?pourquoi=[\d_]+)#', html)
    assert explained is not None
    assert "14 octobre 2024 + 3 mois = 14 janvier 2025" in words(client.get(explained[1]))
    days = re.findall(r'<h3>\s*<time datetime="([\d-]+)"', html)
    assert days == sorted(days)
    assert all("2024-10-01" <= day <= "2024-12-30" for day in days)


def test_the_advised_day_is_not_told_beside_the_limit_of_the_same_day(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    # Three months before 14 January: both fall on 14 October.
    today("2024-10-01")
    page = words(desk("auditor").get("/"))
    assert page.count("lundi 14 octobre 2024") == 1
    assert "Dernier jour conseillé" not in page


def test_a_limit_is_shown_from_ninety_days_before(
    desk: Callable[..., Client], convention: Convention, today: Move
) -> None:
    client = desk("auditor")
    today("2024-07-01")
    assert "Aucune limite dans les 90 jours" in words(client.get("/"))
    today("2024-08-01")
    assert "14 octobre 2024" in words(client.get("/"))


def test_the_limits_of_another_caisse_are_not_shown(
    client: Client, agent: User, convention: Convention, today: Move
) -> None:
    today("2024-10-01")
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    scope(agent, other)
    client.force_login(agent)
    assert convention.number not in words(client.get("/"))
