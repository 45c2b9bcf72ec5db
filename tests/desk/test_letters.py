"""The letters of a convention on the desk: proposed by its life, typed where no fact knows."""

from collections.abc import Callable

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, IssuedDocument
from tests.desk.pages import somebody
from tests.documents import pdf_text, plain
from tests.portfolio import record

pytestmark = pytest.mark.django_db

BREACH = {
    "obligation": "7-1",
    "breach": "Un mot de passe a été prêté, constaté le 20 janvier 2024.",
    "to": "Service petite enfance",
    "signatory": "Alix Exemple",
    "quality": "directrice",
}


@pytest.fixture
def lawyer(caisse: Caisse) -> Client:
    return somebody(caisse, "legal_officer")


@pytest.fixture
def clerk(caisse: Caisse) -> Client:
    return somebody(caisse, "back_office_agent")


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return plain(answer.content.decode())


def test_a_convention_in_force_may_be_declined_and_calls_for_nothing(
    convention: Convention, lawyer: Client
) -> None:
    said = page(lawyer, f"/conventions/{convention.pk}/courriers/")
    assert "Rien n’appelle de courrier aujourd’hui" in said
    assert "Lettre pour manquement" in said
    assert "14 janvier 2025" in said


def test_an_end_calls_for_its_letter(
    convention: Convention, lawyer: Client, today: Callable[[str], None]
) -> None:
    parties = ["caisse", "partner"]
    record(convention, "mutual_termination", "2024-02-01", last_day="2024-02-01", agreed_by=parties)
    today("2024-02-02")
    convention.refresh_from_db()
    said = page(lawyer, f"/conventions/{convention.pk}/courriers/")
    to_send = said[said.index("À envoyer") : said.index("Déjà émis")]
    assert "1er février 2024" in to_send


def test_a_letter_is_typed_read_then_issued(convention: Convention, lawyer: Client) -> None:
    address = f"/conventions/{convention.pk}/courriers/mise-en-demeure/"
    read = lawyer.post(address, BREACH)
    assert read.status_code == 200
    said = plain(read.content.decode())
    assert "Un mot de passe a été prêté" in said
    assert not IssuedDocument.objects.exists()
    lawyer.post(address, BREACH | {"format": "pdf"}, follow=True)
    issued = IssuedDocument.objects.get()
    with issued.file.file.open("rb") as stored:
        told = plain(pdf_text(stored.read()))
    assert "article 7-1" in told
    assert "Service petite enfance" in told
    assert "Alix Exemple" in told
    assert plain(issued.title) in page(lawyer, f"/conventions/{convention.pk}/courriers/")


def test_what_is_missing_is_asked_and_nothing_is_issued(
    convention: Convention, lawyer: Client
) -> None:
    address = f"/conventions/{convention.pk}/courriers/mise-en-demeure/"
    answer = lawyer.post(address, BREACH | {"breach": "", "format": "pdf"})
    assert answer.status_code == 422
    assert "Le manquement" in plain(answer.content.decode())
    for field in ("breach", "to", "signatory", "quality"):
        typed = {field: "NIR 2 53 07 2B 073 004 70", "format": "pdf"}
        assert lawyer.post(address, BREACH | typed).status_code == 422
    assert not IssuedDocument.objects.exists()


def test_a_clerk_sees_a_binding_letter_and_does_not_write_it(
    convention: Convention, clerk: Client
) -> None:
    said = page(clerk, f"/conventions/{convention.pk}/courriers/")
    assert "Un juriste ou un directeur de la caisse peut l’écrire" in said
    page(clerk, f"/conventions/{convention.pk}/courriers/mise-en-demeure/", 403)


def test_a_letter_that_nothing_calls_for_is_not_found(
    convention: Convention, lawyer: Client
) -> None:
    page(lawyer, f"/conventions/{convention.pk}/courriers/fin-convention/", 404)
    page(lawyer, f"/conventions/{convention.pk}/courriers/inconnu/", 404)
