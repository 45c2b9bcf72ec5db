"""The pages of scanned batches: deposited, followed, and sorted by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import (
    Caisse,
    Convention,
    FiledScan,
    IssuedDocument,
    ScanBatch,
    SignedCopy,
    SortedPage,
    User,
    UserScope,
)
from contracts.services.scanning import waiting
from tests.contracts.paper import Sheet, batch_of
from tests.contracts.test_scanning import a_document, sheets
from tests.desk.pages import in_role, somebody
from tests.desk.test_signed_copies import words
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

PAGE = "/numerisations/"


@pytest.fixture
def desk(client: Client, agent: User, caisse: Caisse) -> Callable[..., Client]:
    return lambda role="back_office_agent": in_role(agent, caisse, role, client)


@pytest.fixture
def three(convention: Convention) -> IssuedDocument:
    return a_document(convention, 3)


def sent(client: Client, content: bytes, caisse: Caisse, name: str = "lot.pdf") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(PAGE, {"caisse": caisse.pk, "file": file})


def deposited(client: Client, content: bytes, caisse: Caisse) -> ScanBatch:
    assert sent(client, content, caisse).status_code == 302
    return ScanBatch.objects.latest("pk")


def test_a_batch_is_followed_until_its_documents_are_filed(
    desk: Callable[..., Client], caisse: Caisse, three: IssuedDocument
) -> None:
    client = desk()
    batch = deposited(client, batch_of(sheets(three, 2, 1, 3)), caisse)
    assert "Pages lues : 0 sur 3" in words(client.get(f"{PAGE}{batch.pk}/"))
    drain()
    page = words(client.get(f"{PAGE}{batch.pk}/"))
    assert "Tout est trié" in page
    assert three.convention.number in page
    assert "2, 1, 3" in page
    assert "Tout est trié" in words(client.get(PAGE))
    scan = FiledScan.objects.get()
    copies = f"/conventions/{three.convention.pk}/copies-signees/"
    assert "Dire qui l’a signée" in words(client.get(copies))
    told = {"signed_by": ["partner"], "original_of": "partner", "signed_on": "2024-01-20"}
    assert client.post(f"{copies}numerisations/{scan.pk}/signature/", told).status_code == 302
    assert SignedCopy.objects.get().file == scan.file
    assert "Dire qui l’a signée" not in words(client.get(copies))


def test_doubtful_pages_are_shown_and_filed_by_hand(
    desk: Callable[..., Client], caisse: Caisse, three: IssuedDocument
) -> None:
    client = desk()
    laid = [*sheets(three, 1, 3), Sheet(words="Sans code"), Sheet(words=""), Sheet(words="")]
    batch = deposited(client, batch_of(laid), caisse)
    drain()
    path, sorting = f"{PAGE}{batch.pk}/", f"{PAGE}{batch.pk}/classement/"
    page = words(client.get(path))
    for told in (
        "À trier par vous : 5 pages",
        "La page 2 manque",
        "Page sans code",
        "Page blanche",
    ):
        assert told in page
    picture = client.get(f"{path}pages/3.jpg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert client.get(f"{path}pages/6.jpg").status_code == 404
    assert "Cochez au moins une page" in words(client.post(sorting, {"file": "oui"}), 422)
    wrong = client.post(sorting, {"file": "oui", "page": ["3"], "target": "<script>"})
    assert "n’est ni un repère" in words(wrong, 422)
    assert not SortedPage.objects.exists()
    filed = {"file": "oui", "page": ["1", "2", "3"], "target": three.stamp.lower()}
    assert client.post(sorting, filed).status_code == 302
    assert FiledScan.objects.get().issued == three
    assert client.post(sorting, {"blank": "oui"}).status_code == 302
    assert waiting(batch) == ()
    assert "Page 4 : Page blanche" in words(client.get(path))
    again = client.post(sorting, filed)
    assert "vient d’être triée" in words(again, 422)


def test_a_whole_group_is_filed_at_once(
    desk: Callable[..., Client], caisse: Caisse, three: IssuedDocument
) -> None:
    client = desk()
    batch = deposited(client, batch_of(sheets(three, 1, 3)), caisse)
    drain()
    sorting = f"{PAGE}{batch.pk}/classement/"
    assert client.post(sorting, {"group": "1-2"}).status_code == 302
    assert FiledScan.objects.get().pages.count() == 2
    assert "viennent d’être triées" in words(client.post(sorting, {"group": "1-2"}), 422)


def test_between_several_documents_of_a_convention_one_chooses(
    desk: Callable[..., Client], caisse: Caisse, three: IssuedDocument
) -> None:
    client, annex = desk(), a_document(three.convention, 1, "annex")
    batch = deposited(client, batch_of([Sheet()]), caisse)
    drain()
    sorting = f"{PAGE}{batch.pk}/classement/"
    answers = {"file": "oui", "page": ["1"], "target": three.convention.number}
    asked = words(client.post(sorting, answers))
    assert "Quel document de cette convention ?" in asked
    assert annex.stamp in asked
    assert client.post(sorting, answers | {"issued": annex.pk}).status_code == 302
    assert FiledScan.objects.get().issued == annex


def test_the_same_batch_is_told_and_leads_to_the_first(
    desk: Callable[..., Client], caisse: Caisse, three: IssuedDocument
) -> None:
    client = desk()
    batch = deposited(client, batch_of(sheets(three, 1)), caisse)
    again = client.post(
        PAGE,
        {"caisse": caisse.pk, "file": SimpleUploadedFile("b.pdf", batch_of(sheets(three, 1)))},
        follow=True,
    )
    assert "Ce lot a déjà été déposé le 1er février 2024" in words(again)
    assert again.redirect_chain[-1][0] == f"{PAGE}{batch.pk}/"
    assert ScanBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [("lot.pdf", b"MZ", "n’est pas un fichier PDF"), ("lot.tif", b"II*\x00", "n’est pas un PDF")],
)
def test_a_bad_batch_is_told(
    desk: Callable[..., Client], caisse: Caisse, name: str, content: bytes, told: str
) -> None:
    assert told in words(sent(desk(), content, caisse, name), 422)
    assert not ScanBatch.objects.exists()


def test_paper_is_for_those_who_process_conventions(
    desk: Callable[..., Client], caisse: Caisse
) -> None:
    client = desk("dpo")
    assert client.get(PAGE).status_code == 403
    assert sent(client, batch_of([Sheet()]), caisse).status_code == 403
    assert "Numérisations" not in words(client.get("/conventions/"))


def test_an_auditor_reads_the_batches_and_files_nothing(
    desk: Callable[..., Client], caisse: Caisse
) -> None:
    batch = deposited(desk(), batch_of([Sheet()]), caisse)
    drain()
    auditor = somebody(caisse, "auditor")
    listed = words(auditor.get(PAGE))
    assert batch.file.original_name in listed
    assert "Déposer le lot" not in listed
    page = words(auditor.get(f"{PAGE}{batch.pk}/"))
    assert "À trier" in page
    assert "Classer" not in page
    assert auditor.get(f"{PAGE}{batch.pk}/pages/1.jpg").status_code == 200
    assert sent(auditor, batch_of([Sheet()]), caisse).status_code == 403
    assert auditor.post(f"{PAGE}{batch.pk}/classement/", {"blank": "oui"}).status_code == 403
    assert ScanBatch.objects.count() == 1


def test_the_batch_of_another_caisse_does_not_exist(
    desk: Callable[..., Client], caisse: Caisse
) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Autre")
    colleague = User.objects.create_user("ailleurs@caisse.example")
    UserScope.objects.create(
        user=colleague, caisse=other, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    elsewhere = Client()
    elsewhere.force_login(colleague)
    batch = deposited(elsewhere, batch_of([Sheet()]), other)
    drain()
    client = desk()
    for path in ("", "pages/1.jpg", "original/"):
        assert client.get(f"{PAGE}{batch.pk}/{path}").status_code == 404
    assert client.post(f"{PAGE}{batch.pk}/classement/", {"blank": "oui"}).status_code == 404
    assert "choix" in words(sent(client, batch_of([Sheet()]), other), 422).lower()
