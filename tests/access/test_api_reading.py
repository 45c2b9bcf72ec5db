"""Reading by the API: what is told, to whom, page by page, and on other days."""

from collections.abc import Callable
from typing import Any

import pytest

from access.models import Habilitation
from access.services.clients import NewClient, create_client
from contracts.models import Caisse, Convention, Partner
from contracts.services.conventions import draft_convention
from tests.access.acting import happens
from tests.access.asking import bearer, get
from tests.portfolio import noon, record
from workflows import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded")]

Grant = Callable[..., Habilitation]
V1 = "/api/v1"


@pytest.fixture
def reader(caisse: Caisse) -> dict[str, str]:
    return bearer(create_client(caisse, "Lecteur", scopes=["read"]))


@pytest.fixture
def stranger(db: None) -> dict[str, str]:
    other = Caisse.objects.create(code="CAISSE2", name="Autre")
    return bearer(create_client(other, "Lecteur d’ailleurs", scopes=["read"]))


@pytest.fixture
def drafts(caisse: Caisse, convention: Convention) -> list[str]:
    """Numbers of five more conventions, in the order of their making."""
    partner = Partner.objects.create(name="Association fictive", kind="association")
    made = [
        draft_convention(caisse=caisse, partner=partner, rulebook_code=convention.rulebook_code)
        for _ in range(5)
    ]
    return [one.number for one in made]


def read(address: str, headers: dict[str, str], **query: Any) -> Any:
    response = get(f"{V1}/{address}", headers, **query)
    assert response.status_code == 200, response.content
    return response.json()


def followed(address: str, headers: dict[str, str], **query: Any) -> list[Any]:
    """All the items, from page to page."""
    page = read(address, headers, **query)
    items = list(page["items"])
    while page["next"] and page.get("more", True):
        page = read(address, headers, **query | {"cursor": page["next"]})
        items += page["items"]
    return items


def test_conventions_come_page_by_page_none_twice(
    reader: dict[str, str], convention: Convention, drafts: list[str]
) -> None:
    items = followed("conventions", reader, limit=2)
    assert [one["number"] for one in items] == [convention.number, *drafts]
    first = items[0]
    assert (first["state"], first["caisse"]) == ("active", "CAISSE1")
    assert first["effect_on"] == convention.effect_on.isoformat()  # type: ignore[union-attr]


def test_a_page_costs_the_same_whatever_it_holds(
    reader: dict[str, str],
    granted: Grant,
    drafts: list[str],
    django_assert_num_queries: Any,
) -> None:
    granted()
    for address, queries in (
        ("conventions", 2),
        ("habilitations", 2),
        ("deadlines", 6),
    ):
        with django_assert_num_queries(queries):
            read(address, reader, limit=1)
        with django_assert_num_queries(queries):
            read(address, reader, limit=200)


def test_conventions_are_chosen_by_state_service_and_change(
    reader: dict[str, str], convention: Convention, drafts: list[str], service: str
) -> None:
    def numbers(**query: Any) -> list[str]:
        return [one["number"] for one in followed("conventions", reader, **query)]

    assert numbers(state="draft") == drafts
    assert numbers(state="active") == [convention.number]
    assert numbers(service=service) == [convention.number, *drafts]
    assert numbers(service="autre") == []
    later = "2024-05-01T00:00:00+02:00"
    assert numbers(updated_since=later) == []
    with clock.set_to(noon("2024-06-01")):
        record(convention, "suspension", "2024-06-01")
    assert numbers(updated_since=later) == [convention.number]


def test_a_convention_is_told_as_on_any_day_and_as_was_known(
    reader: dict[str, str], convention: Convention
) -> None:
    with clock.set_to(noon("2024-06-01")):
        record(
            convention,
            "mutual_termination",
            "2024-06-01",
            last_day="2024-06-30",
            agreed_by=["caisse", "partner"],
        )
        told = read(f"conventions/{convention.number}", reader)
        assert (told["state"], told["last_day_in_force"]) == ("active", "2024-06-30")
        assert told["steps"][-1]["projected"] is True
        later = read(f"conventions/{convention.number}", reader, as_of="2024-07-01")
        assert later["state"] == "terminated"
        before = read(
            f"conventions/{convention.number}",
            reader,
            as_of="2024-07-01",
            known_at="2024-05-31T12:00:00+02:00",
        )
        assert (before["state"], before["last_day_in_force"]) == ("active", None)


def test_what_was_believed_is_compared_with_what_is_known(
    reader: dict[str, str], convention: Convention
) -> None:
    agreed = {"last_day": "2024-06-30", "agreed_by": ["caisse", "partner"]}
    with clock.set_to(noon("2024-06-01")):
        record(convention, "mutual_termination", "2024-06-01", **agreed)
        address = f"conventions/{convention.number}/difference"
        told = read(address, reader, as_of="2024-07-01", known_at="2024-05-31T12:00:00+02:00")
        assert (told["state_before"], told["state_after"]) == ("active", "terminated")
        ends = [one for one in told["steps"] if one["on"] == "2024-07-01"]
        assert [(one["name"], one["known_since"]) for one in ends] == [("terminate", True)]
        assert any(one["after"] is None for one in told["deadlines"])
        same = read(address, reader, as_of="2024-07-01", known_at="2024-06-01T12:00:00+02:00")
        assert (same["steps"], same["deadlines"]) == ([], [])
        missing = get(f"{V1}/{address}", reader)
        assert missing.status_code == 422


def test_two_past_beliefs_are_compared_as_well(
    reader: dict[str, str], convention: Convention
) -> None:
    agreed = {"last_day": "2024-06-30", "agreed_by": ["caisse", "partner"]}
    with clock.set_to(noon("2024-06-01")):
        record(convention, "mutual_termination", "2024-06-01", **agreed)
    instants = ("2024-05-30T12:00:00+02:00", "2024-05-31T12:00:00+02:00")
    after = "2024-06-01T12:00:00+02:00"
    with clock.set_to(noon("2024-06-10")):

        def states(**query: str) -> tuple[str, str]:
            address = f"conventions/{convention.number}/difference"
            told = read(address, reader, as_of="2024-07-01", **query)
            return told["state_before"], told["state_after"]

        first, second = instants
        assert states(known_at=first, compared_with=second) == ("active", "active")
        assert states(known_at=first, compared_with=after) == ("active", "terminated")


def test_the_register_tells_who_had_access_on_a_day_as_was_known(
    reader: dict[str, str], granted: Grant, caisse: Caisse, convention: Convention
) -> None:
    habilitation = granted()
    with clock.set_to(noon("2024-03-10")):
        happens(habilitation, "departure", "2024-03-05")
        [told] = followed("access/register", reader, day="2024-03-09")
        assert (told["habilitation"], told["convention"]) == (habilitation.pk, convention.number)
        assert (told["since"], told["until"]) == ("2024-02-01", "2024-03-09")
        assert (told["person"], told["article"], told["remark"]) == (None, "4-2", "")
        assert followed("access/register", reader, day="2024-03-10") == []
        known_at = "2024-03-09T12:00:00+01:00"
        [then] = followed("access/register", reader, day="2024-03-10", known_at=known_at)
        assert then["until"] is None
        naming = bearer(create_client(caisse, "Annuaire", scopes=["read", "read:persons"]))
        [named] = followed("access/register", naming, day="2024-03-04")
        assert named["person"] == {"first_name": "Camille", "last_name": "Exemple"}
        assert followed("access/register", reader, day="2024-03-04", service="autre") == []
    assert get(f"{V1}/access/register", reader).status_code == 422


def test_each_deadline_comes_with_its_article_and_its_sum(
    reader: dict[str, str], convention: Convention
) -> None:
    of_one = read(f"conventions/{convention.number}/deadlines", reader)["deadlines"]
    assert of_one
    assert all(one["article"] and one["arithmetic"] for one in of_one)
    first, last = "2024-02-01", "2025-12-31"
    of_all = followed("deadlines", reader, **{"from": first, "to": last})
    assert [one["due_on"] for one in of_all] == [
        one["due_on"] for one in of_one if first <= one["due_on"] <= last
    ]
    assert {one["convention"] for one in of_all} == {convention.number}


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2024-06-01", "to": "2024-05-31"},
        {"from": "2024-06-01", "to": "2027-06-01"},
        {"from": "2024-02-30"},
        {"to": "demain"},
        {"limit": "0"},
        {"limit": "201"},
        {"cursor": "-1"},
        {"cursor": "9" * 19},
        {"caisse": "\x00"},
        {"inconnu": "1"},
        {"limit": ["1", "2"]},
    ],
)
def test_parameters_that_cannot_be_used_are_named(
    reader: dict[str, str], query: dict[str, Any]
) -> None:
    response = get(f"{V1}/deadlines", reader, **query)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    [fault] = response.json()["faults"]
    assert fault["key"] in {*query, "to", "(adresse)"}


def test_habilitations_name_nobody_without_the_right_to(
    reader: dict[str, str], granted: Grant, caisse: Caisse
) -> None:
    habilitation = granted()
    [told] = followed("habilitations", reader)
    assert told["person"] is None
    assert "Camille" not in str(told)
    assert told["identifier"] == habilitation.account.identifier
    naming = bearer(create_client(caisse, "Annuaire", scopes=["read", "read:persons"]))
    [named] = followed("habilitations", naming, identifier=told["identifier"].upper())
    assert named["person"] == {"first_name": "Camille", "last_name": "Exemple"}
    assert followed("habilitations", naming, state="closed") == []


def test_a_habilitation_is_told_as_on_any_day(reader: dict[str, str], granted: Grant) -> None:
    habilitation = granted()
    with clock.set_to(noon("2024-03-10")):
        happens(habilitation, "departure", "2024-03-05")
        told = read(f"habilitations/{habilitation.pk}", reader)
        assert told["state"] == "closed"
        early = read(f"habilitations/{habilitation.pk}", reader, as_of="2024-03-01")
        assert early["state"] != "closed"


def test_what_another_caisse_holds_is_not_there(
    stranger: dict[str, str], granted: Grant, convention: Convention
) -> None:
    habilitation = granted()
    for address in ("conventions", "habilitations", "deadlines", "journal"):
        assert followed(address, stranger) == []
    for address in (
        f"conventions/{convention.number}",
        f"conventions/{convention.number}/deadlines",
        f"habilitations/{habilitation.pk}",
        "conventions/INCONNUE/2024",
        "habilitations/999999999999999999",
    ):
        assert get(f"{V1}/{address}", stranger).status_code == 404
    assert followed("access/register", stranger, day="2024-03-01") == []
    assert get(f"{V1}/conventions", stranger, caisse="CAISSE1").status_code == 403


def test_a_client_bound_to_a_service_reads_no_other(
    granted: Grant, caisse: Caisse, service: str
) -> None:
    granted()
    inside: NewClient = create_client(caisse, "Dedans", scopes=["read"], services=[service])
    outside = create_client(caisse, "Dehors", scopes=["read"], services=["autre"])
    for address in ("conventions", "habilitations", "journal"):
        assert followed(address, bearer(inside))
        assert followed(address, bearer(outside)) == []


def test_two_conventions_of_one_number_are_told_apart_by_their_caisse(
    convention: Convention, caisse: Caisse
) -> None:
    other = Caisse.objects.create(code="CAISSE2", name="Autre")
    twin = draft_convention(
        caisse=other, partner=convention.partner, rulebook_code=convention.rulebook_code
    )
    Convention.objects.filter(pk=twin.pk).update(number=convention.number)
    both = bearer(create_client(caisse, "Commun", others=[other], scopes=["read"]))
    address = f"{V1}/conventions/{convention.number}"
    assert get(address, both).json()["faults"][0]["key"] == "caisse"
    assert get(address, both, caisse="CAISSE2").json()["state"] == "draft"
    assert get(address, both, caisse="CAISSE1").json()["state"] == "active"


def test_the_journal_is_followed_without_gap_nor_repetition(
    reader: dict[str, str], granted: Grant, convention: Convention
) -> None:
    habilitation = granted()
    everything = followed("journal", reader, limit=200)
    assert followed("journal", reader, limit=1) == everything
    for subject in ("convention", "habilitation"):
        ranks = [one["number"] for one in everything if one["subject"] == subject]
        assert ranks == list(range(1, len(ranks) + 1))
        assert ranks
    end = read("journal", reader, limit=200)
    assert end["more"] is False
    assert read("journal", reader, cursor=end["next"])["items"] == []
    with clock.set_to(noon("2024-03-10")):
        happens(habilitation, "departure", "2024-03-10")
    [event] = read("journal", reader, cursor=end["next"])["items"]
    assert (event["to_state"], event["habilitation"]) == ("closed", habilitation.pk)
