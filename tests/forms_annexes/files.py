"""Files as people upload them, good and bad, made from nothing."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image


def a_pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **options: object) -> bytes:
    """A PDF of one blank page, changed at will."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    if change is not None:
        change(pdf)
    out = BytesIO()
    # The same bytes whenever it is made; an encrypted one cannot be.
    pdf.save(out, **{"deterministic_id": "encryption" not in options} | options)
    return out.getvalue()


def an_image(kind: str, size: tuple[int, int] = (40, 60)) -> bytes:
    """A grey picture."""
    out = BytesIO()
    Image.new("L", size, 200).save(out, kind)
    return out.getvalue()


def content_of(answer: Any) -> bytes:
    """All that an answer holds, read to its end: what is streamed is closed by that."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)
