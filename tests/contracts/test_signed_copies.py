"""Signed copies: what comes back, what it proves, and what a new version makes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

from contracts.models import (
    Convention,
    EvidenceFile,
    IssuedDocument,
    Person,
    SignedCopy,
    User,
    VoidedCopy,
)
from contracts.services.copy_history import copies_of, history_of, originals, resting_on_void
from contracts.services.documents import (
    Format,
    WouldVoidSignatures,
    annex_document,
    content_of,
    convention_document,
    issue,
)
from contracts.services.signed_copies import CannotDeposit, Told, deposit, standing
from contracts.stamps import read_stamp
from templates_conventions.document import Document
from tests.contracts.certificates import (
    QUALIFIED,
    SIGNED,
    altered_byte,
    self_signed,
    signatory,
    signed,
    trusting,
)
from tests.contracts.paper import Sheet, batch_of, photograph
from tests.documents import plain
from tests.forms_annexes.files import a_pdf, an_image
from tests.portfolio import an_act, record
from workflows import clock, subjects

pytestmark = pytest.mark.django_db

PARTNER = Told(("partner",), date(2024, 1, 20), "partner")


@pytest.fixture
def issued(convention: Convention, agent: User) -> IssuedDocument:
    return issue(convention, convention_document(convention), agent)


@pytest.fixture
def in_word(convention: Convention, agent: User) -> IssuedDocument:
    return issue(convention, convention_document(convention), agent, Format.DOCX)


@pytest.fixture
def roots(settings: Any, tmp_path: Path) -> None:
    settings.TACITE_TRUST_ROOTS = str(trusting(tmp_path / "roots"))


def back(
    issued: IssuedDocument,
    author: User,
    content: bytes,
    told: Told = PARTNER,
    name: str = "scan.pdf",
) -> SignedCopy:
    return deposit(issued, ContentFile(content, name), name, told, author)


def another_text(convention: Convention) -> Document:
    """The convention with another subtitle: a change, however small."""
    return replace(convention_document(convention), subtitle="Un autre sous-titre")


def paper(issued: IssuedDocument, words: str = "Signé") -> bytes:
    return batch_of([Sheet(issued.stamp, page, words=words) for page in (1, 2)])


# Stamps and versions.


def test_each_issued_document_has_a_stamp_of_its_own(
    convention: Convention, issued: IssuedDocument, agent: User
) -> None:
    annex = issue(convention, annex_document(convention, "annexe-1"), agent)
    word = issue(convention, convention_document(convention), agent, Format.DOCX)
    stamps = [issued.stamp, annex.stamp, word.stamp]
    assert [read_stamp(stamp) for stamp in stamps] == stamps
    assert len(set(stamps)) == 3
    assert issued.content_digest == word.content_digest != annex.content_digest


def test_issued_again_on_another_day_it_is_the_same_row(
    convention: Convention, issued: IssuedDocument, agent: User, today: Callable[[str], None]
) -> None:
    today("2024-02-15")
    assert issue(convention, convention_document(convention), agent) == issued


# What comes back.


def test_a_scan_is_a_handwritten_signature(in_word: IssuedDocument, agent: User) -> None:
    copy = back(in_word, agent, paper(in_word))
    assert (copy.level, copy.match, copy.signed_on) == ("handwritten", "stamp", date(2024, 1, 20))
    assert copy.recorded_at == clock.now()
    with copy.file.file.open("rb") as stored:
        assert stored.read() == paper(in_word)


def test_a_photograph_of_a_page_is_taken_too(in_word: IssuedDocument, agent: User) -> None:
    copy = back(in_word, agent, photograph(Sheet(in_word.stamp, 1)), name="photo.jpg")
    assert copy.match == "stamp"


def test_a_scan_without_a_stamp_is_to_be_compared(in_word: IssuedDocument, agent: User) -> None:
    assert back(in_word, agent, batch_of([Sheet()])).match == "none"


def test_an_electronic_signature_tells_its_own_day_and_level(
    issued: IssuedDocument, agent: User, roots: None
) -> None:
    content = signed(content_of(issued), signatory(qualified=QUALIFIED), stamped=True)
    copy = back(issued, agent, content, Told(("partner",)))
    assert (copy.level, copy.match) == ("qualified", "bytes")
    assert copy.signed_on == clock.civil_date(SIGNED)
    (found,) = copy.signatures.all()
    assert found.signer.get_full_name() == "Camille Exemple"
    assert (found.time_source, found.covers_whole_file) == ("trusted", True)


def test_a_copy_is_worth_no_more_than_its_weakest_signature(
    issued: IssuedDocument, agent: User, roots: None
) -> None:
    content = signed(content_of(issued), signatory(qualified=QUALIFIED))
    content = signed(content, self_signed(), field="Signature2")
    copy = back(issued, agent, content, Told(("partner", "caisse")))
    assert copy.level == "simple"
    assert [one.level for one in copy.signatures.all()] == ["qualified", "simple"]


def test_the_same_file_twice_is_one_copy(in_word: IssuedDocument, agent: User) -> None:
    first = back(in_word, agent, paper(in_word))
    assert back(in_word, agent, paper(in_word)) == first
    assert EvidenceFile.objects.filter(original_name="scan.pdf").count() == 1
    with pytest.raises(CannotDeposit, match="a déjà été déposé"):
        back(in_word, agent, paper(in_word), replace(PARTNER, signed_by=("caisse",)))


def locked_pdf() -> bytes:
    return a_pdf(None, encryption=pikepdf.Encryption(owner="a", user=""))


def acting_pdf() -> bytes:
    def at_opening(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
        )

    return a_pdf(at_opening)


def carrying_pdf(name: str, content: bytes) -> bytes:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[name] = content

    return a_pdf(attach)


def many_pages(count: int) -> bytes:
    def add(pdf: pikepdf.Pdf) -> None:
        for _ in range(count - 1):
            pdf.add_blank_page()

    return a_pdf(add)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.pdf", b"", "est vide"),
        ("scan.pdf", b"MZ a program", "n’est pas un fichier PDF"),
        ("scan.pdf", b"%PDF-1.7 and nothing else", "abîmé"),
        ("scan.pdf", a_pdf()[:-300], "abîmé"),
        ("scan.pdf", locked_pdf(), "mot de passe"),
        ("scan.pdf", acting_pdf(), "programme ou une action"),
        ("scan.pdf", carrying_pdf("outil.exe", b"MZ"), "« outil.exe »"),
        ("scan.pdf", carrying_pdf("donnees.json", b"MZ\x90 disguised"), "simples données"),
        ("scan.pdf", many_pages(601), "601 pages"),
        ("scan.png", an_image("PNG")[:60], "abîmée"),
        ("scan.jpg", an_image("PNG"), "n’est pas un fichier JPEG"),
        ("scan.png", an_image("PNG", (9000, 9000)), "trop grande"),
        ("scan.docx", b"PK\x03\x04 no archive", "abîmé"),
        ("scan.txt", b"signed", "est un PDF ou une image"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_kept(
    in_word: IssuedDocument, agent: User, name: str, content: bytes, words: str
) -> None:
    before = EvidenceFile.objects.count()
    with pytest.raises(CannotDeposit) as refused:
        back(in_word, agent, content, name=name)
    assert words in plain(str(refused.value))
    assert refused.value.field == "file"
    assert (EvidenceFile.objects.count(), SignedCopy.objects.count()) == (before, 0)


def test_data_carried_inside_are_accepted(in_word: IssuedDocument, agent: User) -> None:
    assert back(in_word, agent, carrying_pdf("donnees.json", b"{}")).level == "handwritten"


def test_a_signature_that_does_not_hold_is_refused(in_word: IssuedDocument, agent: User) -> None:
    content = altered_byte(signed(a_pdf(), signatory()), signatory())
    with pytest.raises(CannotDeposit, match="modifié après"):
        back(in_word, agent, content, Told(("partner",)))
    assert not SignedCopy.objects.exists()
    assert not Person.objects.filter(last_name="Camille Exemple").exists()


def test_the_copy_of_another_document_is_refused(
    convention: Convention, issued: IssuedDocument, agent: User
) -> None:
    annex = issue(convention, annex_document(convention, "annexe-1"), agent)
    with pytest.raises(CannotDeposit, match=annex.stamp):
        back(issued, agent, paper(annex))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told((), date(2024, 1, 20)), "signed_by"),
        (Told(("nobody",), date(2024, 1, 20)), "signed_by"),
        (Told(("partner",), date(2024, 1, 20), "nobody"), "original_of"),
        (Told(("partner",)), "signed_on"),
        (Told(("partner",), date(2024, 2, 2)), "signed_on"),
    ],
)
def test_an_answer_at_fault_is_named(
    in_word: IssuedDocument, agent: User, told: Told, field: str
) -> None:
    with pytest.raises(CannotDeposit) as refused:
        back(in_word, agent, paper(in_word), told)
    assert refused.value.field == field
    assert not SignedCopy.objects.exists()


def test_more_parties_than_signatures_are_refused(issued: IssuedDocument, agent: User) -> None:
    content = signed(content_of(issued), signatory())
    with pytest.raises(CannotDeposit, match="2"):
        back(issued, agent, content, Told(("partner", "caisse")))


def test_an_annex_is_not_signed_like_a_convention(convention: Convention, agent: User) -> None:
    annex = issue(convention, annex_document(convention, "annexe-1"), agent)
    with pytest.raises(CannotDeposit, match="comme pièce"):
        back(annex, agent, paper(annex))


# Two originals, one a party.


def test_each_original_is_awaited_until_it_is_back(in_word: IssuedDocument, agent: User) -> None:
    convention = in_word.convention
    assert [(one.role, one.copy) for one in originals(convention)] == [
        ("caisse", None),
        ("partner", None),
    ]
    copy = back(in_word, agent, paper(in_word))
    assert [(one.role, one.copy) for one in originals(convention)] == [
        ("caisse", None),
        ("partner", copy),
    ]


# A change after the first signature.


def test_another_version_is_not_issued_over_a_signature_without_saying_so(
    issued: IssuedDocument, agent: User
) -> None:
    back(issued, agent, paper(issued))
    with pytest.raises(WouldVoidSignatures, match="annule les signatures"):
        issue(issued.convention, another_text(issued.convention), agent)
    assert IssuedDocument.objects.count() == 1
    assert not VoidedCopy.objects.exists()


def test_a_new_version_voids_the_signatures_and_keeps_them(
    issued: IssuedDocument, agent: User
) -> None:
    convention, copy = issued.convention, back(issued, agent, paper(issued))
    second = issue(convention, another_text(convention), agent, new_version=True)
    assert list(standing(convention)) == []
    assert copies_of(convention) == [copy]
    assert (copy.voided.because, copy.voided.author) == (second, agent)
    assert second.stamp in copy.voided.reason
    told = [plain(line.words) for line in history_of(convention)]
    assert any(words.startswith("Copie signée annulée : scan.pdf") for words in told)
    assert [one.copy for one in originals(convention)] == [None, None]


def test_a_new_version_before_any_signature_voids_nothing(
    issued: IssuedDocument, agent: User
) -> None:
    second = issue(issued.convention, another_text(issued.convention), agent)
    assert second != issued
    with pytest.raises(CannotDeposit, match="version plus récente"):
        back(issued, agent, paper(issued))
    assert back(second, agent, paper(second)).issued == second


def test_a_text_taken_up_again_is_signed_again(issued: IssuedDocument, agent: User) -> None:
    convention = issued.convention
    back(issued, agent, paper(issued))
    second = issue(convention, another_text(convention), agent, new_version=True)
    third = issue(convention, convention_document(convention), agent)
    assert third not in (issued, second)
    assert third.content_digest == issued.content_digest
    assert list(standing(convention)) == []


def test_an_annex_or_another_format_voids_nothing(issued: IssuedDocument, agent: User) -> None:
    convention, copy = issued.convention, back(issued, agent, paper(issued))
    issue(convention, annex_document(convention, "annexe-2"), agent)
    issue(convention, convention_document(convention), agent, Format.DOCX)
    assert list(standing(convention)) == [copy]


def test_a_signature_that_rests_on_a_void_copy_is_proposed_for_annulment(
    draft: Callable[..., Convention], agent: User, today: Callable[[str], None]
) -> None:
    today("2024-02-01")
    convention = draft()
    first = issue(convention, convention_document(convention), agent)
    copy = back(first, agent, paper(first))
    act = an_act("signature", "2024-01-20", party="partner")
    row = subjects.record(convention, act, agent, evidence=[copy.file])
    assert resting_on_void(convention, convention.timeline(clock.today())) == []
    issue(convention, another_text(convention), agent, new_version=True)
    assert resting_on_void(convention, convention.timeline(clock.today())) == [row]
    assert convention.acts.count() == 1
    record(convention, "annulment", "2024-02-01", of=act.id, reason="Autre version")
    assert resting_on_void(convention, convention.timeline(clock.today())) == []


@pytest.mark.parametrize("model", [SignedCopy, VoidedCopy])
def test_what_was_signed_and_voided_is_never_changed(
    issued: IssuedDocument, agent: User, model: Any
) -> None:
    back(issued, agent, paper(issued))
    issue(issued.convention, another_text(issued.convention), agent, new_version=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(reason="Autre")
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete("default")
