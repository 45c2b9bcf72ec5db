"""The pages of a PDF: blocks laid out with reportlab in the house's own embedded font."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
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
    Run,
    Runs,
    Signatures,
    SignatureSpace,
    Table,
)
from templates_conventions.wording import BLANK
from workflows.french import NO_BREAK_SPACE

_FONTS = Path(__file__).resolve().parent / "vendor" / "source-sans-3"
_FACES = {"regular": "Regular", "bold": "Bold", "italic": "It"}
MARGIN, WIDTH = 2.5 * cm, A4[0] - 5 * cm
TOP, BOTTOM = 2.2 * cm, 2.4 * cm
INK, QUIET, LINE = HexColor("#1c2429"), HexColor("#55626b"), HexColor("#a9b4ba")
NO_GLYPH = "□"
"""What stands for a character that the font does not have."""


def pages(document: Document, *, fillable: bool = False) -> bytes:
    """The pages as a PDF without metadata of its own; with form fields if ``fillable``."""
    _register()
    buffer = io.BytesIO()
    layout = BaseDocTemplate(
        buffer,
        pagesize=A4,
        title=document.title,
        author=document.issuer,
        subject=document.reference,
        creator=document.issuer,
        lang="fr-FR",
        initialFontName=_face("regular"),
        invariant=1,
    )
    frame = Frame(MARGIN, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
    layout.addPageTemplates(PageTemplate(frames=[frame]))
    flow = _Flow(document, fillable)
    layout.build(flow.of_document(), canvasmaker=_numbered(document))
    return buffer.getvalue()


class Space(Flowable):
    """Room to write under a label: a field to fill in, or a line to write on."""

    def __init__(self, space: FormSpace, width: float, *, fillable: bool) -> None:
        super().__init__()
        self.space, self.fillable = space, fillable
        self.width, self.height = width, 1.7 * cm if space.kind == "signature" else 0.75 * cm

    def draw(self) -> None:
        self.canv.setStrokeColor(LINE)
        if self.space.kind == "signature":
            self.canv.rect(0, 0, self.width, self.height)
        elif self.fillable:
            self.canv.acroForm.textfield(
                name=self.space.name,
                tooltip=self.space.label,
                maxlen=self.space.max_length or None,
                width=self.width,
                height=self.height,
                relative=True,
                borderWidth=0.5,
                borderColor=LINE,
                fillColor=HexColor("#f5f7f8"),
                textColor=INK,
                fontSize=10.5,
                fieldFlags="required" if self.space.required else "",
            )
        else:
            self.canv.line(0, 3, self.width, 3)


class _Bookmarked(Words):
    """A heading that appears in the outline of the file."""

    def __init__(self, text: str, style: ParagraphStyle, level: int) -> None:
        super().__init__(text, style)
        self.level, self.title = level, self.getPlainText()

    def draw(self) -> None:
        key = self.canv.tacite_next_key()
        self.canv.bookmarkHorizontalAbsolute(key, self.canv.absolutePosition(0, self.height)[1])
        self.canv.addOutlineEntry(self.title, key, self.level)
        super().draw()


class _Flow:
    """The blocks of one document as what reportlab lays out."""

    def __init__(self, document: Document, fillable: bool) -> None:
        self.document, self.fillable = document, fillable
        self.outline = -1

    def of_document(self) -> list[Flowable]:
        head: list[Flowable] = []
        if not self.document.letter:
            if self.document.label:
                head.append(Words(_safe(self.document.label), _style("label")))
            head.append(Words(_safe(self.document.title), _style("title")))
            if self.document.subtitle:
                head.append(Words(_safe(self.document.subtitle), _style("subtitle")))
        return [*head, *self.of(self.document.blocks)]

    def of(self, blocks: Iterable[Block], style: str = "text") -> list[Flowable]:
        return [flowable for block in blocks for flowable in self._of(block, style)]

    def _of(self, block: Block, style: str) -> list[Flowable]:  # noqa: C901 — one case a kind
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph():
                return [Words(_marked(block.runs), _style(block.role or style))]
            case Items():
                return [self._items(block), Spacer(0, 3)]
            case Quotation():
                return [self._quotation(block)]
            case Table():
                return [_grid(block), Spacer(0, 8)]
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

    def _heading(self, block: Heading) -> list[Flowable]:
        level = min(3, block.level)
        self.outline = min(self.outline + 1, level - 1)
        heading = _Bookmarked(_safe(block.text), _style(f"heading-{level}"), self.outline)
        return [CondPageBreak(2.6 * cm), heading]

    def _items(self, block: Items) -> Flowable:
        return ListFlowable(
            [ListItem(self.of(item, "item")) for item in block.items],
            bulletType="1" if block.ordered else "bullet",
            bulletFontName=_face("regular"),
            bulletFontSize=10.5,
            bulletColor=INK,
            start=None if block.ordered else "–",
            bulletFormat="%s." if block.ordered else None,
            leftIndent=18,
        )

    def _quotation(self, block: Quotation) -> Flowable:
        inner = Grid([[self.of(block.blocks)]], colWidths=[WIDTH - 12])
        inner.setStyle(
            _cells(("LINEBEFORE", (0, 0), (0, -1), 2, LINE), ("LEFTPADDING", (0, 0), (-1, -1), 12))
        )
        inner.hAlign = "LEFT"
        return inner

    def _form(self, block: FormSection) -> Flowable:
        title = Words(_safe(block.title), _style(f"heading-{min(3, block.level + 1)}"))
        return KeepTogether([title, *(self._space(space) for space in block.spaces)])

    def _space(self, space: FormSpace) -> Flowable:
        label = _safe(space.label)
        if space.help:
            label += f'<br/><font size="9" color="{QUIET.hexval()}">{_safe(space.help)}</font>'
        room: Flowable = Space(space, WIDTH * 0.58 - 6, fillable=self.fillable)
        if space.value and not self.fillable:
            room = Words(_safe(space.value), _style("value"))
        row = Grid([[Words(label, _style("field")), room]], colWidths=[WIDTH * 0.42, WIDTH * 0.58])
        row.setStyle(_tight())
        row.hAlign = "LEFT"
        return row

    def _signatures(self, block: Signatures) -> Flowable:
        width = WIDTH / len(block.spaces)
        if self.document.letter:
            row = Grid(
                [["", self._signature(block.spaces[0])]], colWidths=[8.5 * cm, WIDTH - 8.5 * cm]
            )
        else:
            cells = [self._signature(space) for space in block.spaces]
            row = Grid([cells], colWidths=[width] * len(block.spaces), minRowHeights=[4.2 * cm])
        row.setStyle(_tight())
        row.hAlign = "LEFT"
        return KeepTogether([Spacer(0, 14), row])

    def _signature(self, space: SignatureSpace) -> list[Flowable]:
        lines = [line for line in (*space.lines, space.signed) if line]
        return [
            Words(f"<b>{_safe(space.heading)}</b>", _style("text")),
            *(Words(_safe(line), _style("text")) for line in lines),
        ]


def _grid(block: Table) -> Flowable:
    header = [Words(f"<b>{_safe(cell)}</b>", _style("cell")) for cell in block.header]
    body = [[Words(_safe(cell), _style("cell")) for cell in row] for row in block.rows]
    width = WIDTH / len(block.header)
    table = Grid([header, *body], colWidths=[width] * len(block.header), repeatRows=1)
    table.setStyle(
        _cells(
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ("LINEBELOW", (0, 0), (-1, 0), 1, INK),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
        )
    )
    table.hAlign = "LEFT"
    return table


def _pairs(block: Pairs) -> Flowable:
    rows = [
        [
            Words(_safe(label), _style("cell")),
            Words(f"<b>{_safe(value or BLANK)}</b>", _style("cell")),
        ]
        for label, value in block.rows
    ]
    table = Grid(rows, colWidths=[4.5 * cm, WIDTH - 4.5 * cm])
    table.setStyle(_tight())
    table.hAlign = "LEFT"
    return table


def _address(block: Address) -> Flowable:
    first, *rest = (_safe(line) for line in block.lines)
    lines = "<br/>".join([f"<b>{first}</b>", *rest])
    return Words(lines, _style(block.side))


def _tight() -> TableStyle:
    return _cells(
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    )


def _cells(*commands: tuple[Any, ...]) -> TableStyle:
    """A table's look; its font is said even where it draws none, or a foreign one comes in."""
    every = (0, 0), (-1, -1)
    return TableStyle(
        [("FONTNAME", *every, _face("regular")), ("VALIGN", *every, "TOP"), *commands]
    )


def _marked(runs: Runs) -> str:
    return "".join(_one(run) for run in runs)


def _one(run: Run) -> str:
    text = "<br/>".join(_safe(line) for line in run.text.split("\n"))
    if run.emphasis:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.strong else text


def _safe(text: str) -> str:
    """The text for reportlab's own markup, without a character the font cannot draw."""
    known = _characters()
    drawn = "".join(c if ord(c) in known else NO_GLYPH for c in text)
    # reportlab breaks a line at a no-break space unless told that it is one.
    return escape(drawn).replace(NO_BREAK_SPACE, "&nbsp;")


def _face(name: str) -> str:
    return f"SourceSans3-{_FACES[name]}"


@cache
def _register() -> None:
    for face in _FACES.values():
        pdfmetrics.registerFont(TTFont(f"SourceSans3-{face}", _FONTS / f"SourceSans3-{face}.ttf"))
    pdfmetrics.registerFontFamily(
        _face("regular"),
        normal=_face("regular"),
        bold=_face("bold"),
        italic=_face("italic"),
        boldItalic=_face("bold"),
    )


@cache
def _characters() -> frozenset[int]:
    """The characters that all the faces can draw."""
    _register()
    faces = [pdfmetrics.getFont(_face(name)).face.charToGlyph for name in _FACES]
    return frozenset(set(faces[0]).intersection(*faces[1:]))


@cache
def _style(name: str) -> ParagraphStyle:
    own: dict[str, dict[str, Any]] = {
        "title": {"fontName": _face("bold"), "fontSize": 18, "leading": 22, "spaceAfter": 6},
        "label": {"fontName": _face("bold"), "fontSize": 11, "textColor": QUIET},
        "subtitle": {"fontSize": 11.5, "textColor": QUIET, "spaceAfter": 14},
        "heading-1": {"fontName": _face("bold"), "fontSize": 13, "leading": 17, "spaceBefore": 12},
        "heading-2": {"fontName": _face("bold"), "fontSize": 11.5, "spaceBefore": 8},
        "heading-3": {"fontName": _face("bold"), "spaceBefore": 6},
        "note": {"fontSize": 9.5, "leading": 13, "textColor": QUIET, "spaceAfter": 12},
        "item": {"spaceAfter": 3},
        "cell": {"spaceAfter": 0},
        "field": {"spaceAfter": 0},
        "value": {"fontName": _face("bold"), "spaceAfter": 0},
        "sender": {"spaceAfter": 10},
        "recipient": {"leftIndent": 8.5 * cm, "spaceAfter": 18},
        "lead": {"leftIndent": 8.5 * cm, "spaceAfter": 10},
        "made": {"keepWithNext": 1},
    }
    common = {
        "fontName": _face("regular"),
        "fontSize": 10.5,
        "leading": 15,
        "textColor": INK,
        "spaceAfter": 6,
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    return ParagraphStyle(name, **(common | own.get(name, {})))


def _numbered(document: Document) -> type[Canvas]:
    """A canvas that writes « page 2 sur 5 » once it knows how many there are."""

    class Numbered(Canvas):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._held: list[dict[str, Any]] = []
            self._keys = 0

        def tacite_next_key(self) -> str:
            self._keys += 1
            return f"part-{self._keys}"

        def showPage(self) -> None:  # noqa: N802 — reportlab's name
            self._held.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._held, start=1):
                self.__dict__.update(page)
                self._foot(number, len(self._held))
                Canvas.showPage(self)
            super().save()

        def _foot(self, number: int, total: int) -> None:
            self.setFont(_face("regular"), 8.5)
            self.setFillColor(QUIET)
            known = filter(None, (document.footer, document.reference))
            self.drawString(MARGIN, 1.4 * cm, " · ".join(known))
            page = f"page{NO_BREAK_SPACE}{number} sur {total}"
            self.drawRightString(A4[0] - MARGIN, 1.4 * cm, page)

    return Numbered
