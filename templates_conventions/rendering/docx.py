"""A document as a DOCX file, for those who must still work on its text.

The styles, the margins and whatever stands in the margins come from the reference document
(``docx_reference``); the text, its headings and its header cells from here. The same document on
the same reference gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import datetime, time
from pathlib import Path
from typing import Any

from templates_conventions.document import Document
from templates_conventions.rendering import stamp, watermark
from templates_conventions.rendering.docx_archive import dated_alike
from templates_conventions.rendering.docx_body import Body
from templates_conventions.rendering.docx_markup import (
    EMU,
    TAB,
    TWIPS,
    anchored,
    field,
    paragraph,
    parsed,
    run,
)
from templates_conventions.rendering.docx_reference import REFERENCE, Reference, reference
from templates_conventions.rendering.surroundings import DRAFT, foot, head_left, head_right
from workflows.french import NO_BREAK_SPACE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STAMP_FROM_EDGE = 1.0
"""Between the code and the lower edge of the page, in centimetres: printers leave out less."""

_LONGEST = 255
"""How many characters a property of a DOCX file holds."""


def render(document: Document, reference_document: Path = REFERENCE) -> bytes:
    """The bytes of the DOCX file, in the look of a reference document.

    Raises ``ReferenceFault`` if that one cannot serve.
    """
    look = reference(reference_document)
    file = look.opened()
    section = file.sections[0]
    width = (section.page_width - section.left_margin - section.right_margin) * TWIPS // EMU
    end = file.element.body.sectPr
    for element in parsed(Body(document, look.styles, width).markup()):
        end.addprevious(element)
    _Margins(document, look, section, width).write()
    _describe(file, document)
    buffer = io.BytesIO()
    file.save(buffer)
    return dated_alike(buffer.getvalue())


class _Margins:
    """The head and the foot of the pages, after what the reference document has there."""

    def __init__(self, document: Document, look: Reference, section: Any, width: int) -> None:
        self.document, self.styles, self.section, self.width = document, look.styles, section, width

    def write(self) -> None:
        # One head and foot for every page: none may go without its stamp.
        self.section.different_first_page_header_footer = False
        _add(self.section.header, self._head())
        _add(self.section.footer, self._foot())

    def _head(self) -> str:
        content = run(head_left(self.document)) + TAB + run(head_right(self.document))
        if self.document.draft:
            content += self._watermark()
        return paragraph(content, self.styles["head"], right_tab=self.width)

    def _foot(self) -> str:
        style, carried = self.styles["foot"], self.document.stamp
        beside = round((stamp.SIDE + 0.5) * TWIPS) if carried else 0
        words = foot(self.document)
        first = paragraph(run(words), style, right_indent=beside) if words else ""
        content = (
            (run(carried, strong=True) if carried else "")
            + TAB
            + run(f"page{NO_BREAK_SPACE}")
            + field("PAGE", "1")
            + run(" sur ")
            + field("NUMPAGES", "1")
            + (self._code() if carried else "")
        )
        right = self.width - beside
        return first + paragraph(content, style, right_tab=right, right_indent=beside)

    def _watermark(self) -> str:
        relation, _ = self.section.header.part.get_or_add_image(io.BytesIO(watermark.image()))
        left = (self.section.page_width / EMU - watermark.SIDE) / 2
        top = (self.section.page_height / EMU - watermark.SIDE) / 2
        return anchored(relation, 1, watermark.SIDE, left, top, DRAFT)

    def _code(self) -> str:
        section = self.section
        content, side = stamp.image(self.document.stamp)
        relation, _ = section.footer.part.get_or_add_image(io.BytesIO(content))
        quiet = (side - stamp.SIDE) / 2
        right = (section.page_width - section.right_margin) / EMU
        top = section.page_height / EMU - _STAMP_FROM_EDGE - stamp.SIDE - quiet
        room = round((_STAMP_FROM_EDGE + side) * EMU)
        section.bottom_margin = max(section.bottom_margin, room)
        told = f"Code de la référence {self.document.stamp}"
        return anchored(relation, 2, side, right - stamp.SIDE - quiet, top, told)


def _add(part: Any, markup: str) -> None:
    """Put paragraphs at the end of a header or footer; an empty one of the reference gives way."""
    part.is_linked_to_previous = False
    last = part.paragraphs[-1] if part.paragraphs else None
    for element in parsed(markup):
        part._element.append(element)
    if last is not None and not last.text and len(last._p) <= 1:
        part._element.remove(last._p)


def _describe(file: Any, document: Document) -> None:
    moment = datetime.combine(document.dated, time())
    properties = file.core_properties
    properties.title = document.title[:_LONGEST]
    properties.author = properties.last_modified_by = document.issuer[:_LONGEST]
    properties.subject = document.reference[:_LONGEST]
    properties.language = "fr-FR"
    properties.created = properties.modified = moment
    properties.comments = ""
    properties.revision = 1
