"""Documents of every type of convention that has its texts, and the eyes that read their files."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import docx
import pypdfium2
from docx.table import Table

from templates_conventions.catalogue import rulebook, rulebooks
from templates_conventions.document import Document
from templates_conventions.rendering import pdf_styles
from templates_conventions.samples import (
    ANNEXES,
    AVENANTS,
    CONVENTION,
    FORMS,
    LETTERS,
    Sample,
    samples,
)
from templates_conventions.texts import has_text
from tests.documents import NURSERY

TYPES = [code for code in rulebooks() if has_text(code)]
"""The types whose texts are written."""


def every_document() -> dict[str, Document]:
    """The convention of each type, full and blank, its annexes and forms; all that one type has.

    The letters and avenants of the other types say the same texts with other rules. The sheet of a
    rulebook shows a digest longer than its line.
    """
    return {
        f"{code} {sample.name}": sample.document
        for code in TYPES
        for sample in samples(rulebook(code))
        if isinstance(sample, Sample) and _is_read(code, sample)
    }


def _is_read(code: str, sample: Sample) -> bool:
    if sample.document.draft or sample.document.stamp:
        return False
    if sample.group in (CONVENTION, ANNEXES, FORMS):
        return True
    variant = sample.document.letter and not sample.name.endswith(sample.document.code)
    return code == NURSERY and sample.group in (LETTERS, AVENANTS) and not variant


# The body of a file, without the head and the foot of its pages, in reading order.


def docx_reading(content: bytes) -> str:
    """The text of a DOCX."""
    file = docx.Document(io.BytesIO(content))
    return "\n".join(_docx_parts(file))


def _docx_parts(holder: object) -> Iterator[str]:
    for part in holder.iter_inner_content():
        if isinstance(part, Table):
            for row in part.rows:
                for cell in row.cells:
                    yield from _docx_parts(cell)
        else:
            yield part.text


def pdf_reading(content: bytes, folder: Path) -> str:
    """The text of a PDF between the heads and the feet of its pages, read by Poppler."""
    file = folder / "document.pdf"
    file.write_bytes(content)
    top, bottom = pdf_styles.TOP, pdf_styles.PAGE_HEIGHT - pdf_styles.BOTTOM
    place = ["-x", "0", "-y", str(int(top) - 2), "-W", "600", "-H", str(int(bottom - top) + 4)]
    read = subprocess.run(
        ["pdftotext", "-raw", "-nopgbrk", *place, file, "-"], check=True, capture_output=True
    )
    return read.stdout.decode()


class _PageText(HTMLParser):
    """The words of a page; numbers its ordered lists, leaves out « à compléter »."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.lists: list[int | None] = []
        self.blank = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append("" if tag in ("strong", "em", "a", "span") else "\n")
        self.blank = ("class", "document-blank") in attrs
        if tag in ("ol", "ul"):
            self.lists.append(0 if tag == "ol" else None)
        if tag == "li" and self.lists[-1] is not None:
            self.lists[-1] += 1
            self.parts.append(f"{self.lists[-1]}. ")

    def handle_endtag(self, tag: str) -> None:
        self.blank = False
        self.parts.append("" if tag in ("strong", "em", "a", "span") else "\n")
        if tag in ("ol", "ul"):
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        if not self.blank:
            self.parts.append(data)


def html_reading(page: str) -> str:
    """The text of a page, between its tags."""
    reader = _PageText()
    reader.feed(page)
    return "".join(reader.parts)


# The places of things on the pages of a PDF.


def page_texts(content: bytes) -> list[list[tuple[str, tuple[float, float, float, float]]]]:
    """For each page, its stretches of text and their place: left, bottom, right, top in points."""
    pages = []
    with pypdfium2.PdfDocument(content) as file:
        for page in file:
            text = page.get_textpage()
            boxes = [text.get_rect(number) for number in range(text.count_rects())]
            pages.append([(text.get_text_bounded(*box), box) for box in boxes])
    return pages
