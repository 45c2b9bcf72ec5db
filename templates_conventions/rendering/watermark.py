"""The word « Projet » across a page, as an image: a reader sees it, a copied text is free of it."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from templates_conventions.rendering.surroundings import DRAFT

SIDE = 15.0
"""Side of the square image on paper, in centimetres."""
_PIXELS = 900
_PALE = 232
"""Grey of the letters, between black (0) and the paper (255): text over it stays readable."""
_FONT = Path(__file__).resolve().parent / "vendor" / "source-sans-3" / "SourceSans3-Bold.ttf"


@cache
def image() -> bytes:
    """The watermark as a grey PNG on white, to be drawn first, behind everything."""
    paper = Image.new("L", (_PIXELS, _PIXELS), 255)
    font = ImageFont.truetype(_FONT, _PIXELS * 0.34)
    ImageDraw.Draw(paper).text(
        (_PIXELS / 2, _PIXELS / 2), DRAFT, fill=_PALE, font=font, anchor="mm"
    )
    turned = paper.rotate(45, fillcolor=255, resample=Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    turned.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
