"""Each type's annex is signed as its rules say; unsigned, the account waits, not the convention."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from access.models import Habilitation
from contracts.models import Convention, IssuedDocument, Site, User
from contracts.services.rulebooks import publish
from forms_annexes.completeness import USER_BLOCK, asked_online
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestChannel
from forms_annexes.services import filling, instructing, paper_entry, signing
from forms_annexes.services.moving import open_task
from forms_annexes.services.standing import standing_of
from templates_conventions.catalogue import rulebook
from tests.documents import pdf_text, plain
from tests.forms_annexes.conftest import DIRECTOR, a_member, answered, put_in_force
from tests.forms_annexes.test_instruction import code_in, paper
from workflows import clock

pytestmark = pytest.mark.django_db

Mail = Callable[[str], list[Any]]
Browse = Callable[[User], Client]
Open = Callable[[str], Convention]

SIGNED = [
    ("psu-msa-picardie", "", "directeur de la structure d’AJE"),
    ("psu-msa-armorique", "fiche-gestionnaire", "représentant du gestionnaire"),
    ("psu-msa-armorique", "fiche-structure", "directeur de la structure d’AJE"),
    ("qf-msa-ardeche-drome-loire", "", "représentant de l’organisme gestionnaire"),
]
UNSIGNED = ["rsacg-msa-provence-azur", "mon-enfant-caf-pas-de-calais"]

_SAMPLES = {"email": "camille.essai@creche.example", "date": "2024-02-01"}


@pytest.fixture
def opened(draft: Callable[..., Convention], today: Callable[[str], None]) -> Open:
    """Draft a convention of a type, with its only structure, on 1 February 2024."""
    today("2024-02-01")

    def of_type(code: str) -> Convention:
        publish(rulebook(code))
        convention = draft(rulebook_code=code)
        convention.sites.add(Site.objects.create(partner=convention.partner, name="Crèche d’Essai"))
        return convention

    return of_type


def filled(convention: Convention, author: User, form_code: str, quality: str) -> AccessRequest:
    """A request of that form, with an answer to every question."""
    request = filling.start(convention, author, form_code=form_code)
    for block in request.definition.blocks:
        fields = asked_online(block)
        answers = {field.code: _sample(field) for field in fields}
        rows: Any = [answers] if block.code == USER_BLOCK else answers
        if fields or quality:
            filling.answer(request, block.code, rows, signatory_quality=quality)
    return AccessRequest.objects.get(pk=request.pk)


def _sample(field: Any) -> str:
    if field.choices:
        return str(field.choices[0])
    return _SAMPLES.get(field.kind, "Essai")


@pytest.mark.parametrize(("code", "form", "quality"), SIGNED)
def test_the_signatory_named_by_the_rules_signs_by_a_link_and_a_code(
    opened: Open, mail_to: Mail, code: str, form: str, quality: str
) -> None:
    convention = opened(code)
    author = a_member("direction@creche.example", convention.partner)
    request = filling.send(filled(convention, author, form, quality), author)
    assert (request.status, open_task(request)) == ("draft", "sign")

    signing.send_to_signatory(request, "Exemple", "Alix", "maire@commune.example", author)
    found = re.search(r"/signature/([^/\s\"<]+)/", mail_to("maire@commune.example")[-1].body)
    assert found is not None
    link = signing.standing_link(found[1])
    assert link is not None
    signing.ask_code(request, link=link)
    signing.sign_with_code(request, code_in(mail_to("maire@commune.example")[-1]), None, link=link)

    request.refresh_from_db()
    assert (request.status, open_task(request)) == ("submitted", "check")
    signature = request.signatures.get()
    assert (signature.method, signature.quality) == ("code", quality)
    assert standing_of(request).label == "Envoyée"


@pytest.mark.parametrize(("code", "form", "quality"), SIGNED)
def test_printed_signed_and_uploaded_it_is_sent_too(
    opened: Open, a_scan: SimpleUploadedFile, code: str, form: str, quality: str
) -> None:
    convention = opened(code)
    author = a_member("direction@creche.example", convention.partner)
    request = filling.send(filled(convention, author, form, quality), author)
    signing.sign_by_hand(request, a_scan, clock.today(), author)
    request.refresh_from_db()
    assert request.status == "submitted"
    assert request.signatures.get().method == "hand"


@pytest.mark.parametrize("code", UNSIGNED)
def test_a_form_without_signature_is_sent_by_whoever_is_signed_in(opened: Open, code: str) -> None:
    convention = opened(code)
    author = a_member("direction@creche.example", convention.partner)
    request = filling.send(filled(convention, author, "", ""), author)
    assert (request.status, open_task(request)) == ("submitted", "check")
    assert not request.signatures.exists()
    assert standing_of(request).label == "Envoyée"


@pytest.mark.parametrize("code", UNSIGNED)
def test_a_form_without_signature_asks_for_none(opened: Open, browsing: Browse, code: str) -> None:
    convention = opened(code)
    author = a_member("direction@creche.example", convention.partner)
    request = filled(convention, author, "", "")
    page = browsing(author).get(f"/espace/demandes/{request.pk}/signature/")
    assert page.status_code == 409


# Unsigned, or signed by somebody else: the exact paper, and nothing blocked but the account.


@pytest.fixture
def unsigned(convention: Convention, clerk: User, a_scan: SimpleUploadedFile) -> AccessRequest:
    """An annex that came on paper without its signature."""
    return paper_entry.enter(convention, paper(a_scan, signed_on=None), clerk)


def test_an_unsigned_annex_is_to_complete_with_the_exact_paper(
    unsigned: AccessRequest, clerk: User, browsing: Browse
) -> None:
    told = standing_of(unsigned)
    assert told.label == "À régulariser"
    assert "daté et signé par le directeur de la structure" in told.missing[0]
    page = plain(browsing(clerk).get(f"/demandes/{unsigned.pk}/").content.decode())
    assert "daté et signé par le directeur de la structure" in page
    returned = instructing.give_back(unsigned, clerk, ["unsigned"])
    assert returned.status_label == "À compléter"


def test_the_convention_takes_effect_without_it_and_the_account_does_not(
    unsigned: AccessRequest, convention: Convention, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    returned = instructing.give_back(unsigned, clerk, ["unsigned"])
    put_in_force(convention)
    convention.refresh_from_db()
    assert convention.state == "active"
    assert not Habilitation.objects.exists()

    a_scan.name = "signee.pdf"
    completed = paper_entry.enter_again(returned, paper(a_scan), clerk)
    assert instructing.accept(completed, clerk).status == "accepted"
    assert Habilitation.objects.get().state == "granted"


def test_a_wrong_signatory_stops_the_account_and_not_the_convention(
    convention: Convention, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    request = paper_entry.enter(convention, paper(a_scan, signatory_quality="secrétaire"), clerk)
    put_in_force(convention)
    convention.refresh_from_db()
    assert convention.state == "active"
    with pytest.raises(
        instructing.NotAcceptable, match="délégation de signature donnée par arrêté du maire"
    ):
        instructing.accept(request, clerk)
    assert not Habilitation.objects.exists()
    assert "secrétaire" in standing_of(request).missing[0]


def test_the_wrong_signatory_is_warned_before_signing_of_the_paper_to_prepare(
    convention: Convention, director: User, browsing: Browse
) -> None:
    request = answered(filling.start(convention, director), quality="secrétaire")
    filling.send(request, director)
    page = plain(
        browsing(director).get(f"/espace/demandes/{request.pk}/signature/").content.decode()
    )
    assert "Préparez la délégation de signature donnée par arrêté du maire" in page


def test_the_return_is_ready_with_its_reason_and_the_exact_paper(
    unsigned: AccessRequest, clerk: User, browsing: Browse
) -> None:
    page = plain(browsing(clerk).get(f"/demandes/{unsigned.pk}/").content.decode())
    checked = re.findall(r'<input[^>]*name="reasons"[^>]*value="(\w+)"[^>]*checked', page)
    assert checked == ["unsigned"]
    assert re.search(r"<textarea[^>]*name=\"note\"[^>]*>\s*Le formulaire n’est pas signé", page)


def test_the_letter_that_asks_for_it_is_one_click(
    unsigned: AccessRequest, clerk: User, browsing: Browse
) -> None:
    browser = browsing(clerk)
    assert (
        "Courrier de demande de pièce" in browser.get(f"/demandes/{unsigned.pk}/").content.decode()
    )
    answer = browser.post(f"/demandes/{unsigned.pk}/courrier/")
    issued = IssuedDocument.objects.get()
    assert (
        answer["Location"] == f"/conventions/{unsigned.convention_id}/documents/emis/{issued.pk}/"
    )
    with issued.file.file.open("rb") as stored:
        told = plain(pdf_text(stored.read()))
    assert "30 janvier 2024" in told
    assert "daté et signé par le directeur" in told
    browser.post(f"/demandes/{unsigned.pk}/courrier/")
    assert IssuedDocument.objects.count() == 1


def test_the_letter_of_a_returned_request_says_what_the_agent_said(
    unsigned: AccessRequest, clerk: User, browsing: Browse
) -> None:
    instructing.give_back(unsigned, clerk, ["unreadable"], "La page 2 du formulaire.")
    browsing(clerk).post(f"/demandes/{unsigned.pk}/courrier/")
    with IssuedDocument.objects.get().file.file.open("rb") as stored:
        assert "La page 2 du formulaire." in plain(pdf_text(stored.read()))


def test_no_letter_asks_for_what_is_there(
    convention: Convention, clerk: User, a_scan: SimpleUploadedFile, browsing: Browse
) -> None:
    request = paper_entry.enter(convention, paper(a_scan, signatory_quality=DIRECTOR), clerk)
    browser = browsing(clerk)
    assert "Courrier de demande" not in browser.get(f"/demandes/{request.pk}/").content.decode()
    assert browser.post(f"/demandes/{request.pk}/courrier/").status_code == 302
    assert not IssuedDocument.objects.exists()


def test_a_scan_that_came_by_mail_counts_as_signed_by_hand(
    convention: Convention, clerk: User, a_scan: SimpleUploadedFile
) -> None:
    request = paper_entry.enter(convention, paper(a_scan, channel=RequestChannel.MAIL), clerk)
    assert request.signatures.get().method == "hand"
