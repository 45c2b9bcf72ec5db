"""The list of conventions: its facets, their numbers, and its pages."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, User
from desk.portfolio import counting, paging
from tests.desk.pages import in_role, words
from tests.portfolio import YEARLY, record

Open = Callable[..., Convention]
Move = Callable[[str], None]

pytestmark = pytest.mark.django_db

LIST = "/conventions/"


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


def signed(convention: Convention, on: str) -> Convention:
    record(convention, "cnil", on, basis="not_applicable", reference="R")
    for party in ("partner", "caisse"):
        record(convention, "signature", on, party=party)
    return convention


def shown(client: Client, query: str = "") -> list[str]:
    """The numbers of the conventions of a page, in its order."""
    html = client.get(f"{LIST}{query}").content.decode()
    return [unescape(found) for found in re.findall(r'conventions/\d+/">([^<]+)</a>', html)]


def pages(client: Client, first: str, rel: str) -> list[list[str]]:
    """A page and all those that its links lead to, one after the other."""
    found, address = [], first
    while True:
        html = client.get(f"{LIST}{address}").content.decode()
        found.append(shown(client, address))
        link = re.search(rf'rel="{rel}" href="([^"]+)"', html)
        if link is None:
            return found
        address = unescape(link[1])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("service={service}", {"VIGUEUR", "BROUILLON"}),
        ("prochain=aucune", {"BROUILLON"}),
        ("prochain=365", {"VIGUEUR"}),
        ("prochain=30", set()),
        ("terme=365", {"VIGUEUR"}),
        ("terme=90", set()),
        ("version=aucune", {"BROUILLON"}),
        (f"version={YEARLY}:1", {"VIGUEUR"}),
        ("piece=copie", {"VIGUEUR"}),
        ("piece=cnil", {"BROUILLON"}),
        ("etat=active&terme=365&service={service}", {"VIGUEUR"}),
        ("etat=draft&terme=365&service={service}", set()),
    ],
)
def test_each_facet_narrows_the_list(
    clerk: Client, draft: Open, today: Move, query: str, found: set[str]
) -> None:
    today("2024-02-01")
    draft(number="BROUILLON")
    live = signed(draft(number="VIGUEUR"), "2024-01-15")
    assert live.pinned is not None
    assert live.pinned.version == 1
    query = query.format(service=live.rules.services[0].code)
    assert set(shown(clerk, f"?{query}")) == found


def test_the_filters_in_use_are_words_each_with_the_way_to_take_it_off(
    clerk: Client, convention: Convention
) -> None:
    answer = clerk.get(f"{LIST}?q=essai&etat=active&terme=365&col=siren")
    page = words(answer)
    assert "Recherche : essai retirer" in page
    assert "État : En vigueur retirer" in page
    assert "Fin de la période : Dans les 12 mois retirer" in page
    html = answer.content.decode()
    assert 'href="/conventions/?q=essai&amp;terme=365&amp;col=siren"' in html


def test_each_choice_says_how_many_it_would_leave(
    clerk: Client, convention: Convention, draft: Open
) -> None:
    draft(number="B-1")
    draft(number="B-2")
    page = words(clerk.get(LIST))
    assert "3 conventions," in page
    assert "Brouillon (2)" in page
    assert "En vigueur (1)" in page
    narrowed = words(clerk.get(f"{LIST}?etat=draft"))
    assert "2 conventions," in narrowed
    assert "En vigueur (" not in narrowed


def test_numbers_that_would_not_be_true_are_not_given(
    clerk: Client, draft: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    for number in range(3):
        draft(number=f"B-{number}")
    page = words(clerk.get(LIST))
    assert "Plus de 2 conventions" in page
    assert "Brouillon (" not in page


@pytest.mark.parametrize(
    "limits",
    [{}, {(counting, "MOST_COUNTED"): 2}],
    ids=["places sorted", "in the order of an index"],
)
def test_the_pages_follow_each_other_there_and_back_without_loss(
    clerk: Client,
    draft: Open,
    today: Move,
    monkeypatch: pytest.MonkeyPatch,
    limits: dict[tuple[Any, str], int],
) -> None:
    for (module, name), limit in limits.items():
        monkeypatch.setattr(module, name, limit)
    monkeypatch.setattr(paging, "ROWS_A_PAGE", 3)
    today("2024-02-01")
    for number in range(4):
        draft(number=f"SANS-{number}")
        signed(draft(number=f"AVEC-{number}"), f"2024-01-{15 + number // 2}")
    expected = [f"AVEC-{number}" for number in range(4)]
    expected += [f"SANS-{number}" for number in range(4)]
    there = pages(clerk, "", "next")
    assert [len(page) for page in there] == [3, 3, 2]
    assert [number for page in there for number in page] == expected
    last = Convention.objects.get(number="SANS-3").pk
    assert Convention.objects.filter(next_change_on=date(2025, 1, 15)).count() == 2
    back = pages(clerk, f"?avant=.{last}", "prev")
    assert [number for page in reversed(back) for number in page] == expected[:-1]


def test_the_columns_are_chosen(clerk: Client, convention: Convention) -> None:
    page = words(clerk.get(f"{LIST}?col=siren&col=modele&col=inconnue"))
    assert "214202798" in page
    assert f"{convention.rules.title} version 1" in page
    assert "Période suivante" not in page
    assert "Période suivante" in words(clerk.get(f"{LIST}?col=inconnue"))
