"""The rulebooks at the desk: each rule beside its article, the states drawn, two versions."""

import re
from datetime import date

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, PublishedRulebook, User
from contracts.services.rulebooks import publish
from desk.rulebooks.diagram import drawn
from desk.rulebooks.moves import moves
from templates_conventions.catalogue import rulebook
from tests.desk.pages import in_role, somebody, words
from workflows.rulebook import Rulebook

pytestmark = pytest.mark.django_db

PATH = "/modeles/psu-msa-picardie/1/"


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


def second_version(first: PublishedRulebook) -> PublishedRulebook:
    later = Rulebook.model_validate(first.content | {"version": 2})
    return publish(later.amended({"notice.length": "P4M"}))[0]


def test_each_version_tells_who_signed_it_off_and_leads_to_the_conventions_under_it(
    clerk: Client, convention: Convention, yearly: PublishedRulebook, agent: User
) -> None:
    later = Rulebook.model_validate(yearly.content | {"version": 2})
    publish(later, signed_off_by=agent, signed_off_on=date(2024, 1, 31))
    page = clerk.get("/modeles/")
    read = words(page)
    assert "Version 1" in read
    assert "Pas encore validée 1 convention" in read
    assert "agent@caisse.example, le 31 janvier 2024 Aucune" in read
    listed = re.search(r'href="(/conventions/\?version=[^"]+)"', page.content.decode())
    assert listed
    assert convention.number in words(clerk.get(listed[1]))


def test_a_rule_stands_beside_the_text_of_its_article(
    clerk: Client, convention: Convention
) -> None:
    page = words(clerk.get(PATH))
    notice = page.split("4. Dénonciation")[-1].split("5. Inexécution")[0]
    assert "Préavis : 3 mois" in notice
    assert "Article 9-1, " in notice
    assert "lettre recommandée avec avis de réception" in notice


def test_the_states_are_those_that_the_rules_know() -> None:
    yearly = rulebook("psu-msa-picardie")
    without_breach = rulebook("mon-enfant-caf-pas-de-calais")
    told = {(move.name, move.source) for move in moves(yearly)}
    assert ("transmit_cnil", "signed") in told
    assert ("activate", "signed") not in told
    assert ("begin_termination", "active") in told
    # Its term is tacitly renewed without limit: nothing but a notice makes it expire.
    assert ("expire", "active") not in told

    others = {(move.name, move.source) for move in moves(without_breach)}
    assert ("activate", "signed") in others
    states = {state for move in moves(without_breach) for state in (move.source, move.target)}
    assert not {"cnil_transmitted", "termination_pending"} & states
    # The agreement of all parties ends it all the same.
    assert ("terminate", "active") in others


def test_every_arrow_of_the_drawing_is_a_line_of_its_table(
    clerk: Client, convention: Convention
) -> None:
    known = moves(rulebook("psu-msa-picardie"))
    numbers = [
        number
        for arrow in drawn(rulebook("psu-msa-picardie"), known).arrows
        for number in arrow.words.split(", ")
    ]
    assert sorted(map(int, numbers)) == list(range(1, len(known) + 1))
    page = words(clerk.get(PATH))
    assert "Dénonciation En vigueur Dénoncée, en vigueur jusqu’à l’échéance 9-1" in page


def test_two_versions_are_told_apart_rule_by_rule(
    clerk: Client, convention: Convention, yearly: PublishedRulebook
) -> None:
    second_version(yearly)
    assert "Voir ce qui diffère" in words(clerk.get(PATH))
    page = words(clerk.get("/modeles/psu-msa-picardie/comparaison/?avant=1&apres=2"))
    assert "1 règle qui diffère" in page
    assert "article 9-1 3 mois 4 mois" in page
    # The texts of the second version were never written.
    assert "seules les règles se comparent" in page
    assert "Le texte des articles n’est gardé que" in words(
        clerk.get("/modeles/psu-msa-picardie/2/")
    )


@pytest.mark.parametrize(
    "path",
    [
        "/modeles/inconnu/1/",
        "/modeles/psu-msa-picardie/99999999999999999999/",
        "/modeles/psu-msa-picardie/comparaison/",
        "/modeles/psu-msa-picardie/comparaison/?avant=1&apres=%00",
        "/modeles/psu-msa-picardie/comparaison/?avant=1&apres=9999999999999999999999",
        "/modeles/psu-msa-picardie/comparaison/?avant=-1&apres=1",
    ],
)
def test_a_version_that_is_none_does_not_exist(
    clerk: Client, convention: Convention, path: str
) -> None:
    assert clerk.get(path).status_code == 404


def test_rulebooks_are_for_the_staff_and_count_their_own_conventions(
    convention: Convention,
) -> None:
    elsewhere = somebody(Caisse.objects.create(code="AUTRE", name="Une autre"), "auditor")
    assert "1 convention" not in words(elsewhere.get("/modeles/"))
    nobody = Client()
    nobody.force_login(User.objects.create_user("partenaire@exemple.example"))
    for path in ("/modeles/", PATH, "/modeles/psu-msa-picardie/comparaison/?avant=1&apres=1"):
        assert nobody.get(path).status_code == 403
