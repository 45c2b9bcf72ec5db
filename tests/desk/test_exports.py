"""The list as a file, and the lists that are kept under a name."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.test import Client
from openpyxl import load_workbook

from contracts.models import Caisse, Convention, Partner, SavedView, User
from tests.desk.pages import in_role, somebody, words
from workflows import xlsx_lines

Open = Callable[..., Convention]

pytestmark = pytest.mark.django_db

LIST = "/conventions/"
KEEP = f"{LIST}vues/nouvelle/"
HEADINGS = ["Numéro", "Partenaire", "Caisse", "État", "Questions", "SIREN", "Fin de la période"]
COLUMNS = "col=etat&col=siren&col=terme"


@pytest.fixture
def clerk(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "back_office_agent", client)


def body(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.fixture
def portfolio(convention: Convention, draft: Open) -> Convention:
    """One in force, then a draft whose partner's name would be a formula."""
    partner = Partner.objects.create(name="=1+2 « SOMME »", kind="association")
    draft(partner=partner, number="BROUILLON-1")
    elsewhere = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    draft(caisse=elsewhere, number="AILLEURS-1")
    return convention


def test_the_whole_list_comes_as_csv_under_the_columns_chosen(
    clerk: Client, portfolio: Convention
) -> None:
    text = body(clerk, f"{LIST}export.csv?{COLUMNS}").decode("utf-8-sig")
    headings, first, second = csv.reader(StringIO(text), delimiter=";")
    assert headings == HEADINGS
    assert first == [
        portfolio.number,
        "Commune d’Essai",
        "Caisse d’essai",
        "En vigueur",
        "0",
        "214202798",
        "2025-01-14",
    ]
    assert second[:4] == ["BROUILLON-1", "'=1+2 « SOMME »", "Caisse d’essai", "Brouillon"]
    narrowed = body(clerk, f"{LIST}export.csv?etat=draft").decode()
    assert "BROUILLON-1" in narrowed
    assert portfolio.number not in narrowed


def test_another_hand_reads_the_spreadsheet_and_finds_no_formula_in_it(
    clerk: Client, portfolio: Convention
) -> None:
    content = body(clerk, f"{LIST}export.xlsx?{COLUMNS}")
    sheet = load_workbook(BytesIO(content))["Conventions"]
    headings, first, second = sheet.iter_rows()
    assert [cell.value for cell in headings] == HEADINGS
    assert first[0].value == portfolio.number
    assert first[5].value == "214202798"
    assert first[6].value == datetime(2025, 1, 14)  # noqa: DTZ001
    assert first[6].is_date
    assert second[1].value == "=1+2 « SOMME »"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}
    assert second[1].data_type == "s"


def test_a_spreadsheet_goes_on_in_another_sheet_and_leaves_as_it_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx_lines, "ROWS_A_SHEET", 3)
    monkeypatch.setattr(xlsx_lines, "_AT_ONCE", 1)
    asked: list[int] = []

    def rows() -> Iterator[list[xlsx_lines.Value]]:
        for number in range(5):
            asked.append(number)
            yield [f"ligne <{number}>\0", date(2025, 1, number + 1)]

    pieces = xlsx_lines.pieces("Liste : [toute]", ["Texte", "Jour"], rows())
    first = next(pieces)
    assert len(asked) < 5
    book = load_workbook(BytesIO(first + b"".join(pieces)))
    texts = [[row[0].value for row in sheet.iter_rows()] for sheet in book]
    assert texts == [
        ["Texte", "ligne <0>", "ligne <1>"],
        ["Texte", "ligne <2>", "ligne <3>"],
        ["Texte", "ligne <4>"],
    ]


def test_the_files_are_for_who_is_signed_in(client: Client) -> None:
    for name in ("export.csv", "export.xlsx"):
        assert client.get(f"{LIST}{name}").status_code == 302


def kept(client: Client, query: str, **answers: str) -> object:
    answers = {"identifier": str(uuid4()), "name": "À relancer", "caisse": ""} | answers
    return client.post(f"{KEEP}?{query}", answers)


def test_a_view_keeps_the_filters_and_the_columns_once(
    clerk: Client, agent: User, convention: Convention
) -> None:
    identifier = str(uuid4())
    for _ in range(2):
        answer = kept(clerk, "etat=active&col=siren&apres=.4", identifier=identifier)
        assert answer.headers["Location"] == f"{LIST}?etat=active&col=siren"
    assert SavedView.objects.get().owner == agent
    assert "À relancer" in words(clerk.get(LIST))
    other = kept(clerk, "etat=draft")
    assert "Vous avez déjà une vue de ce nom." in words(other)
    view = SavedView.objects.get()
    assert clerk.post(f"{LIST}vues/{view.pk}/retrait/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_shared_view_is_seen_by_its_caisse_and_removed_by_its_owner_alone(
    clerk: Client, caisse: Caisse, convention: Convention
) -> None:
    elsewhere = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    refused = kept(clerk, "etat=active", caisse=elsewhere.code)
    assert refused.status_code == 200
    assert not SavedView.objects.exists()
    answer = kept(clerk, "etat=active", caisse=caisse.code)
    assert answer.status_code == 302, words(answer)
    kept(clerk, "etat=draft", name="Pour moi")
    lawyer, stranger = somebody(caisse, "legal_officer"), somebody(elsewhere, "director")
    page = words(lawyer.get(f"{LIST}vues/"))
    assert "À relancer" in page
    assert "Pour moi" not in page
    assert "À relancer" not in words(stranger.get(f"{LIST}vues/"))
    view = SavedView.objects.get(name="À relancer")
    assert lawyer.post(f"{LIST}vues/{view.pk}/retrait/").status_code == 404
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "nul\0", "2 95 10 99 126 111 93"])
def test_a_name_that_cannot_be_kept_is_told_beside_it(
    clerk: Client, convention: Convention, name: str
) -> None:
    answer = kept(clerk, "etat=active", name=name, caisse="INCONNUE")
    assert "À corriger avant de continuer" in words(answer)
    assert not SavedView.objects.exists()


def test_who_changes_nothing_keeps_no_view(caisse: Caisse) -> None:
    auditor = somebody(caisse, "auditor")
    assert kept(auditor, "").status_code == 403
    assert "Enregistrer cette vue" not in words(auditor.get(LIST))
