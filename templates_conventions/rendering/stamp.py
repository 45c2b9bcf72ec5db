"""The stamp of a printed document as a QR code, so that a scanned page says what it is."""

from __future__ import annotations

import io

import segno
from segno import QRCode

SIDE = 1.6
"""Side of the code on paper without its quiet zone, in centimetres."""
QUIET_ZONE = 4
"""White squares to keep around it, as ISO/IEC 18004 asks."""
_PRINTED = 12
"""Pixels of one square in the image of a word-processor file: 480 dots an inch and more."""

_POINTS = 4
"""Points of one square in a picture of a PDF, so that a viewer that smooths blurs but its edge."""


def content(stamp: str, page: int | None = None) -> str:
    """What the code says: ``TACITE:7K3F-9QXM-2T:3`` on the third page."""
    return f"TACITE:{stamp}" if page is None else f"TACITE:{stamp}:{page}"


def mask(stamp: str, page: int) -> tuple[int, str]:
    """The code of one page as a picture of one bit a point: its side in points, and its rows as
    hexadecimal figures, a dark point a 0."""
    matrix = _code(content(stamp, page)).matrix
    side = len(matrix) * _POINTS
    unused = -side % 8
    rows = []
    for row in matrix:
        bits = "".join("01"[not dark] * _POINTS for dark in row) + "0" * unused
        rows += [f"{int(bits, 2):0{len(bits) // 4}x}"] * _POINTS
    return side, "".join(rows)


def image(stamp: str) -> tuple[bytes, float]:
    """The code of a document whose pages are not known yet, as PNG, and its side in centimetres.

    The quiet zone is part of the image, whatever is written around it.
    """
    code = _code(content(stamp))
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=_PRINTED, border=QUIET_ZONE)
    side = len(code.matrix)
    return buffer.getvalue(), SIDE * (side + 2 * QUIET_ZONE) / side


def _code(text: str) -> QRCode:
    # A mask given spares trying the eight; level M or better survives a stain or a fold.
    return segno.make_qr(text, error="m", mask=3)
