"""Paper finds its file: a scanned batch is read page by page, split, and filed by its stamps.

The reading is done by effects, a few pages each, so that a long batch holds nothing up and goes on
where a killed worker left it. The original stays as it came; every page of it is filed, set aside
for a reason, or waits for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import (
    Caisse,
    FiledScan,
    IssuedDocument,
    ScanBatch,
    ScannedPage,
    SortedPage,
    User,
)
from contracts.rules import caisses_where, scopes_where
from contracts.services.evidence import check_evidence, digest_of, store_evidence
from contracts.services.page_reading import PageReading, Unreadable, opened, read_page
from contracts.services.scan_sorting import Doubtful, all_doubtful, sort
from contracts.services.scan_stamps import documents_by_stamp
from contracts.services.scanned_pieces import piece_of
from contracts.services.upload_checks import check_pdf
from contracts.stamps import PageCode
from workflows import clock, effects
from workflows.effects import EffectContext, EffectFailed
from workflows.french import date_in_words, typeset

ISSUE = "contracts.issue_document"
VIEW = "contracts.view_scans"
LARGEST = 250 * 1024**2
"""Bytes: four hundred pages in colour."""
PAGES_AT_ONCE = 5
"""Pages read between two commits: on SQLite nobody else writes meanwhile."""
READING = "contracts.read_scan_batch"
LONGEST_REASON = 300


class CannotScan(Exception):
    """The batch or the filing cannot be taken as given; nothing was stored."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


class AlreadyDeposited(CannotScan):
    """The very same file was deposited before: ``batch`` is that one."""

    def __init__(self, batch: ScanBatch) -> None:
        super().__init__(
            "Ce lot a déjà été déposé le "
            f"{date_in_words(clock.civil_date(batch.uploaded_at))}. Rien n’a été classé deux fois."
        )
        self.batch = batch


def visible_batches(user: User, on: date) -> QuerySet[ScanBatch]:
    """The batches that a user may see: those of the caisse, its own alone where services limit it.

    A batch shows paper of every service.
    """
    seen = Q(author=user) & Q(caisse__in=scanning_caisses(user, on))
    for scope in scopes_where(user, VIEW, on):
        if not scope.services:
            seen |= Q(caisse=scope.caisse_id)
    return ScanBatch.objects.filter(seen)


def scanning_caisses(user: User, on: date) -> QuerySet[Caisse]:
    """The caisses for which a user files paper."""
    return caisses_where(user, ISSUE, on).order_by("name")


def deposit_batch(file: File, name: str, caisse: Caisse, author: User) -> ScanBatch:
    """Keep a scanned PDF as it came, and have it read.

    Raises ``AlreadyDeposited`` for the same file, and ``CannotScan`` naming the fault.
    """
    if not author.has_perm(ISSUE, caisse):
        raise CannotScan("Votre rôle ne permet pas de classer des documents de cette caisse.")
    if not name.lower().endswith(".pdf"):
        raise CannotScan(
            f"« {name} » n’est pas un PDF. Réglez le numériseur pour qu’il fasse un PDF du lot."
        )
    try:
        check_evidence(file, name, largest=LARGEST)
        pages = check_pdf(file)
    except ValidationError as refused:
        raise CannotScan(" ".join(refused.messages)) from refused
    digest = digest_of(file)
    with transaction.atomic():
        # One deposit at a time for a caisse, so that the same file is kept once.
        Caisse.objects.select_for_update(no_key=True).get(pk=caisse.pk)
        known = ScanBatch.objects.filter(caisse=caisse, sha256=digest).first()
        if known is not None:
            raise AlreadyDeposited(known)
        batch = ScanBatch.objects.create(
            caisse=caisse,
            file=store_evidence(file, name, author, largest=LARGEST),
            sha256=digest,
            page_count=pages,
            author=author,
            uploaded_at=clock.now(),
        )
        _go_on(batch, 1)
    return batch


@effects.handler(READING)
def read_some(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Read the next pages of a batch; after the last, file what is without doubt.

    Raises ``EffectFailed`` when the file cannot be opened.
    """
    batch = ScanBatch.objects.select_related("file", "author", "caisse").get(pk=payload["batch"])
    first = payload["page"]
    last = min(first + PAGES_AT_ONCE - 1, batch.page_count)
    ScannedPage.objects.bulk_create(
        ScannedPage(
            batch=batch,
            number=reading.number,
            codes=[list(code) for code in reading.codes],
            blank=reading.blank,
        )
        for reading in _read(batch, range(first, last + 1))
    )
    if last < batch.page_count:
        _go_on(batch, last + 1)
    else:
        _file_what_is_sure(batch)


def is_read(batch: ScanBatch) -> bool:
    """Whether every page was read."""
    return batch.pages.count() == batch.page_count


def waiting(batch: ScanBatch) -> tuple[Doubtful, ...]:
    """The pages that wait for a person, grouped, once all are read."""
    if not is_read(batch):
        return ()
    readings = _unsorted(batch)
    lengths, elsewhere, _ = documents_by_stamp(batch, readings)
    return all_doubtful(sort(readings, lengths, elsewhere))


def file_by_hand(
    batch: ScanBatch, numbers: Sequence[int], issued: IssuedDocument, author: User
) -> FiledScan:
    """File pages of a batch as a scanned copy of a document, as a person decided.

    Raises ``CannotScan`` for a page that was sorted meanwhile or is none of the batch's, and for a
    document of another caisse.
    """
    if issued.convention.caisse_id != batch.caisse_id or not author.has_perm(
        ISSUE, issued.convention
    ):
        raise CannotScan("Ce document n’est pas de ceux que vous pouvez classer ici.")
    with transaction.atomic():
        pages = _still_waiting(batch, numbers)
        return _filed(batch, pages, issued, author)


def set_aside(batch: ScanBatch, numbers: Sequence[int], reason: str, author: User) -> None:
    """Leave pages unfiled for a reason: a separator, a blank side. Raises ``CannotScan``."""
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise CannotScan(
            f"Dites pourquoi ces pages sont écartées, en {LONGEST_REASON} signes au plus."
        )
    try:
        validate_no_nir(reason)
    except ValidationError as found:
        raise CannotScan(" ".join(found.messages)) from found
    with transaction.atomic():
        for page in _still_waiting(batch, numbers):
            SortedPage.objects.create(
                page=page, reason=reason, author=author, sorted_at=clock.now()
            )


def _go_on(batch: ScanBatch, page: int) -> None:
    effects.emit(
        READING, f"scan:{batch.pk}:{page}", f"scan:{batch.pk}", {"batch": batch.pk, "page": page}
    )


def _read(batch: ScanBatch, numbers: Sequence[int]) -> list[PageReading]:
    found = []
    try:
        with batch.file.file.open("rb") as stored, opened(stored) as document:
            for number in numbers:
                try:
                    found.append(read_page(document, number))
                except Unreadable:
                    # Kept and shown: a person sees what the machine cannot draw.
                    found.append(PageReading(number, (), blank=False))
    except (Unreadable, FileNotFoundError) as error:
        raise EffectFailed(
            f"Le fichier du lot numérisé {batch.pk} ne peut être ouvert. Retrouvez-le dans une "
            "sauvegarde, puis relancez la lecture."
        ) from error
    return found


def _unsorted(batch: ScanBatch) -> list[PageReading]:
    rows = batch.pages.filter(sorted__isnull=True).order_by("number")
    return [
        PageReading(row.number, tuple(PageCode(*code) for code in row.codes), row.blank)
        for row in rows
    ]


def _file_what_is_sure(batch: ScanBatch) -> None:
    readings = _unsorted(batch)
    lengths, elsewhere, documents = documents_by_stamp(batch, readings)
    rows = {row.number: row for row in batch.pages.all()}
    for piece in sort(readings, lengths, elsewhere).pieces:
        _filed(batch, [rows[number] for number in piece.pages], documents[piece.stamp], None)


def _still_waiting(batch: ScanBatch, numbers: Sequence[int]) -> list[ScannedPage]:
    # One person at a time sorts a batch.
    ScanBatch.objects.select_for_update().get(pk=batch.pk)
    wanted = sorted(set(numbers))
    rows = list(batch.pages.filter(number__in=wanted, sorted__isnull=True).order_by("number"))
    if not wanted:
        raise CannotScan("Cochez au moins une page.")
    if len(rows) != len(wanted):
        raise CannotScan(
            "Une de ces pages vient d’être triée par quelqu’un d’autre. Relisez ce qui reste."
        )
    return rows


def _filed(
    batch: ScanBatch, pages: Sequence[ScannedPage], issued: IssuedDocument, author: User | None
) -> FiledScan:
    ordered = _in_printed_order(pages, issued.stamp)
    content = piece_of(batch, [page.number for page in ordered])
    name = f"numerisation-{issued.stamp or issued.pk}-lot-{batch.pk}.pdf"
    scan = FiledScan.objects.create(
        batch=batch,
        issued=issued,
        file=store_evidence(content, name, author or batch.author, largest=LARGEST),
        author=author,
        filed_at=clock.now(),
    )
    SortedPage.objects.bulk_create(
        SortedPage(page=page, scan=scan, author=author, sorted_at=clock.now()) for page in ordered
    )
    return scan


def _in_printed_order(pages: Sequence[ScannedPage], stamp: str) -> list[ScannedPage]:
    """The order of the printed numbers; pages without one come after the page they follow."""
    placed, after = [], 0
    for page in sorted(pages, key=lambda page: page.number):
        printed = [number for known, number in page.codes if known == stamp]
        after = printed[0] if len(page.codes) == 1 and printed else after
        placed.append((after, page.number, page))
    return [page for *_, page in sorted(placed, key=lambda one: one[:2])]
