"""The blocks of a document as what reportlab lays out on pages."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from reportlab.lib.units import cm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageBreak,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Paragraph as Words
from reportlab.platypus import Table as Grid

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
    Signatures,
    SignatureSpace,
    Table,
)
from templates_conventions.rendering.pdf_fields import Field
from templates_conventions.rendering.pdf_styles import (
    INK,
    LINE,
    QUIET,
    WIDTH,
    face,
    marked,
    running_text,
)
from templates_conventions.rendering.pdf_styles import safe as _safe
from templates_conventions.rendering.pdf_styles import style as _style
from templates_conventions.rendering.surroundings import (
    CONTENTS,
    Entry,
    advice,
    anchors,
    contents,
    has_title_page,
    opening,
)
from templates_conventions.wording import BLANK

SIDE_BY_SIDE = 2
"""How many parties sign on one row."""
_FIELD_WIDTH = WIDTH * 0.58


def flowables(document: Document, *, fillable: bool) -> list[Flowable]:
    """All that the pages hold, heads and feet apart; with form fields if ``fillable``."""
    return _Flow(document, fillable).of_document()


class _Bookmarked(Words):
    """A heading that appears in the outline of the file, under its own anchor."""

    def __init__(self, text: str, style: Any, level: int, name: str) -> None:
        super().__init__(text, style)
        self.level, self.name, self.title = level, name, self.getPlainText()

    def draw(self) -> None:
        top = self.canv.absolutePosition(0, self.height)[1]
        self.canv.bookmarkHorizontalAbsolute(self.name, top)
        self.canv.addOutlineEntry(self.title, self.name, self.level)
        self.canv.place(self.name)
        super().draw()


class _ContentsLine(Words):
    """One line of the table of contents; its page number is written when it is known."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(_safe(entry.text), _style(f"contents-{entry.level}"))
        self.entry = entry

    def draw(self) -> None:
        super().draw()
        self.canv.linkRect(
            self.entry.text, self.entry.anchor, (0, -2, WIDTH, self.height), relative=1, thickness=0
        )
        # The last line of the entry carries the number.
        _, y = self.canv.absolutePosition(0, 0)
        self.canv.refer(self.entry.anchor, y + 4)


class _Line(Flowable):
    """A line to write on, or the frame of a signature."""

    def __init__(self, width: float, *, framed: bool) -> None:
        super().__init__()
        self.width, self.height, self.framed = width, 1.7 * cm if framed else 0.75 * cm, framed

    def draw(self) -> None:
        self.canv.setStrokeColor(LINE)
        if self.framed:
            self.canv.rect(0, 0, self.width, self.height)
        else:
            self.canv.line(0, 3, self.width, 3)


class _Flow:
    """Turns the blocks of one document, from the first to the last."""

    def __init__(self, document: Document, fillable: bool) -> None:
        self.document, self.fillable = document, fillable
        self.outline, self.others = -1, 0
        self.anchors = anchors(document)
        self.made: list[Flowable] = []
        """The line over the signatures, held to stand with them."""

    def of_document(self) -> list[Flowable]:
        document = self.document
        if has_title_page(document):
            start = opening(document)
            front: list[Flowable] = [
                Spacer(0, 4.5 * cm),
                Words(_safe(document.issuer), _style("issuer")),
                *self._title("front-title"),
                Spacer(0, 1.5 * cm),
                *self.of(start.identifiers),
                PageBreak(),
                Words(CONTENTS, _style("contents-title")),
                *(_ContentsLine(entry) for entry in contents(document)),
                PageBreak(),
            ]
            return [*front, *self.of(start.rest)]
        return [*([] if document.letter else self._title("title")), *self.of(document.blocks)]

    def _title(self, title: str) -> list[Flowable]:
        texts = (
            (self.document.label, "label"),
            (self.document.title, title),
            (self.document.subtitle, "subtitle"),
        )
        return [Words(_safe(text), _style(name)) for text, name in texts if text]

    def of(self, blocks: Iterable[Block], style: str = "text") -> list[Flowable]:
        flow: list[Flowable] = []
        known = tuple(blocks)
        for place, block in enumerate(known):
            if not isinstance(block, Signatures):
                flow += self._made()
            if isinstance(block, Heading):
                flow.append(CondPageBreak(_room_of_title(known[place + 1 :])))
            flow += self._of(block, style)
            if isinstance(block, FormSection) and isinstance(_at(known, place + 1), Paragraph):
                flow.append(Spacer(0, 6))
        return flow + self._made()

    def _made(self) -> list[Flowable]:
        made, self.made = self.made, []
        return made

    def _of(self, block: Block, style: str) -> list[Flowable]:  # noqa: C901 — one case a kind
        match block:
            case Heading():
                name = self.anchors.get(id(block)) or self._other()
                return [self._heading(block.text, block.level, name)]
            case Paragraph(role="made"):
                self.made.append(Words(marked(block.runs), _style("text")))
                return []
            case Paragraph():
                return [running_text(block.runs, block.role or style)]
            case Items():
                return [self._items(block), Spacer(0, 3)]
            case Quotation():
                return [self._quotation(block), Spacer(0, 8)]
            case Table():
                caption = [Words(_safe(block.caption), _style("caption"))] if block.caption else []
                return [*caption, _grid(block), Spacer(0, 8)]
            case Pairs():
                return [_pairs(block), Spacer(0, 10)]
            case Address():
                return [_address(block)]
            case FormSection():
                return [self._form(block)]
            case Signatures():
                return [self._signatures(block)]
            case NewPage():
                return [PageBreak()]

    def _heading(self, text: str, level: int, name: str, look: int = 0) -> Flowable:
        level = min(3, level)
        self.outline = min(self.outline + 1, level - 1)
        return _Bookmarked(_safe(text), _style(f"heading-{look or level}"), self.outline, name)

    def _other(self) -> str:
        """The name of a place that the table of contents does not lead to."""
        self.others += 1
        return f"titre-{self.others}"

    def _items(self, block: Items) -> Flowable:
        return ListFlowable(
            [ListItem(self.of(item, "item")) for item in block.items],
            bulletType="1" if block.ordered else "bullet",
            bulletFontName=face("regular"),
            bulletFontSize=10.5,
            bulletColor=INK,
            start=None if block.ordered else "•",
            bulletFormat="%s." if block.ordered else None,
            leftIndent=18,
        )

    def _quotation(self, block: Quotation) -> Flowable:
        inner = Grid([[self.of(block.blocks)]], colWidths=[WIDTH], splitInRow=1)
        inner.setStyle(
            _cells(("LINEBEFORE", (0, 0), (0, -1), 2, LINE), ("LEFTPADDING", (0, 0), (-1, -1), 12))
        )
        return _at_left(inner)

    def _form(self, block: FormSection) -> Flowable:
        name = self._other()
        title = self._heading(block.title, block.level, name, look=min(3, block.level + 1))
        return KeepTogether([title, *(self._space(space) for space in block.spaces)])

    def _space(self, space: FormSpace) -> Flowable:
        label = _safe(space.label)
        if note := advice(space):
            label += f'<br/><font size="9" color="{QUIET.hexval()}">{_safe(note)}</font>'
        columns = [WIDTH - _FIELD_WIDTH, _FIELD_WIDTH]
        row = Grid([[Words(label, _style("field")), self._room(space)]], columns, splitInRow=1)
        row.setStyle(_tight())
        return _at_left(row)

    def _room(self, space: FormSpace) -> Flowable:
        if self.fillable and not space.reserved and space.kind != "signature":
            return Field(space, _FIELD_WIDTH - 6)
        if space.value:
            return Words(_safe(space.value), _style("value"))
        return _Line(_FIELD_WIDTH - 6, framed=space.kind == "signature")

    def _signatures(self, block: Signatures) -> Flowable:
        """The space of each party is never cut; all are on one page when they hold on one."""
        if self.document.letter:
            rows = [["", self._signature(space)] for space in block.spaces]
            grid = Grid(rows, colWidths=[8.5 * cm, WIDTH - 8.5 * cm])
        else:
            cells = [self._signature(space) for space in block.spaces]
            cells += [[]] * (-len(cells) % SIDE_BY_SIDE)
            rows = [
                cells[place : place + SIDE_BY_SIDE] for place in range(0, len(cells), SIDE_BY_SIDE)
            ]
            grid = Grid(
                rows,
                colWidths=[WIDTH / SIDE_BY_SIDE] * SIDE_BY_SIDE,
                minRowHeights=[4.2 * cm] * len(rows),
            )
        grid.setStyle(_tight())
        room = [Spacer(0, 1.5 * cm)] if self.document.letter else []
        return KeepTogether([*self._made(), Spacer(0, 14), _at_left(grid), *room])

    def _signature(self, space: SignatureSpace) -> list[Flowable]:
        lines = [line for line in (*space.lines, space.signed) if line]
        return [
            Words(f"<b>{_safe(space.heading)}</b>", _style("text")),
            *(Words(_safe(line), _style("text")) for line in lines),
        ]


def _room_of_title(below: tuple[Block, ...]) -> float:
    """What a title asks of its page: itself, the titles and notes under it, and three lines.

    A paragraph of three lines is never cut, so that with less a title would stay without its text.
    """
    heads = takewhile(
        lambda block: (
            isinstance(block, Heading) or (isinstance(block, Paragraph) and block.role == "note")
        ),
        below,
    )
    return 3 * cm + sum(1.1 * cm for _ in heads)


def _at(blocks: tuple[Block, ...], place: int) -> Block | None:
    return blocks[place] if place < len(blocks) else None


def _columns(block: Table) -> list[float]:
    """The widths of the columns: equal, but where a word would be cut that another has room for."""
    equal = WIDTH / len(block.header)
    needed = [
        max(stringWidth(word, face("bold"), _style("cell").fontSize) for word in words or [""]) + 13
        for words in (
            [*" ".join(cells).split()] for cells in zip(block.header, *block.rows, strict=True)
        )
    ]
    spare = WIDTH - sum(needed)
    if spare < 0 or max(needed) <= equal:
        return [equal] * len(needed)
    return [width + spare / len(needed) for width in needed]


def _grid(block: Table) -> Flowable:
    header = [Words(f"<b>{_safe(cell)}</b>", _style("cell")) for cell in block.header]
    body = [[Words(_safe(cell), _style("cell")) for cell in row] for row in block.rows]
    table = Grid([header, *body], colWidths=_columns(block), repeatRows=1, splitInRow=1)
    table.setStyle(
        _cells(
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ("LINEBELOW", (0, 0), (-1, 0), 1, INK),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
        )
    )
    return _at_left(table)


def _pairs(block: Pairs) -> Flowable:
    rows = [
        [
            Words(_safe(label), _style("cell")),
            Words(f"<b>{_safe(value or BLANK)}</b>", _style("cell")),
        ]
        for label, value in block.rows
    ]
    table = Grid(rows, colWidths=[4.5 * cm, WIDTH - 4.5 * cm], splitInRow=1)
    table.setStyle(_tight())
    return _at_left(table)


def _address(block: Address) -> Flowable:
    first, *rest = (_safe(line) for line in block.lines)
    return Words("<br/>".join([f"<b>{first}</b>", *rest]), _style(block.side))


def _at_left(grid: Grid) -> Grid:
    grid.hAlign = "LEFT"
    return grid


def _tight() -> TableStyle:
    return _cells(
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    )


def _cells(*commands: tuple[Any, ...]) -> TableStyle:
    """A table's look; its font is said even where it draws none, or a foreign one comes in."""
    every = (0, 0), (-1, -1)
    return TableStyle([("FONTNAME", *every, face("regular")), ("VALIGN", *every, "TOP"), *commands])
