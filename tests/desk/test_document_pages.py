"""The documents of a convention, as they are read, issued and given again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from contracts.models import (
    Caisse,
    Convention,
    IssuedDocument,
    PartnerMembership,
    Site,
    User,
)
from tests.desk.pages import in_role, words
from tests.documents import docx_text, pdf_text, plain

Open = Callable[..., Convention]

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, agent: User, convention: Convention) -> Callable[..., Client]:
    return lambda role="back_office_agent": in_role(agent, convention.caisse, role, client)


def page_of(convention: Convention) -> str:
    return f"/conventions/{convention.pk}/documents/"


def test_the_convention_and_each_annex_are_offered_in_both_formats(
    desk: Callable[..., Client], convention: Convention
) -> None:
    html = desk().get(page_of(convention)).content.decode()
    for code in ("convention", "annexe-1", "annexe-2"):
        assert f'action="{page_of(convention)}{code}/emission/"' in html
    assert "Rien n’a encore été émis" in html


@pytest.mark.parametrize("code", ["convention", "annexe-1", "annexe-2"])
def test_a_document_is_read_on_screen_under_one_title(
    desk: Callable[..., Client], convention: Convention, code: str
) -> None:
    html = desk("auditor").get(f"{page_of(convention)}{code}/").content.decode()
    assert html.count("<h1") == 1
    assert 'class="document"' in html
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize("code", ["convention", "annexe-1", "annexe-2"])
@pytest.mark.parametrize(("file_format", "start"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_downloading_issues_the_document_once(
    desk: Callable[..., Client],
    convention: Convention,
    agent: User,
    code: str,
    file_format: str,
    start: bytes,
) -> None:
    client, path = desk(), f"{page_of(convention)}{code}/emission/"
    given = client.post(path, {"format": file_format})
    assert given.content.startswith(start)
    assert f".{file_format}" in given["Content-Disposition"]
    assert given["Content-Disposition"].startswith("attachment")
    again = client.post(path, {"format": file_format})
    assert again.content == given.content
    issued = IssuedDocument.objects.get()
    assert issued.author == agent
    listed = words(client.get(page_of(convention)))
    assert issued.sha256[:12] in listed
    kept = client.get(f"{page_of(convention)}emis/{issued.pk}/")
    assert kept.content == given.content


def test_the_form_is_filled_with_what_is_known(
    desk: Callable[..., Client], convention: Convention
) -> None:
    path = f"{page_of(convention)}annexe-2/emission/"
    given = desk().post(path, {"format": "pdf"})
    assert "Commune d’Essai" in pdf_text(given.content)


def test_who_only_reads_issues_nothing(desk: Callable[..., Client], convention: Convention) -> None:
    client = desk("auditor")
    assert "Télécharger" not in words(client.get(page_of(convention)))
    path = f"{page_of(convention)}convention/emission/"
    assert client.post(path, {"format": "pdf"}).status_code == 403
    assert not IssuedDocument.objects.exists()


def test_the_documents_of_another_caisse_do_not_exist(
    desk: Callable[..., Client], convention: Convention, draft: Open
) -> None:
    other = Caisse.objects.create(code="AUTRE", name="Une autre caisse")
    elsewhere, client = draft(caisse=other, number="AILLEURS-1"), desk()
    assert client.get(page_of(elsewhere)).status_code == 404
    assert client.get(f"{page_of(elsewhere)}convention/").status_code == 404
    path = f"{page_of(elsewhere)}convention/emission/"
    assert client.post(path, {"format": "pdf"}).status_code == 404
    # Nor through a convention that one sees.
    client.post(f"{page_of(convention)}annexe-1/emission/", {"format": "pdf"})
    issued = IssuedDocument.objects.get()
    assert client.get(f"{page_of(elsewhere)}emis/{issued.pk}/").status_code == 404


def test_a_partner_does_not_enter_by_the_desk(
    client: Client, agent: User, convention: Convention
) -> None:
    PartnerMembership.objects.create(
        user=agent, partner=convention.partner, role="director", first_day=date(2024, 1, 1)
    )
    client.force_login(agent)
    assert client.get(page_of(convention)).status_code == 404


def test_what_is_no_document_is_a_missing_page(
    desk: Callable[..., Client], convention: Convention
) -> None:
    client = desk()
    assert client.get(f"{page_of(convention)}annexe-9/").status_code == 404
    assert client.get(f"{page_of(convention)}emis/{'9' * 30}/").status_code == 404
    path = f"{page_of(convention)}convention/emission/"
    assert client.post(path, {"format": "exe"}).status_code == 404
    assert client.get(path).status_code == 405


def test_an_altered_file_is_not_given(desk: Callable[..., Client], convention: Convention) -> None:
    client = desk()
    client.post(f"{page_of(convention)}annexe-1/emission/", {"format": "pdf"})
    issued = IssuedDocument.objects.get()
    stored = Path(issued.file.file.path)
    stored.write_bytes(stored.read_bytes() + b"changed")
    answer = client.get(f"{page_of(convention)}emis/{issued.pk}/")
    assert "n’est plus celui qui a été émis" in words(answer, status=409)


@pytest.mark.parametrize(("wanted", "text"), [("pdf", pdf_text), ("docx", docx_text)])
def test_a_draft_says_so_on_each_page_and_leaves_nothing(
    convention: Convention, desk: Callable[..., Client], wanted: str, text: Callable[[bytes], str]
) -> None:
    client = desk()
    given = client.get(f"/conventions/{convention.pk}/documents/convention/projet/{wanted}/")
    assert given.status_code == 200
    assert (
        f'filename="projet-convention-{convention.number.lower()}.{wanted}"'
        in given.headers["Content-Disposition"]
    )
    assert "Projet" in text(given.content)
    assert not IssuedDocument.objects.exists()
    unknown = client.get(f"/conventions/{convention.pk}/documents/convention/projet/odt/")
    assert unknown.status_code == 404


def test_what_is_issued_is_no_draft_and_keeps_its_data(
    convention: Convention, desk: Callable[..., Client]
) -> None:
    given = desk().post(
        f"/conventions/{convention.pk}/documents/convention/emission/", {"format": "docx"}
    )
    assert "Projet" not in docx_text(given.content)
    issued = IssuedDocument.objects.get()
    assert issued.stamp in docx_text(given.content)
    assert issued.data["facts"]["partner"]["name"] == convention.partner.name
    assert issued.data["rulebook"]["version"] == issued.rulebook_version


def test_the_structure_gets_its_letter_to_the_families(
    convention: Convention, desk: Callable[..., Client]
) -> None:
    site = Site.objects.create(partner=convention.partner, name="Le Deuxième Exemple")
    other = Site.objects.create(partner=convention.partner, name="Hors de la convention")
    convention.sites.add(site)
    address = f"/conventions/{convention.pk}/documents/lettre-familles/pdf/"
    client = desk()
    given = client.get(f"{address}?structure={site.pk}")
    assert "Le Deuxième Exemple" in plain(pdf_text(given.content))
    assert not IssuedDocument.objects.exists()
    for wrong in (str(other.pk), "x", "9" * 30):
        assert client.get(f"{address}?structure={wrong}").status_code == 404
    listed = plain(client.get(f"/conventions/{convention.pk}/documents/").content.decode())
    assert "Lettre d’information aux familles" in listed
