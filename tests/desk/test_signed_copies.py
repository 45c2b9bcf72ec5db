"""The pages of signed copies: deposit, what it proves, the signature that it proposes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Caisse, Convention, IssuedDocument, SignedCopy, User
from contracts.services.documents import Format, convention_document, issue
from tests.contracts.certificates import altered_byte, self_signed, signatory, signed, trusting
from tests.contracts.paper import Sheet, batch_of
from tests.desk.pages import in_role, words
from tests.forms_annexes.files import a_pdf

pytestmark = pytest.mark.django_db

Desk = Callable[..., Client]


@pytest.fixture
def unsigned(draft: Callable[..., Convention], today: Callable[[str], None]) -> Convention:
    today("2024-02-01")
    return draft()


@pytest.fixture
def desk(client: Client, agent: User, unsigned: Convention) -> Desk:
    return lambda role="back_office_agent": in_role(agent, unsigned.caisse, role, client)


@pytest.fixture
def issued(unsigned: Convention, agent: User) -> IssuedDocument:
    return issue(unsigned, convention_document(unsigned), agent, Format.DOCX)


def page_of(convention: Convention) -> str:
    return f"/conventions/{convention.pk}/copies-signees/"


def answers(content: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "file": SimpleUploadedFile("retour.pdf", content),
        "signed_by": ["partner"],
        "original_of": "partner",
        "signed_on": "2024-01-20",
    } | changes


def deposit_page(issued: IssuedDocument) -> str:
    return f"{page_of(issued.convention)}depot/{issued.pk}/"


def test_a_deposit_proposes_the_signature_and_a_person_confirms_it(
    desk: Desk, issued: IssuedDocument
) -> None:
    client = desk()
    assert "Déposer une copie signée" in words(client.get(page_of(issued.convention)))
    sent = client.post(deposit_page(issued), answers(batch_of([Sheet(issued.stamp)])))
    assert sent.status_code == 302
    assert issued.convention.acts.count() == 0
    shown = client.get(sent.url)
    assert "Pièce déjà jointe : retour.pdf" in words(shown)
    form = shown.context["form"]
    told = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert (told["party"], str(told["on"])) == ("partner", "2024-01-20")
    weighed = client.post(sent.url.split("?")[0], told)
    assert "Confirmer et enregistrer" in words(weighed)
    again = weighed.context["form"]
    told = {name: again[name].value() for name in again.fields if again[name].value() is not None}
    assert client.post(sent.url.split("?")[0], told | {"confirm": "oui"}).status_code == 302
    act = issued.convention.acts.get()
    assert (act.kind, act.payload["party"]) == ("signature", "partner")
    assert list(act.evidence.all()) == [SignedCopy.objects.get().file]
    page = words(client.get(page_of(issued.convention)))
    assert "Enregistrer la signature" not in page
    assert "Revenu" in page
    assert "Manuscrite, numérisée" in page


def test_an_electronic_signature_is_explained(
    desk: Desk, issued: IssuedDocument, settings: Any, tmp_path: Path
) -> None:
    settings.TACITE_TRUST_ROOTS = str(trusting(tmp_path / "roots"))
    client = desk()
    content = signed(a_pdf(), signatory())
    sent = client.post(deposit_page(issued), answers(content, signed_on="", original_of=""))
    assert sent.status_code == 302
    page = words(client.get(page_of(issued.convention)))
    for told in (
        "Électronique avancée",
        "Camille Exemple",
        "horloge du signataire",
        "le 20 janvier",
    ):
        assert told in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"file": ""}, "Choisissez le fichier"),
        ({"signed_by": []}, "Dites quelle partie"),
        ({"signed_on": ""}, "indiquez la date"),
        ({"signed_on": "2024-02-30"}, "Cette date n’existe pas"),
        ({"signed_on": "2024-03-01"}, "à venir"),
        ({"file": SimpleUploadedFile("retour.pdf", b"MZ program")}, "n’est pas un fichier PDF"),
        (
            {
                "file": SimpleUploadedFile(
                    "r.pdf", altered_byte(signed(a_pdf(), self_signed()), self_signed())
                )
            },
            "modifié après",
        ),
    ],
    ids=["no file", "nobody", "no date", "no day", "to come", "a program", "altered"],
)
def test_a_fault_is_told_and_nothing_is_kept(
    desk: Desk, issued: IssuedDocument, changes: dict[str, Any], told: str
) -> None:
    sent = desk().post(deposit_page(issued), answers(batch_of([Sheet()]), **changes))
    assert told in words(sent, 422)
    assert not SignedCopy.objects.exists()


def test_a_folder_of_authorities_that_cannot_be_read_is_told(
    desk: Desk, issued: IssuedDocument, settings: Any, tmp_path: Path
) -> None:
    settings.TACITE_TRUST_ROOTS = str(tmp_path / "absent")
    sent = desk().post(deposit_page(issued), answers(a_pdf()))
    assert "TACITE_TRUST_ROOTS" in words(sent, 422)


def test_issuing_over_a_signature_asks_first_then_tells_it(
    desk: Desk, issued: IssuedDocument
) -> None:
    client, convention = desk(), issued.convention
    client.post(deposit_page(issued), answers(batch_of([Sheet(issued.stamp)])))
    convention.partner.name = "Commune d’Essai renommée"
    convention.partner.save()
    emission = f"/conventions/{convention.pk}/documents/convention/emission/"
    asked = client.post(emission, {"format": "docx"})
    assert "annule les signatures recueillies (1)" in words(asked, 409)
    assert IssuedDocument.objects.count() == 1
    assert client.post(emission, {"format": "docx", "new_version": "oui"}).status_code == 200
    page = words(client.get(page_of(convention)))
    assert "Annulée" in page
    assert "une nouvelle version" in page
    assert "Copie signée annulée : retour.pdf" in words(
        client.get(f"/conventions/{convention.pk}/")
    )
    kept = client.get(f"{page_of(convention)}{SignedCopy.objects.get().pk}/")
    assert kept.getvalue() == batch_of([Sheet(issued.stamp)])


def test_who_only_reads_deposits_nothing(desk: Desk, issued: IssuedDocument) -> None:
    client = desk("auditor")
    assert "Déposer une copie signée" not in words(client.get(page_of(issued.convention)))
    assert client.get(deposit_page(issued)).status_code == 403
    assert client.post(deposit_page(issued), answers(a_pdf())).status_code == 403


def test_the_copies_of_another_caisse_do_not_exist(
    desk: Desk, issued: IssuedDocument, draft: Callable[..., Convention]
) -> None:
    client = desk()
    client.post(deposit_page(issued), answers(batch_of([Sheet(issued.stamp)])))
    copy = SignedCopy.objects.get()
    elsewhere = draft(caisse=Caisse.objects.create(code="AUTRE", name="Autre"), number="A-1")
    assert client.get(page_of(elsewhere)).status_code == 404
    assert client.get(f"{page_of(elsewhere)}{copy.pk}/").status_code == 404
    assert client.get(f"{page_of(elsewhere)}depot/{issued.pk}/").status_code == 404
    # Nor does one prove an act of another convention.
    other = draft(number="CAISSE1-2")
    event = f"/conventions/{other.pk}/evenements/signature/?copie={copy.pk}&partie=partner"
    assert "retour.pdf" not in words(client.get(event))
    assert client.get(f"{page_of(issued.convention)}{'9' * 30}/").status_code == 404


@pytest.mark.parametrize("asked", ["copie=abc", "copie=²", f"copie={'9' * 40}", "copie=1&partie=x"])
def test_a_made_up_proposal_is_an_empty_form(desk: Desk, unsigned: Convention, asked: str) -> None:
    page = desk().get(f"/conventions/{unsigned.pk}/evenements/signature/?{asked}")
    assert "Pièce déjà jointe" not in words(page)
