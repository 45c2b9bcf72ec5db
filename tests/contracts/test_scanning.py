"""Paper finds its file: batches split by their codes, and nothing lost on the way."""

from collections.abc import Callable
from datetime import date

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction

from contracts.models import (
    Caisse,
    Convention,
    EvidenceFile,
    FiledScan,
    IssuedDocument,
    ScanBatch,
    SortedPage,
    User,
    UserScope,
)
from contracts.services.evidence import store_evidence
from contracts.services.page_reading import opened, picture, read_page
from contracts.services.scan_sorting import Doubt
from contracts.services.scanning import (
    AlreadyDeposited,
    CannotScan,
    deposit_batch,
    file_by_hand,
    is_read,
    set_aside,
    visible_batches,
    waiting,
)
from contracts.services.signed_copies import Told, deposit_scan
from contracts.services.versions import new_stamp
from contracts.stamps import draw_stamp
from tests.contracts.paper import Sheet, batch_of, scanned
from tests.documents import plain
from tests.forms_annexes.files import a_pdf
from workflows import clock
from workflows.effect_worker import drain
from workflows.effects import unfinished

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(agent: User, caisse: Caisse) -> User:
    UserScope.objects.create(
        user=agent, caisse=caisse, role="back_office_agent", first_day=date(2024, 1, 1)
    )
    return agent


def a_document(convention: Convention, pages: int, kind: str = "convention") -> IssuedDocument:
    """A document issued with so many pages: what is printed on it is drawn by the tests."""
    content = batch_of([Sheet() for _ in range(pages)])
    file = store_evidence(ContentFile(content), f"{kind}.pdf", None)
    return IssuedDocument.objects.create(
        convention=convention,
        kind=kind,
        code=kind,
        title="Convention d’essai",
        rulebook_version=1,
        rulebook_digest="0" * 64,
        template_digest="0" * 64,
        content_digest=file.sha256,
        stamp=new_stamp(),
        sha256=file.sha256,
        file=file,
        dated=clock.today(),
        issued_at=clock.now(),
        author=None,
    )


@pytest.fixture
def three(convention: Convention) -> IssuedDocument:
    return a_document(convention, 3)


@pytest.fixture
def two(convention: Convention) -> IssuedDocument:
    return a_document(convention, 2, "annex")


def sheets(issued: IssuedDocument, *pages: int, turned: float = 0) -> list[Sheet]:
    return [Sheet(issued.stamp, page, turned, words=f"{issued.kind} {page}") for page in pages]


def read(content: bytes, clerk: User, caisse: Caisse, name: str = "lot.pdf") -> ScanBatch:
    """A batch deposited and read to its end."""
    batch = deposit_batch(ContentFile(content, name), name, caisse, clerk)
    drain()
    assert not unfinished().exists()
    return batch


def pages_of(scan: FiledScan) -> list[int]:
    return [row.page.number for row in scan.pages.select_related("page").order_by("pk")]


def doubts(batch: ScanBatch) -> list[tuple[Doubt, tuple[int, ...]]]:
    return [(doubt.doubt, doubt.pages) for doubt in waiting(batch)]


def accounted(batch: ScanBatch) -> list[int]:
    """The pages of a batch that are sorted or wait, in order."""
    known = list(
        SortedPage.objects.filter(page__batch=batch).values_list("page__number", flat=True)
    )
    return sorted(known + [page for doubt in waiting(batch) for page in doubt.pages])


# Reading.


@pytest.mark.parametrize("turned", [0, 180, 90, 270, 3, -5, 177])
@pytest.mark.parametrize("resolution", [100, 150, 200, 300])
def test_a_code_is_read_however_the_sheet_lay(turned: float, resolution: int) -> None:
    stamp = draw_stamp()
    content = scanned(batch_of([Sheet(stamp, 2, turned)]), resolution)
    with opened(ContentFile(content)) as document:
        assert read_page(document, 1).codes == ((stamp, 2),)


def test_a_code_of_others_and_a_blank_page_are_told() -> None:
    content = batch_of([Sheet(raw="https://example.org"), Sheet(words="")])
    with opened(ContentFile(content)) as document:
        other, blank = read_page(document, 1), read_page(document, 2)
    assert (other.codes, other.blank) == ((), False)
    assert (blank.codes, blank.blank) == ((), True)


def test_a_page_is_drawn_to_be_looked_at() -> None:
    with opened(ContentFile(batch_of([Sheet()]))) as document:
        assert picture(document, 1, 260).startswith(b"\xff\xd8\xff")


# Filing.


def test_a_shuffled_batch_is_split_into_its_documents(
    clerk: User, caisse: Caisse, three: IssuedDocument, two: IssuedDocument
) -> None:
    laid = [*sheets(three, 2), *sheets(two, 2, turned=180), *sheets(three, 1), *sheets(two, 1)]
    laid += sheets(three, 3, turned=4)
    batch = read(scanned(batch_of(laid), 200), clerk, caisse)
    assert {scan.issued: pages_of(scan) for scan in batch.filed.all()} == {
        three: [3, 1, 5],
        two: [4, 2],
    }
    assert doubts(batch) == []
    for scan in batch.filed.all():
        assert scan.author is None
        with scan.file.file.open("rb") as stored, pikepdf.open(stored) as piece:
            length = len(piece.pages)
        stamps = [(scan.issued.stamp, page) for page in range(1, length + 1)]
        with scan.file.file.open("rb") as stored, opened(stored) as document:
            found = [read_page(document, page).codes[0] for page in range(1, length + 1)]
        assert found == stamps


def test_the_original_is_kept_as_it_came(clerk: User, caisse: Caisse, two: IssuedDocument) -> None:
    content = batch_of(sheets(two, 1, 2))
    batch = read(content, clerk, caisse)
    with batch.file.file.open("rb") as stored:
        assert stored.read() == content


def test_what_is_doubtful_waits_for_a_person(
    clerk: User, caisse: Caisse, three: IssuedDocument, two: IssuedDocument
) -> None:
    laid = [
        *sheets(two, 1, 2),
        Sheet(words="Une pièce sans code"),
        Sheet(words=""),
        *sheets(three, 1, 3),
        Sheet(draw_stamp(), 1),
    ]
    batch = read(batch_of(laid), clerk, caisse)
    assert [scan.issued for scan in batch.filed.all()] == [two]
    assert doubts(batch) == [
        (Doubt.NO_CODE, (3,)),
        (Doubt.BLANK, (4,)),
        (Doubt.MISSING_PAGE, (5, 6)),
        (Doubt.UNKNOWN_CODE, (7,)),
    ]
    assert accounted(batch) == list(range(1, 8))


def test_a_document_of_another_caisse_is_neither_filed_nor_named(
    clerk: User, caisse: Caisse, draft: Callable[..., Convention]
) -> None:
    elsewhere = draft(caisse=Caisse.objects.create(code="AUTRE", name="Autre"), number="A-1")
    foreign = a_document(elsewhere, 1)
    batch = read(batch_of(sheets(foreign, 1)), clerk, caisse)
    (doubt,) = waiting(batch)
    assert (doubt.doubt, doubt.stamp) == (Doubt.ELSEWHERE, "")
    with pytest.raises(CannotScan, match="pas de ceux que vous pouvez classer"):
        file_by_hand(batch, [1], foreign, clerk)
    assert not FiledScan.objects.exists()


def test_a_document_printed_from_a_word_processor_is_confirmed_by_a_person(
    clerk: User, caisse: Caisse, convention: Convention, two: IssuedDocument
) -> None:
    two.file.content_type = "text/plain"
    EvidenceFile.objects.filter(pk=two.file_id).update(content_type="text/plain")
    batch = read(batch_of(sheets(two, 1, 2)), clerk, caisse)
    assert doubts(batch) == [(Doubt.LENGTH_UNKNOWN, (1, 2))]


def test_a_person_files_what_was_doubtful_and_every_page_is_accounted_for(
    clerk: User, caisse: Caisse, three: IssuedDocument
) -> None:
    batch = read(batch_of([*sheets(three, 3, 1), Sheet(), Sheet(words="")]), clerk, caisse)
    scan = file_by_hand(batch, [3, 1, 2], three, clerk)
    assert (scan.author, pages_of(scan)) == (clerk, [2, 3, 1])
    set_aside(batch, [4], "Verso blanc", clerk)
    assert waiting(batch) == ()
    assert accounted(batch) == [1, 2, 3, 4]
    with pytest.raises(CannotScan, match="vient d’être triée"):
        file_by_hand(batch, [3], three, clerk)
    with pytest.raises(CannotScan, match="vient d’être triée"):
        set_aside(batch, [4], "Encore", clerk)


@pytest.mark.parametrize(
    ("numbers", "reason", "words"),
    [
        ([], "Vide", "Cochez"),
        ([9], "Vide", "vient d’être"),
        ([1], "  ", "Dites pourquoi"),
        ([1], "2 95 10 99 126 111 93", "sécurité sociale"),
    ],
)
def test_pages_are_not_set_aside_without_a_reason(
    clerk: User, caisse: Caisse, numbers: list[int], reason: str, words: str
) -> None:
    batch = read(batch_of([Sheet()]), clerk, caisse)
    with pytest.raises(CannotScan, match=words):
        set_aside(batch, numbers, reason, clerk)
    assert not SortedPage.objects.exists()


def test_a_page_is_never_sorted_twice(clerk: User, caisse: Caisse, two: IssuedDocument) -> None:
    batch = read(batch_of(sheets(two, 1, 2)), clerk, caisse)
    row = SortedPage.objects.filter(page__batch=batch).first()
    assert row is not None
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


# Deposits.


def test_the_same_batch_twice_is_told(clerk: User, caisse: Caisse, two: IssuedDocument) -> None:
    content = batch_of(sheets(two, 1, 2))
    batch = read(content, clerk, caisse)
    with pytest.raises(AlreadyDeposited) as told:
        deposit_batch(ContentFile(content), "autre nom.pdf", caisse, clerk)
    assert told.value.batch == batch
    assert "1er février 2024" in plain(str(told.value))
    assert (ScanBatch.objects.count(), FiledScan.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("lot.tiff", b"II*\x00", "n’est pas un PDF"),
        ("lot.pdf", b"%PDF-1.7 and nothing", "abîmé"),
        ("lot.pdf", b"", "est vide"),
        ("lot 295109912611193.pdf", a_pdf(), "sécurité sociale"),
    ],
)
def test_a_bad_batch_is_refused_and_nothing_is_kept(
    clerk: User, caisse: Caisse, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(CannotScan, match=words):
        deposit_batch(ContentFile(content), name, caisse, clerk)
    assert not ScanBatch.objects.exists()
    assert not EvidenceFile.objects.exists()


def test_who_files_nothing_deposits_nothing(agent: User, caisse: Caisse) -> None:
    UserScope.objects.create(user=agent, caisse=caisse, role="auditor", first_day=date(2024, 1, 1))
    with pytest.raises(CannotScan, match="rôle"):
        deposit_batch(ContentFile(batch_of([Sheet()])), "lot.pdf", caisse, agent)


def test_a_clerk_of_one_service_sees_no_batch_of_others(
    clerk: User, caisse: Caisse, convention: Convention
) -> None:
    batch = read(batch_of([Sheet()]), clerk, caisse)
    service = convention.rules.services[0].code
    limited = User.objects.create_user("limite@caisse.example")
    UserScope.objects.create(
        user=limited,
        caisse=caisse,
        role="back_office_agent",
        services=[service],
        first_day=date(2024, 1, 1),
    )
    assert not visible_batches(limited, clock.today()).exists()
    own = read(batch_of([Sheet(words="Autre")]), limited, caisse)
    assert list(visible_batches(limited, clock.today())) == [own]
    assert set(visible_batches(clerk, clock.today())) == {batch, own}


def test_a_long_batch_is_read_a_few_pages_at_a_time(
    clerk: User, caisse: Caisse, two: IssuedDocument
) -> None:
    laid = [sheet for _ in range(6) for sheet in sheets(two, 1, 2)]
    batch = deposit_batch(ContentFile(batch_of(laid)), "lot.pdf", caisse, clerk)
    seen = []
    while unfinished().exists():
        drain(1)
        seen.append(batch.pages.count())
        assert is_read(batch) is (batch.pages.count() == 12)
    assert seen == [5, 10, 12]
    assert batch.filed.count() == 6


def test_a_scanned_copy_becomes_a_signed_one(
    clerk: User, caisse: Caisse, three: IssuedDocument
) -> None:
    batch = read(batch_of(sheets(three, 1, 2, 3)), clerk, caisse)
    scan = batch.filed.get()
    copy = deposit_scan(scan, Told(("partner",), date(2024, 1, 20), "partner"), clerk)
    assert (copy.file, copy.match, copy.level) == (scan.file, "stamp", "handwritten")
    assert deposit_scan(scan, Told(("partner",), date(2024, 1, 20), "partner"), clerk) == copy
