"""Paper as it comes from a scanner: pages with a code in their corner, drawn for the tests."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import NamedTuple

import segno
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from contracts.stamps import page_code


class Sheet(NamedTuple):
    """One page of a batch."""

    stamp: str = ""
    """Empty: no code is printed on it."""
    page: int = 1
    turned: float = 0
    """Degrees by which it lay on the glass."""
    words: str = "Une page de la convention"
    raw: str = ""
    """The text of a code that is none of ours."""


def batch_of(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as one PDF, in the order given."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for sheet in sheets:
        _draw(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned(content: bytes, dots_an_inch: int) -> bytes:
    """The same pages as a scanner gives them: pictures, and nothing to select."""
    out = io.BytesIO()
    document = PdfDocument(content)
    pictures = [
        page.render(scale=dots_an_inch / 72, grayscale=True).to_pil().convert("L")
        for page in document
    ]
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=dots_an_inch)
    document.close()
    return out.getvalue()


def photograph(sheet: Sheet, dots_an_inch: int = 150) -> bytes:
    """One sheet as a JPEG."""
    document = PdfDocument(batch_of([sheet]))
    picture: Image.Image = document[0].render(scale=dots_an_inch / 72).to_pil()
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=60)
    document.close()
    return out.getvalue()


def _draw(canvas: Canvas, sheet: Sheet) -> None:
    width, height = A4
    # By a quarter, the whole page turns with what is on it.
    quarter = int(sheet.turned) if sheet.turned in (90, 270) else 0
    canvas.setPageRotation(quarter)
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(0 if quarter else sheet.turned)
    canvas.translate(-width / 2, -height / 2)
    if sheet.words:
        for line in range(20):
            canvas.drawString(90, 700 - 22 * line, f"{sheet.words}, ligne {line + 1}")
    text = sheet.raw or (page_code(sheet.stamp, sheet.page) if sheet.stamp else "")
    if text:
        code = io.BytesIO()
        segno.make_qr(text, error="m").save(code, kind="png", scale=8, border=4)
        code.seek(0)
        canvas.drawImage(ImageReader(code), width - 150, 70, 62, 62)
    canvas.restoreState()
