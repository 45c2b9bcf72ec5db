"""The documents that the stamps of a batch name."""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf

from contracts.models import IssuedDocument, ScanBatch
from contracts.rules import conventions_where
from contracts.services.page_reading import PageReading
from workflows import clock

ISSUE = "contracts.issue_document"


def documents_by_stamp(
    batch: ScanBatch, readings: Sequence[PageReading]
) -> tuple[dict[str, int], frozenset[str], dict[str, IssuedDocument]]:
    """How many pages each document of the batch's caisse has, the stamps of others, the documents.

    Documents that whoever deposited the batch may not process are others. A length is 0 where the
    document was issued for a word processor.
    """
    stamps = {code.stamp for reading in readings for code in reading.codes}
    known = {
        issued.stamp: issued
        for issued in IssuedDocument.objects.filter(stamp__in=stamps).select_related(
            "file", "convention"
        )
    }
    own = set(
        conventions_where(batch.author, ISSUE, clock.today())
        .filter(caisse=batch.caisse_id, documents__in=known.values())
        .values_list("pk", flat=True)
    )
    mine = {stamp: issued for stamp, issued in known.items() if issued.convention_id in own}
    lengths = {stamp: _length(issued) for stamp, issued in mine.items()}
    return lengths, frozenset(known.keys() - mine.keys()), mine


def _length(issued: IssuedDocument) -> int:
    if issued.file.content_type != "application/pdf":
        return 0
    try:
        with issued.file.file.open("rb") as stored, pikepdf.open(stored) as pdf:
            return len(pdf.pages)
    except (FileNotFoundError, pikepdf.PdfError):
        return 0
