"""The pages on which a portfolio is taken over, and its accounts matched with the directory."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from openpyxl import load_workbook

from access.models import (
    Account,
    AccountState,
    AccountTakeOver,
    DirectoryEntry,
    Habilitation,
    ImportDeposit,
)
from contracts.models import Caisse, Convention, PublishedRulebook, User, UserScope
from tests.access.imports.portfolios import GOOD, csv, workbook
from tests.desk.pages import in_role, somebody, words
from tests.forms_annexes.files import content_of
from workflows.effect_worker import drain
from workflows.models import Effect

pytestmark = pytest.mark.django_db

LIST, ACCOUNTS = "/reprises/", "/reprises/comptes/"
Row = dict[str, str]


@pytest.fixture
def lawyer(client: Client, agent: User, caisse: Caisse) -> Client:
    return in_role(agent, caisse, "legal_officer", client)


@pytest.fixture
def good(yearly: PublishedRulebook, today: Callable[[str], None]) -> Row:
    today("2026-11-22")
    return GOOD | {"rulebook": yearly.code}


def given(caisse: Caisse, *tables: ContentFile) -> dict[str, Any]:
    return {"identifier": str(uuid4()), "caisse": caisse.pk, "tables": list(tables)}


def test_a_portfolio_is_tried_confirmed_and_followed_to_its_end(
    lawyer: Client, caisse: Caisse, good: Row
) -> None:
    bad = good | {"number": "A-2", "caisse_signed_on": "31/02/2019"}
    answer = lawyer.post(LIST, given(caisse, csv(good, bad)))
    page = answer.headers["Location"]
    assert "La lecture va commencer" in words(lawyer.get(page))
    drain()
    told = words(lawyer.get(page))
    assert "Rien n’est encore repris. 1 convention le serait, 1 ne le serait pas" in told
    assert "Conventions, ligne 3 Refusée Signée par la caisse le : Ce jour n’existe pas" in told
    narrowed = words(lawyer.get(f"{page}?resultat=refused"))
    assert "A-2" in narrowed
    assert "A-1" not in narrowed
    assert "Lisez les lignes douteuses" in words(lawyer.post(page, {"sent": "oui"}), 422)
    assert not Convention.objects.exists()
    assert lawyer.post(page, {"looked": "on"}).status_code == 302
    assert "La lecture va commencer" in words(lawyer.get(page))
    drain()
    told = words(lawyer.get(page))
    assert "C’est fini : 1 convention reprise, 1 refusée" in told
    assert (
        f'href="/conventions/{Convention.objects.get().pk}/"' in lawyer.get(page).content.decode()
    )
    assert "Reprise" in words(lawyer.get(LIST))


def test_refused_rows_are_downloaded(lawyer: Client, caisse: Caisse, good: Row) -> None:
    bad = good | {"number": "A-2", "caisse_signed_on": "31/02/2019"}
    page = lawyer.post(LIST, given(caisse, csv(good, bad))).headers["Location"]
    drain()
    csv_file = content_of(lawyer.get(f"{page}refusees/conventions/")).decode()
    assert "A-2" in csv_file
    assert "Motif du refus" in csv_file
    assert "A-1" not in csv_file
    assert lawyer.get(f"{page}refusees/").content.startswith(b"PK")
    assert lawyer.get(f"{page}refusees/ailleurs/").status_code == 404
    ImportDeposit.objects.update(forgotten_at="2099-01-01T00:00Z")
    assert lawyer.get(f"{page}refusees/").status_code == 404


def test_a_file_that_cannot_be_read_says_why_on_the_page(
    lawyer: Client, caisse: Caisse, good: Row
) -> None:
    answers = given(caisse, ContentFile(b"Bonjour;monde\r\n", "a.csv"))
    told = words(lawyer.post(LIST, answers), 422)
    assert "Aucun tableau de reprise n’est reconnu" in told
    assert "Recopiez vos données dans le modèle" in told
    assert "Choisissez le fichier du portefeuille" in words(lawyer.post(LIST, {"sent": "oui"}), 422)
    assert not ImportDeposit.objects.exists()


def test_the_template_offers_the_published_models(lawyer: Client, good: Row) -> None:
    content = lawyer.get(f"{LIST}modele/").content
    book = load_workbook(ContentFile(content))
    assert good["rulebook"] in [cell.value for row in book["Listes"] for cell in row]
    assert "Dernier jour convenu" in words(lawyer.get(f"{LIST}colonnes/"))


def test_an_administrator_tries_and_a_lawyer_of_the_whole_caisse_confirms(
    lawyer: Client, caisse: Caisse, good: Row
) -> None:
    administrator = somebody(caisse, "administrator")
    page = administrator.post(LIST, given(caisse, csv(good))).headers["Location"]
    drain()
    assert "Reprendre ces conventions" not in words(administrator.get(page))
    assert administrator.post(page, {"looked": "on"}).status_code == 403
    assert somebody(caisse, "back_office_agent").get(LIST).status_code == 403
    assert "Reprendre ces conventions" in words(lawyer.get(page))
    UserScope.objects.filter(role="legal_officer").update(services=["psu"])
    assert lawyer.get(page).status_code == 404
    other = Caisse.objects.create(code="AILLEURS", name="Caisse d’ailleurs")
    director = User.objects.create_user("ailleurs@caisse.example")
    assert in_role(director, other, "director", Client()).get(page).status_code == 404


@pytest.fixture
def taken(
    lawyer: Client, caisse: Caisse, good: Row, settings: Any
) -> Callable[..., list[AccountTakeOver]]:
    """Take over users of one convention, each known to the directory or not."""
    settings.TACITE_DIRECTORY = "embedded"

    def take(*identifiers: str) -> list[AccountTakeOver]:
        users = [
            {
                "number": "A-1",
                "last_name": f"Modèle{number}",
                "email": f"modele{number}@essai.example",
                # Under this model the account is that of the structure.
                "site": f"Crèche {number}",
                "granted_on": "15/01/2019",
                "notified_on": "16/01/2019",
                "identifier": identifier,
            }
            for number, identifier in enumerate(identifiers)
        ]
        sheets = workbook(conventions=[good], users=users)
        page = lawyer.post(LIST, given(caisse, sheets)).headers["Location"]
        drain()
        lawyer.post(page, {"looked": "on"})
        drain()
        return list(AccountTakeOver.objects.order_by("pk"))

    return take


def test_accounts_are_compared_and_a_person_says_which_entry_each_is(
    lawyer: Client, caisse: Caisse, taken: Callable[..., list[AccountTakeOver]]
) -> None:
    takes = taken("dupont", "durand", "absent")
    service = Habilitation.objects.values_list("service", flat=True)[0]
    entry = DirectoryEntry.objects.create
    entry(caisse=caisse, identifier="Dupont", services=[service])
    entry(caisse=caisse, identifier="durand", locked=True)
    entry(caisse=caisse, identifier="inconnue", services=[service])
    before = list(DirectoryEntry.objects.values())
    assert "L’annuaire n’a pas encore été comparé" in words(lawyer.get(ACCOUNTS))
    lawyer.post(ACCOUNTS, {"compare": "oui"})
    assert "Comparaison en cours" in words(lawyer.get(ACCOUNTS))
    drain()
    told = words(lawyer.get(ACCOUNTS))
    for shown in (
        "trouvés (1)",
        "trouvés, dans un autre état (1)",
        "introuvables (1)",
        "inconnus de Tacite (1)",
        "durand (par identifiant annoncé) : verrouillé. Une fois rapproché : il sera ouvert.",
    ):
        assert shown in told
    assert list(DirectoryEntry.objects.values()) == before, "read, and nothing else"
    found = lawyer.get(f"{ACCOUNTS}?resultat=found")
    [row] = found.context["rows"]
    lawyer.post(ACCOUNTS, {"match": "oui", "row": row.compared.pk})
    drain()
    first = Account.objects.get(take_over=takes[0])
    assert (first.identifier, first.state) == ("Dupont", AccountState.OPEN)
    page = f"{ACCOUNTS}{takes[1].pk}/"
    assert "Dites laquelle de ces entrées" in words(lawyer.post(page, {"sent": "oui"}), 422)
    assert lawyer.post(page, {"entry": "durand"}).status_code == 302
    drain()
    assert DirectoryEntry.objects.get(identifier="durand").locked is False
    assert "sous « durand »" in words(lawyer.get(page))
    page = f"{ACCOUNTS}{takes[2].pk}/"
    refused = words(lawyer.post(page, {"entry": "other", "other": "dupont"}), 422)
    assert "déjà celui d’un autre compte" in refused
    missing = words(lawyer.post(page, {"entry": "other", "other": "personne"}), 422)
    assert "L’annuaire n’a pas d’entrée « personne »" in missing
    assert lawyer.post(page, {"entry": "none"}).status_code == 302
    drain()
    assert Account.objects.get(take_over=takes[2]).state == AccountState.OPEN, "made anew"
    told = words(lawyer.get(ACCOUNTS))
    assert "0 compte attend" in told


def test_an_entry_that_two_accounts_claim_is_nobody_s_without_a_person(
    lawyer: Client, caisse: Caisse, taken: Callable[..., list[AccountTakeOver]]
) -> None:
    taken("dupont", "dupont")
    DirectoryEntry.objects.create(caisse=caisse, identifier="dupont")
    lawyer.post(ACCOUNTS, {"compare": "oui"})
    drain()
    assert "plusieurs entrées possibles (2)" in words(lawyer.get(ACCOUNTS))


def test_nothing_is_asked_of_the_directory_before_a_person_says_so(
    taken: Callable[..., list[AccountTakeOver]],
) -> None:
    taken("dupont")
    assert not DirectoryEntry.objects.exists()
    assert not Effect.objects.filter(lane__startswith="account:").exists()
