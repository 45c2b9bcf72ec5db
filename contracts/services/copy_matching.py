"""How far a file that came back is the document that was issued."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image

from contracts.models import IssuedDocument, SignedCopy
from contracts.services.documents import Altered, content_of
from contracts.services.page_reading import PageReading, Unreadable, codes_of, opened, read_page
from workflows.french import typeset

MOST_PAGES_READ = 12
"""Pages looked at for a stamp: enough to tell one document from another."""


class WrongDocument(Exception):
    """The file bears the stamp of another document."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


def compared(issued: IssuedDocument, content: bytes, *, is_pdf: bool) -> SignedCopy.Match:
    """Whether the file is built on the very bytes issued, bears their stamp, or tells nothing.

    Raises ``WrongDocument``.
    """
    if is_pdf and content.startswith(_issued_bytes(issued)):
        return SignedCopy.Match.BYTES
    stamps = {code.stamp for reading in _readings(content, is_pdf) for code in reading.codes}
    others = sorted(stamps - {issued.stamp})
    if others:
        raise WrongDocument(
            f"Ce fichier porte le repère {others[0]}, et ce document le repère "
            f"{issued.stamp or 'absent'} : c’est la copie d’un autre document. Vérifiez le fichier."
        )
    return SignedCopy.Match.STAMP if stamps else SignedCopy.Match.NONE


def _issued_bytes(issued: IssuedDocument) -> bytes:
    try:
        return content_of(issued)
    except (Altered, FileNotFoundError):
        # Nothing starts with it: the copy is compared by its stamp, and by a person.
        return b"\x00"


def _readings(content: bytes, is_pdf: bool) -> list[PageReading]:
    try:
        if not is_pdf:
            with Image.open(BytesIO(content)) as image:
                return [PageReading(1, codes_of(image.convert("L")), blank=False)]
        with opened(ContentFile(content)) as document:
            last = min(len(document), MOST_PAGES_READ)
            return [read_page(document, number) for number in range(1, last + 1)]
    except Unreadable:
        return []
