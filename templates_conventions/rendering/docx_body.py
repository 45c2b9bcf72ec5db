"""The blocks of a document as the body of a DOCX file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from templates_conventions.document import (
    Address,
    Block,
    Document,
    FormSection,
    FormSpace,
    Heading,
    Items,
    NewPage,
    Pairs,
    Paragraph,
    Quotation,
    Runs,
    Signatures,
    SignatureSpace,
    Table,
)
from templates_conventions.rendering.docx_markup import (
    FIELD_END,
    TWIPS,
    bookmark,
    field_start,
    link,
    paragraph,
    row,
    run,
    runs,
    table,
)
from templates_conventions.rendering.surroundings import (
    CONTENTS,
    CONTENTS_DEPTH,
    advice,
    anchors,
    contents,
    has_title_page,
    opening,
)
from templates_conventions.wording import BLANK
from workflows.french import NO_BREAK_SPACE

SIDE_BY_SIDE = 2
"""How many parties sign on one row."""
_ROOM, _SIGNING_ROOM = round(1.1 * TWIPS), round(4.2 * TWIPS)
_LABELS = 0.42
"""The part of the width that the labels of a form take."""


class Body:
    """Writes the body of one document, from the first block to the last."""

    def __init__(self, document: Document, styles: Mapping[str, str], width: int) -> None:
        self.document, self.styles, self.width = document, styles, width
        self.anchors = anchors(document)
        self.breaks = False
        """Whether what comes next begins a page."""
        self.gap = False
        """Whether a table comes just before, that must not run into what comes next."""

    def markup(self) -> str:
        """The whole body, as WordprocessingML."""
        written = self._whole()
        # A body ends with a paragraph.
        return written + (paragraph("", self.styles["cell"]) if self.gap else "")

    def _whole(self) -> str:
        document = self.document
        if not has_title_page(document):
            head = "" if document.letter else self._title()
            return head + self._all(document.blocks)
        start = opening(document)
        front = self._paragraph(run(document.issuer), "issuer") + self._title()
        front += self._all(start.identifiers) + self._contents()
        self.breaks = True
        return front + self._all(start.rest)

    def _title(self) -> str:
        texts = (
            (self.document.label, "subtitle"),
            (self.document.title, "title"),
            (self.document.subtitle, "subtitle"),
        )
        return "".join(self._paragraph(run(text), name) for text, name in texts if text)

    def _contents(self) -> str:
        """The table of contents, its entries written: it shows without being computed.

        Page numbers are left out (``\\n``): only the word processor knows its pages.
        """
        start = field_start(rf'TOC \o "1-{CONTENTS_DEPTH}" \n \h \z')
        lines = [
            (link(_bookmark(entry.anchor), run(entry.text)), min(CONTENTS_DEPTH, entry.level))
            for entry in contents(self.document)
        ]
        if not lines:
            return ""
        written = [self._paragraph(run(CONTENTS), "contents-title")]
        for number, (content, level) in enumerate(lines, start=1):
            content = (start if number == 1 else "") + content
            content += FIELD_END if number == len(lines) else ""
            written.append(self._paragraph(content, f"contents-{level}"))
        return "".join(written)

    def _all(self, blocks: Iterable[Block], style: str = "text") -> str:
        return "".join(self._block(block, style) for block in blocks)

    def _block(self, block: Block, style: str) -> str:  # noqa: C901 — one case a kind of block
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return self._text(block, style)
            case Items():
                return self._items(block)
            case Quotation():
                return self._all(block.blocks, "quotation")
            case Table():
                return self._table(block)
            case Pairs():
                return self._pairs(block)
            case Address():
                return self._address(block)
            case FormSection():
                return self._form(block)
            case Signatures():
                return self._signatures(block)
            case NewPage():
                self.breaks = True
                return ""

    def _paragraph(self, content: str, use: str, *, keep: bool = False) -> str:
        new_page, self.breaks = self.breaks, False
        # A line after a table sets it apart; on a new page it could only stand on a page alone.
        before = paragraph("", self.styles["cell"]) if self.gap and not new_page else ""
        self.gap = False
        return before + paragraph(content, self.styles[use], keep=keep, new_page=new_page)

    def _heading(self, block: Heading) -> str:
        content, name = run(block.text), self.anchors.get(id(block))
        if name:
            content = bookmark(int(name.rsplit("-", 1)[-1]), _bookmark(name), content)
        return self._paragraph(content, f"heading-{min(4, block.level)}")

    def _text(self, block: Paragraph, style: str) -> str:
        use = {"subtitle": "subtitle", "note": "note", "lead": "recipient"}.get(block.role, style)
        return self._paragraph(runs(block.runs), use, keep=block.role == "made")

    def _items(self, block: Items) -> str:
        written = []
        for number, item in enumerate(block.items, start=1):
            first, *rest = item
            lead: Runs = first.runs if isinstance(first, Paragraph) else ()
            # Numbers are written: an automatic list would go on counting from the last one.
            mark = run(f"{number}.{NO_BREAK_SPACE}") if block.ordered else ""
            use = "numbered" if block.ordered else "bullet"
            written.append(self._paragraph(mark + runs(lead), use))
            written.append(self._all(rest if lead else item))
        return "".join(written)

    def _address(self, block: Address) -> str:
        first, *rest = block.lines
        content = run(first, strong=True) + "".join(run(f"\n{line}") for line in rest)
        return self._paragraph(content, "recipient" if block.side == "recipient" else "text")

    # Tables.

    def _table(self, block: Table) -> str:
        width = self.width // len(block.header)
        widths = [width] * len(block.header)
        rows = [
            self._row(cells, widths, strong_first=not any(block.header)) for cells in block.rows
        ]
        if any(block.header):
            cells = (self._cell(text, strong=True) for text in block.header)
            rows.insert(0, row(zip(widths, cells, strict=True), header=True))
        caption = self._paragraph(run(block.caption), "note", keep=True) if block.caption else ""
        return caption + self._apart(
            table(
                rows,
                widths,
                self.styles["table"],
                caption=block.caption,
                first_row=any(block.header),
                first_column=not any(block.header),
            )
        )

    def _pairs(self, block: Pairs) -> str:
        labels = round(4.5 * TWIPS)
        widths = [labels, self.width - labels]
        rows = [self._row((label, value or BLANK), widths) for label, value in block.rows]
        return self._apart(table(rows, widths, self.styles["table"], first_column=True))

    def _form(self, block: FormSection) -> str:
        labels = round(self.width * _LABELS)
        widths = [labels, self.width - labels]
        rows = [
            row(
                zip(widths, (self._label(space), self._cell(space.value)), strict=True),
                height=_ROOM,
            )
            for space in block.spaces
        ]
        title = self._heading(Heading(block.level, block.title))
        return title + self._apart(table(rows, widths, self.styles["table"], first_column=True))

    def _label(self, space: FormSpace) -> str:
        note = advice(space)
        below = paragraph(run(note), self.styles["note"]) if note else ""
        return self._cell(space.label, strong=True) + below

    def _row(self, cells: tuple[str, ...], widths: list[int], *, strong_first: bool = True) -> str:
        written = (
            self._cell(text, strong=strong_first and number == 0)
            for number, text in enumerate(cells)
        )
        return row(zip(widths, written, strict=True))

    def _cell(self, text: str, *, strong: bool = False) -> str:
        return paragraph(run(text, strong=strong), self.styles["cell"])

    def _apart(self, written: str) -> str:
        """A table, with a line of its own before it where it needs one."""
        before = self._paragraph("", "cell") if self.breaks or self.gap else ""
        self.gap = True
        return before + written

    # Signatures.

    def _signatures(self, block: Signatures) -> str:
        """The space of each party is never cut; all are held together, to stand on one page."""
        if self.document.letter:
            return "".join(self._signed_letter(space) for space in block.spaces)
        width = self.width // SIDE_BY_SIDE
        spaces = list(block.spaces)
        together = [
            spaces[place : place + SIDE_BY_SIDE] for place in range(0, len(spaces), SIDE_BY_SIDE)
        ]
        rows = [
            row(
                [
                    *((width, self._signature(one, keep=line is not together[-1])) for one in line),
                    *[(width, paragraph("", self.styles["text"]))] * (SIDE_BY_SIDE - len(line)),
                ],
                height=_SIGNING_ROOM,
            )
            for line in together
        ]
        return self._apart(table(rows, [width] * SIDE_BY_SIDE))

    def _signature(self, space: SignatureSpace, *, keep: bool) -> str:
        style = self.styles["text"]
        return paragraph(run(space.heading, strong=True), style, keep=keep) + "".join(
            paragraph(run(line), style, keep=keep) for line in (*space.lines, space.signed) if line
        )

    def _signed_letter(self, space: SignatureSpace) -> str:
        lines = [line for line in (*space.lines, space.signed) if line]
        heading = self._paragraph(run(space.heading, strong=True), "recipient", keep=bool(lines))
        return heading + "".join(
            self._paragraph(run(line), "recipient", keep=number < len(lines))
            for number, line in enumerate(lines, start=1)
        )


def _bookmark(name: str) -> str:
    """An anchor as a word processor names the parts that a table of contents lists."""
    return f"_Toc_{name.replace('-', '_')}"
