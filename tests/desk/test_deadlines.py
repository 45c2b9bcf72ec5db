"""The deadlines of the portfolio: what is listed is counted, and each date says why."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, User, UserScope
from contracts.services.rulebooks import publish
from desk.deadlines import views
from templates_conventions.catalogue import rulebook
from tests.desk.pages import in_role, words
from tests.portfolio import record

Open = Callable[..., Convention]
Move = Callable[[str], None]

OTHER_SERVICE = "qf-msa-ardeche-drome-loire"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(agent: User, caisse: Caisse, client: Client) -> Client:
    return in_role(agent, caisse, "auditor", client)


def sign(convention: Convention, day: str) -> Convention:
    record(convention, "cnil", day, basis="transmission", reference="T")
    for party in ("partner", "caisse"):
        record(convention, "signature", day, party=party)
    return convention


def listed(client: Client, query: str = "") -> list[tuple[str, str]]:
    """The day by which the list goes, and the title, of each line of a page."""
    html = unescape(client.get(f"/echeances/{query}").content.decode())
    return re.findall(
        r'<th scope="row"><time datetime="([\d-]+)".*?<td data-label="Échéance">\s*(.*?)\s*<',
        html,
        re.DOTALL,
    )


def total(client: Client, query: str = "") -> int:
    """The number that the list says it has."""
    found = re.search(r"(\d+) échéances? à partir", words(client.get(f"/echeances/{query}")))
    return int(found[1]) if found else 0


LIMIT, END = "Dernier jour d’envoi d’une dénonciation", "Dernier jour de la période"


def test_the_nearest_comes_first_and_what_is_past_is_left_out(
    desk: Client, convention: Convention, today: Move
) -> None:
    today("2024-10-15")
    assert listed(desk)[:3] == [
        ("2025-01-14", END),
        ("2025-10-14", LIMIT),
        ("2026-01-14", END),
    ]
    today("2024-10-14")
    assert listed(desk)[0] == ("2024-10-14", LIMIT)
    assert total(desk) == len(listed(desk)) == 8


def test_a_list_by_last_working_day_moves_a_saturday_to_the_day_before(
    desk: Client, draft: Open, today: Move
) -> None:
    today("2024-02-02")
    sign(draft(), "2024-02-02")
    today("2025-03-01")
    assert listed(desk, "?nature=notice_limit")[0] == ("2025-11-01", LIMIT)
    assert listed(desk, "?nature=notice_limit&selon=ouvre")[0] == ("2025-10-31", LIMIT)
    one_day = "?selon=ouvre&du=2025-10-31&au=2025-10-31"
    assert total(desk, one_day) == 1
    assert total(desk, one_day.replace("selon=ouvre&", "")) == 0


def test_each_choice_narrows_the_list_and_its_count_alike(
    desk: Client, convention: Convention, draft: Open, today: Move
) -> None:
    publish(rulebook(OTHER_SERVICE))
    sign(draft(rulebook_code=OTHER_SERVICE), "2024-02-01")
    everything = total(desk)
    assert everything == 16
    for query, number in (
        ("?nature=term_end", 8),
        ("?du=2025-01-01&au=2025-01-31", 2),
    ):
        shown = listed(desk, query)
        assert len(shown) == total(desk, query)
        assert len(shown) == number
    services = re.findall(
        r'<option value="([^"]+)"',
        desk.get("/echeances/").content.decode().split('name="service"')[1].split("</select>")[0],
    )
    assert sum(total(desk, f"?service={code}") for code in services) >= everything


def test_a_long_list_says_that_it_is_longer_than_it_counts(
    desk: Client, convention: Convention, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = len(listed(desk))
    for most, told in ((number, f"{number} échéances à"), (3, "Plus de 3 échéances à")):
        monkeypatch.setattr(views, "MOST_COUNTED", most)
        assert told in words(desk.get("/echeances/"))


def test_the_deadlines_of_one_person_are_those_of_the_conventions_they_follow(
    desk: Client, caisse: Caisse, draft: Open, today: Move
) -> None:
    today("2024-10-15")
    followed, other = sign(draft(), "2024-02-01"), sign(draft(), "2024-02-01")
    colleague = User.objects.create_user("claude@caisse.example", first_name="Claude")
    UserScope.objects.create(
        user=colleague, caisse=caisse, role="legal_officer", first_day=date(2024, 1, 1)
    )
    Convention.objects.filter(pk=followed.pk).update(assignee=colleague)
    everything = total(desk)
    assert total(desk, f"?suivi={colleague.pk}") == total(desk, "?suivi=aucune") == everything / 2
    assert total(desk, "?suivi=moi") == 0
    page = words(desk.get(f"/echeances/?suivi={colleague.pk}"))
    assert followed.number in page
    assert other.number not in page


def test_why_this_date_is_told_in_place_from_the_life_itself(
    desk: Client, convention: Convention, today: Move
) -> None:
    today("2024-10-01")
    html = unescape(desk.get("/echeances/").content.decode())
    asked = re.search(r'href="(\?pourquoi=[\d_]+)#', html)
    assert asked is not None
    page = words(desk.get(f"/echeances/{asked[1]}"))
    assert "14 janvier 2025 − 3 mois = 14 octobre 2024" in page or (
        "14 octobre 2024 + 3 mois = 14 janvier 2025" in page
    )
    assert "Article 9-1" in page


def test_a_date_far_ahead_is_explained_as_well(
    desk: Client, convention: Convention, today: Move
) -> None:
    html = unescape(desk.get("/echeances/?du=2027-10-01").content.decode())
    asked = re.search(r'href="\?du=2027-10-01&pourquoi=([\d_]+)#', html)
    assert asked is not None
    page = words(desk.get(f"/echeances/?du=2027-10-01&pourquoi={asked[1]}"))
    assert "14 octobre 2027 + 3 mois = 14 janvier 2028" in page
    assert "Si la convention est reconduite 3 fois" in page


def test_the_pages_follow_one_another_without_a_gap(desk: Client, draft: Open, today: Move) -> None:
    today("2024-02-01")
    for _ in range(8):
        sign(draft(), "2024-02-01")
    seen: list[str] = []
    query = ""
    while True:
        html = unescape(desk.get(f"/echeances/{query}").content.decode())
        seen += re.findall(r'<tr id="e([\d_]+)"', html)
        following = re.search(r'rel="next" href="(\?apres=[\d_-]+)"', html)
        if following is None:
            break
        query = following[1]
    assert len(seen) == len(set(seen)) == total(desk) == 64


def test_the_month_counts_what_falls_on_each_day_and_leads_to_it(
    desk: Client, convention: Convention, draft: Open, today: Move
) -> None:
    sign(draft(), "2024-01-15")
    sign(draft(), "2024-01-20")
    html = unescape(desk.get("/echeances/mois/?mois=2024-10").content.decode())
    found = re.findall(r'href="/echeances/(\?[^"]+)"><span class="count">(\d+)</span>', html)
    assert [number for _, number in found] == ["2", "1"]
    assert [total(desk, query) for query, _ in found] == [2, 1]
    assert "Octobre 2024 : 3 échéances" in words(desk.get("/echeances/mois/?mois=2024-10"))


@pytest.mark.parametrize(("drawn", "number"), [("chronologie", 4), ("charge", 4)])
def test_the_two_years_to_come_add_up_and_lead_to_their_lists(
    desk: Client, convention: Convention, today: Move, drawn: str, number: int
) -> None:
    # From 1 February 2024: the limits and the ends of the terms of 2024 and 2025.
    html = unescape(desk.get(f"/echeances/{drawn}/").content.decode())
    links = re.findall(r'<a href="/echeances/(\?[^"]*du=[^"]+)">(\d+)<', html)
    assert [(total(desk, query)) for query, _ in links] == [int(shown) for _, shown in links]
    assert sum(int(shown) for _, shown in links) == number
    assert f"{number} échéances d" in words(desk.get(f"/echeances/{drawn}/"))


def test_every_deadline_is_in_the_file(desk: Client, convention: Convention, today: Move) -> None:
    answer = desk.get("/echeances/?format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + total(desk)
    assert lines[1].startswith("14/10/2024;14/10/2024;")
    assert convention.number in lines[1]


def test_what_is_outside_the_scopes_is_neither_listed_nor_counted(
    client: Client, agent: User, convention: Convention, today: Move
) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    in_role(agent, other, "auditor", client)
    assert "Les échéances de vos conventions apparaîtront ici" in words(client.get("/echeances/"))
    UserScope.objects.create(
        user=agent,
        caisse=Caisse.objects.get(code="CAISSE1"),
        role="auditor",
        services=["nothing-of-the-kind"],
        first_day=date(2024, 1, 1),
    )
    assert total(client) == 0


def test_who_has_no_role_may_not_look(client: Client, agent: User) -> None:
    client.force_login(agent)
    for drawn in ("", "mois/", "chronologie/", "charge/"):
        assert client.get(f"/echeances/{drawn}").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "?du=demain",
        "?du=2025-02-01&au=2025-01-01",
        "?au=0000-00-00",
        "?nature=inconnue",
        "?caisse=AUTRE%00",
        "?selon=hasard",
        "?service=%00",
        "?mois=1999-01",
    ],
)
def test_a_choice_that_cannot_be_read_is_told_and_narrows_nothing(
    desk: Client, convention: Convention, query: str
) -> None:
    page = "mois/" if "mois" in query else ""
    answer = desk.get(f"/echeances/{page}{query}")
    known = {
        field for field in ("du", "au", "nature", "selon", "service", "mois") if field in query
    }
    text = words(answer)
    assert "À corriger avant de continuer" in text or not known
    assert "échéance" in text


@pytest.mark.parametrize(
    "query", ["?apres=a_b_c", "?apres=2024-01-01_1", "?pourquoi=9_9", "?apres=%00"]
)
def test_an_address_that_names_no_place_is_the_first_page(
    desk: Client, convention: Convention, query: str
) -> None:
    assert listed(desk, query) == listed(desk)
