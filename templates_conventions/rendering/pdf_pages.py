"""The pages of a PDF: text between a head and a foot, numbered, stamped or marked as a draft."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import cm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate
from reportlab.platypus import Paragraph as Words

from templates_conventions.document import Document
from templates_conventions.rendering import stamp, watermark
from templates_conventions.rendering.pdf_fields import Placed
from templates_conventions.rendering.pdf_flow import flowables
from templates_conventions.rendering.pdf_styles import (
    BOTTOM,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    QUIET,
    TOP,
    WIDTH,
    face,
    register,
    safe,
    style,
)
from templates_conventions.rendering.surroundings import foot, head_left, head_right
from workflows.french import NO_BREAK_SPACE

_RIGHT = PAGE_WIDTH - MARGIN
_STAMP_BOTTOM = 1.0 * cm
_MARGINS = "margins"
_BASELINE = 1.4 * cm
"""Of the last line of the foot of a page."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What was laid out: a PDF without metadata of its own, and where its form fields go."""

    content: bytes
    spaces: tuple[Placed, ...]


def pages(document: Document, *, fillable: bool = False) -> Pages:
    """Lay the document out; with room for form fields if ``fillable``."""
    register()
    buffer = io.BytesIO()
    layout = BaseDocTemplate(
        buffer,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=document.title,
        author=document.issuer,
        subject=document.reference,
        creator=document.issuer,
        lang="fr-FR",
        initialFontName=face("regular"),
        invariant=1,
    )
    frame = Frame(MARGIN, BOTTOM, WIDTH, PAGE_HEIGHT - TOP - BOTTOM, 0, 0, 0, 0)
    before = _draft if document.draft else lambda canvas, layout: None
    layout.addPageTemplates(PageTemplate(frames=[frame], onPage=before))
    spaces: list[Placed] = []

    class Paper(_Paper):
        """The canvas of this document: reportlab makes it itself."""

        of, fields = document, spaces

    layout.build(flowables(document, fillable=fillable), canvasmaker=Paper)
    return Pages(buffer.getvalue(), tuple(spaces))


def _draft(canvas: Canvas, layout: Any) -> None:
    """The watermark, drawn before the text so that it is behind."""
    side = watermark.SIDE * cm
    place = (PAGE_WIDTH - side) / 2, (PAGE_HEIGHT - side) / 2
    canvas.drawImage(ImageReader(io.BytesIO(watermark.image())), *place, side, side)


class _Paper(Canvas):
    """Holds every page until it is known how many there are and what stands on which."""

    of: Document
    fields: list[Placed]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._held: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}
        self._references: list[tuple[int, str, float]] = []

    def place(self, name: str) -> None:
        """Note that the part of this name begins on this page."""
        self._places.setdefault(name, len(self._held) + 1)

    def refer(self, name: str, y: float) -> None:
        """Ask for the page number of a part at the right margin, on the baseline ``y``."""
        self._references.append((len(self._held) + 1, name, y))

    def space(self, made: Callable[[int], Placed]) -> None:
        """Note a form field on this page."""
        self.fields.append(made(len(self._held)))

    def showPage(self) -> None:  # noqa: N802 — reportlab's name
        self._held.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        margins = _Margins(self.of)
        margins.prepare(self)
        for number, page in enumerate(self._held, start=1):
            self.__dict__.update(page)
            self.setFillColor(QUIET)
            for _, name, y in (one for one in self._references if one[0] == number):
                self.setFont(face("regular"), 10)
                self.drawRightString(_RIGHT, y, str(self._places[name]))
            margins.draw(self, number, len(self._held))
            Canvas.showPage(self)
        super().save()


class _Margins:
    """The head and the foot of the pages of one document."""

    def __init__(self, document: Document) -> None:
        self.stamp = document.stamp
        # Half the width each: a number or a title of any length holds beside its neighbour.
        self.right = _RIGHT - (stamp.SIDE + 0.4) * cm if document.stamp else _RIGHT
        half = WIDTH / 2 - 6
        self.head = (
            _laid(head_left(document), "margin", half),
            _laid(head_right(document), "margin-right", half),
        )
        self.foot = _laid(foot(document), "margin", self.right - MARGIN - 3.2 * cm)

    def prepare(self, canvas: Canvas) -> None:
        """Draw once what is the same on every page."""
        canvas.beginForm(_MARGINS, 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        for text, left in zip(self.head, (MARGIN, PAGE_WIDTH / 2 + 6), strict=True):
            text.drawOn(canvas, left, PAGE_HEIGHT - 1.1 * cm - text.height)
        self.foot.drawOn(canvas, MARGIN, _BASELINE - 2.5)
        canvas.endForm()

    def draw(self, canvas: Canvas, number: int, total: int) -> None:
        canvas.doForm(_MARGINS)
        canvas.setFont(face("regular"), 8.5)
        page = f"page{NO_BREAK_SPACE}{number} sur {total}"
        canvas.drawRightString(self.right, _BASELINE, page)
        if self.stamp:
            canvas.setFont(face("bold"), 8.5)
            canvas.drawRightString(self.right, _BASELINE + 10.5, self.stamp)
            self._code(canvas, number)

    def _code(self, canvas: Canvas, number: int) -> None:
        points, rows = stamp.mask(self.stamp, number)
        side = stamp.SIDE * cm
        canvas.saveState()
        canvas.setFillGray(0)
        canvas.translate(_RIGHT - side, _STAMP_BOTTOM)
        canvas.scale(side, side)
        # One picture in the page: as shapes, the squares are thousands of things to check.
        canvas.addLiteral(f"BI /W {points} /H {points} /IM true /BPC 1 /F /AHx ID {rows}> EI")
        canvas.restoreState()


def _laid(text: str, name: str, width: float) -> Words:
    words = Words(safe(text), style(name))
    words.wrap(width, PAGE_HEIGHT)
    return words
