"""Reading the codes of scanned pages: one page at a time, whatever the length of the file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pypdfium2
import zxingcpp
from django.core.files.base import File
from PIL import Image

from contracts.stamps import PageCode, read_page_code

RESOLUTIONS = (150, 300, 100)
"""Points an inch at which a page is looked at, in turn, until a code is found."""
MOST_PIXELS = 20_000_000
"""A page is drawn no larger than that, whatever size it claims."""
THUMBNAIL_WIDTH = 260
"""Pixels."""
FULL_WIDTH = 1200
"""Pixels: enough to read small print on a screen."""
BLANK_SHARE = 0.999
"""Share of light points from which a page is blank: dust and the edge of the glass remain."""
LIGHT = 200
"""Grey from which a point is light, out of 255."""

POINTS_AN_INCH = 72


class PageReading(NamedTuple):
    """What one page of a batch says of itself."""

    number: int
    """Its place in the batch, from 1."""
    codes: tuple[PageCode, ...]
    blank: bool


class Unreadable(ValueError):
    """The file cannot be drawn."""


@contextmanager
def opened(file: File) -> Iterator[pypdfium2.PdfDocument]:
    """The pages of a PDF, read from the file as they are asked for. Raises ``Unreadable``."""
    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file.file if hasattr(file, "file") else file)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(str(error)) from error
    try:
        yield document
    finally:
        document.close()


def read_page(document: pypdfium2.PdfDocument, number: int) -> PageReading:
    """What the page ``number``, from 1, says of itself. Raises ``Unreadable``."""
    codes: tuple[PageCode, ...] = ()
    blank = False
    for resolution in RESOLUTIONS:
        with _drawn(document, number, resolution / POINTS_AN_INCH) as image:
            codes = codes_of(image)
            if resolution == RESOLUTIONS[0]:
                blank = not codes and is_blank(image)
        if codes or blank:
            break
    return PageReading(number, codes, blank)


def codes_of(image: Image.Image) -> tuple[PageCode, ...]:
    """The codes of ours that an image shows, upright or not, each once, in a fixed order."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    known = {code for one in found if (code := read_page_code(one.text)) is not None}
    return tuple(sorted(known))


def is_blank(image: Image.Image) -> bool:
    """Whether nothing is written on a page."""
    counts = image.convert("L").histogram()
    return sum(counts[LIGHT:]) >= BLANK_SHARE * sum(counts)


def picture(document: pypdfium2.PdfDocument, number: int, width: int) -> bytes:
    """A page as a JPEG of that width, to be looked at. Raises ``Unreadable``."""
    points = max(_size(document, number)[0], 1)
    with _drawn(document, number, width / points, grey=False) as image:
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


@contextmanager
def _drawn(
    document: pypdfium2.PdfDocument, number: int, scale: float, *, grey: bool = True
) -> Iterator[Image.Image]:
    width, height = _size(document, number)
    most = (MOST_PIXELS / max(width * height, 1)) ** 0.5
    page: Any = None
    try:
        page = document[number - 1]
        bitmap = page.render(scale=min(scale, most), grayscale=grey)
        yield bitmap.to_pil()
        bitmap.close()
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"page {number}") from error
    finally:
        # What a page holds is given back at once: memory stays that of one page.
        if page is not None:
            page.close()


def _size(document: pypdfium2.PdfDocument, number: int) -> tuple[float, float]:
    try:
        return document.get_page_size(number - 1)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"page {number}") from error
