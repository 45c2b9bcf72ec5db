"""What a batch shows: how far it was read, what was filed, what waits, what was set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.models import FiledScan, IssuedDocument, ScanBatch, SortedPage
from contracts.services.scan_sorting import Doubt
from contracts.services.scanning import waiting
from desk.scanning import words
from workflows.french import count


class WaitingGroup(NamedTuple):
    """Pages that wait for a person, and the document they may belong to."""

    title: str
    advice: str
    pages: tuple[int, ...]
    key: str
    document: IssuedDocument | None


class FiledLine(NamedTuple):
    """A piece filed, with its pages in the batch."""

    scan: FiledScan
    pages: str


@dataclass(frozen=True)
class BatchResult:
    """One batch."""

    batch: ScanBatch
    read: int
    """Pages read."""
    sorted: int
    """Pages filed or set aside."""
    groups: tuple[WaitingGroup, ...] = ()
    filed: tuple[FiledLine, ...] = ()
    aside: tuple[SortedPage, ...] = field(default=())
    blanks: int = 0

    @property
    def is_read(self) -> bool:
        return self.read == self.batch.page_count

    @property
    def pages_left(self) -> str:
        """« 1 page »."""
        return count(self.left, "page")

    @property
    def left(self) -> int:
        """Pages that wait for a person, once all are read."""
        return self.batch.page_count - self.sorted if self.is_read else 0


def result_of(batch: ScanBatch, *, details: bool = False) -> BatchResult:
    """How far a batch is; with ``details``, page by page."""
    sorted_pages = SortedPage.objects.filter(page__batch=batch)
    read, done = batch.pages.count(), sorted_pages.count()
    if not details:
        return BatchResult(batch, read, done)
    doubts = waiting(batch)
    stamps = {doubt.stamp for doubt in doubts if doubt.stamp}
    documents = {
        row.stamp: row
        for row in IssuedDocument.objects.filter(stamp__in=stamps).select_related("convention")
    }
    groups = tuple(
        WaitingGroup(
            words.title(doubt),
            words.advice(doubt),
            doubt.pages,
            "-".join(str(page) for page in doubt.pages),
            documents.get(doubt.stamp),
        )
        for doubt in doubts
    )
    scans = batch.filed.select_related("issued__convention__partner", "file", "author")
    filed = tuple(FiledLine(scan, _listed(scan)) for scan in scans.prefetch_related("pages__page"))
    aside = sorted_pages.filter(scan__isnull=True).select_related("page", "author")
    blanks = sum(doubt.doubt is Doubt.BLANK for doubt in doubts)
    return BatchResult(
        batch, read, done, groups, filed, tuple(aside.order_by("page__number")), blanks
    )


def _listed(scan: FiledScan) -> str:
    return ", ".join(
        str(row.page.number) for row in sorted(scan.pages.all(), key=lambda row: row.pk)
    )
