"""The pictures of the guide: what a page shows from its top, small enough to be read with a text.

They are written where ``TACITE_GUIDE_PICTURES`` says, as ``make screenshots`` does; without it the
pages are gone through all the same.
"""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page

COLOURS = 64
"""Enough for text and flat colours; a third of the size."""

MARGIN = 16
"""Pixels kept above what a picture begins with."""


def take(page: Page, name: str, *, whole: bool = True) -> None:
    """Take the picture of a page: all of it, or what the window shows."""
    _write(name, lambda: page.screenshot(full_page=whole, animations="disabled"))


def take_from(first: Locator, name: str, height: int) -> None:
    """Take the picture of what begins with an element, over the width of the page, so high."""
    page = first.page
    width, bottom = page.evaluate(
        "() => [document.documentElement.clientWidth, document.documentElement.scrollHeight]"
    )
    top = first.evaluate("(element) => element.getBoundingClientRect().top + scrollY")
    top = max(top - MARGIN, 0)
    clip = FloatRect(x=0, y=top, width=width, height=min(height, bottom - top))
    _write(name, lambda: page.screenshot(full_page=True, clip=clip, animations="disabled"))


def _write(name: str, taken: Callable[[], bytes]) -> None:
    folder = os.environ.get("TACITE_GUIDE_PICTURES")
    if not folder:
        return
    picture = Image.open(BytesIO(taken())).convert("RGB")
    small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(Path(folder) / f"{name}.png", optimize=True)
