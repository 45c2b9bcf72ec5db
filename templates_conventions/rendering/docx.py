"""A document as a DOCX file, for those who must still work on its text.

Styles rather than local formatting, the language set to French, tables whose first row or column
is marked as a header. The same document gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from templates_conventions.document import (
    Address,
    Block,
    Document,
    FormSection,
    Heading,
    Items,
    NewPage,
    Pairs,
    Paragraph,
    Quotation,
    Run,
    Runs,
    Signatures,
    Table,
)
from templates_conventions.wording import BLANK
from workflows.french import NO_BREAK_SPACE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FONT = "Arial"
"""A font that every word processor has, or has the like of."""

ADDRESSEE = Cm(8.5)
"""How far to the right the addressee of a letter stands."""

INK = RGBColor(0x1C, 0x24, 0x29)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(document: Document) -> bytes:
    """The bytes of the DOCX file."""
    file = docx.Document()
    _set_up(file, document)
    if not document.letter:
        if document.label:
            file.add_paragraph(document.label, style="Subtitle")
        file.add_paragraph(document.title, style="Title")
        if document.subtitle:
            file.add_paragraph(document.subtitle, style="Subtitle")
    _Writer(file, document).write(document.blocks)
    buffer = io.BytesIO()
    file.save(buffer)
    return _reproducible(buffer.getvalue())


class _Writer:
    """Writes blocks at the end of a file, or of a cell."""

    def __init__(self, file: Any, document: Document) -> None:
        self.file = file
        self.document = document

    def write(self, blocks: Iterable[Block], style: str = "Normal") -> None:
        for block in blocks:
            self._write(block, style)

    def _write(self, block: Block, style: str) -> None:  # noqa: C901 — one case a kind of block
        match block:
            case Heading():
                self.file.add_paragraph(block.text, style=f"Heading {min(4, block.level)}")
            case Paragraph():
                self._paragraph(block, style)
            case Items():
                self._items(block)
            case Quotation():
                self.write(block.blocks, "Quote")
            case Table():
                self._table(block.rows, block.header)
            case Pairs():
                self._table([(label, value or BLANK) for label, value in block.rows])
            case Address():
                self._address(block)
            case FormSection():
                self.file.add_paragraph(block.title, style=f"Heading {min(4, block.level)}")
                self._table([(space.label, space.value) for space in block.spaces], room=True)
            case Signatures():
                self._signatures(block)
            case NewPage():
                self.file.add_page_break()

    def _paragraph(self, block: Paragraph, style: str) -> None:
        own = {"subtitle": "Subtitle", "note": "Caption"}.get(block.role, style)
        paragraph = self.file.add_paragraph(style=own)
        _fill(paragraph, block.runs)
        if block.role == "lead":
            paragraph.paragraph_format.left_indent = ADDRESSEE
        paragraph.paragraph_format.keep_with_next = True if block.role == "made" else None

    def _items(self, block: Items) -> None:
        for number, item in enumerate(block.items, start=1):
            first, *rest = item
            paragraph = self.file.add_paragraph(style="Normal" if block.ordered else "List Bullet")
            if block.ordered:
                # Numbers are written: an automatic list would go on counting from the last one.
                paragraph.paragraph_format.left_indent = Cm(1)
                paragraph.paragraph_format.first_line_indent = Cm(-0.6)
                paragraph.add_run(f"{number}.{NO_BREAK_SPACE}")
            _fill(paragraph, first.runs if isinstance(first, Paragraph) else ())
            self.write(rest)

    def _address(self, block: Address) -> None:
        paragraph = self.file.add_paragraph()
        if block.side == "recipient":
            paragraph.paragraph_format.left_indent = ADDRESSEE
        for number, line in enumerate(block.lines):
            run = paragraph.add_run(line)
            run.bold = number == 0
            if number + 1 < len(block.lines):
                run.add_break()

    def _table(
        self,
        rows: Iterable[tuple[str, ...]],
        header: tuple[str, ...] = (),
        room: bool = False,
    ) -> None:
        body = list(rows)
        table = self.file.add_table(rows=0, cols=len(body[0]), style="Table Grid")
        if any(header):
            cells = table.add_row().cells
            for cell, text in zip(cells, header, strict=True):
                cell.paragraphs[0].add_run(text).bold = True
            _mark(table.rows[0], "w:tblHeader")
        for row in body:
            line = table.add_row()
            _mark(line, "w:cantSplit")
            if room:
                line.height = Cm(1.1)
            for number, (cell, text) in enumerate(zip(line.cells, row, strict=True)):
                cell.paragraphs[0].add_run(text).bold = number == 0 and not any(header)
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        _look(table, first_row=any(header))
        self.file.add_paragraph()

    def _signatures(self, block: Signatures) -> None:
        table = self.file.add_table(rows=1, cols=len(block.spaces))
        _mark(table.rows[0], "w:cantSplit")
        _look(table, first_row=False, first_column=False)
        for cell, space in zip(table.rows[0].cells, block.spaces, strict=True):
            cell.paragraphs[0].add_run(space.heading).bold = True
            for line in filter(None, (*space.lines, space.signed)):
                cell.add_paragraph(line)
            if not self.document.letter:
                cell.add_paragraph().paragraph_format.space_after = Cm(2.5)


def _fill(paragraph: Any, runs: Runs) -> None:
    for run in runs:
        _add(paragraph, run)


def _add(paragraph: Any, run: Run) -> None:
    for number, line in enumerate(run.text.split("\n")):
        written = paragraph.add_run()
        if number:
            written.add_break()
        written.add_text(line)
        written.bold, written.italic = run.strong or None, run.emphasis or None


def _set_up(file: Any, document: Document) -> None:
    """Page, styles, language and properties."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    styles = file.styles
    _language(styles.element)
    normal = styles["Normal"]
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.15
    sizes = {"Title": 19, "Subtitle": 12, "Heading 1": 14, "Heading 2": 12, "Heading 3": 11}
    for name in ("Normal", *sizes, "Heading 4", "List Bullet", "Quote", "Caption"):
        _restyle(styles[name], sizes.get(name))
    _restyle(styles["Footer"], 9)
    styles["Title"].font.bold = True
    styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    styles["Caption"].font.bold = False
    _footer(section, document)
    moment = datetime.combine(document.dated, time())
    properties = file.core_properties
    properties.title = document.title
    properties.author = properties.last_modified_by = document.issuer
    properties.subject = document.reference
    properties.language = "fr-FR"
    properties.created = properties.modified = moment
    properties.comments = ""
    properties.revision = 1


def _restyle(style: Any, size: int | None) -> None:
    """One font, one ink; the template's own theme fonts and colours go."""
    style.font.name = FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for place in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{place}"), None)
    style.font.color.rgb = INK
    if size:
        style.font.size = Pt(size)
    if style.name.startswith("Heading"):
        style.font.bold, style.font.italic = True, False
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(14), Pt(5)
    if style.name == "Subtitle":
        style.font.italic = False
    for name in ("w:pPr/w:pBdr", "w:rPr/w:spacing", "w:rPr/w:kern"):
        for ornament in style.element.findall(name, style.element.nsmap):
            ornament.getparent().remove(ornament)


def _language(styles: Any) -> None:
    defaults = styles.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for found in properties.findall(qn("w:lang")):
        properties.remove(found)
    language = OxmlElement("w:lang")
    for kind in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{kind}"), "fr-FR")
    properties.append(language)


def _footer(section: Any, document: Document) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    known = filter(None, (document.footer, document.reference))
    paragraph.add_run(" · ".join([*known, f"page{NO_BREAK_SPACE}"]))
    for instruction in ("PAGE", " sur ", "NUMPAGES"):
        run = paragraph.add_run()
        if instruction.isupper():
            _page_number(run, instruction)
        else:
            run.add_text(instruction)


def _page_number(run: Any, instruction: str) -> None:
    for kind in ("begin", "instruction", "end"):
        if kind == "instruction":
            element = OxmlElement("w:instrText")
            element.text = instruction
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _look(table: Any, *, first_row: bool, first_column: bool | None = None) -> None:
    """Say which cells are headers, for those who hear the table."""
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        look = OxmlElement("w:tblLook")
        table._tbl.tblPr.append(look)
    column = not first_row if first_column is None else first_column
    look.attrib.clear()
    for name, on in {"firstRow": first_row, "firstColumn": column}.items():
        look.set(qn(f"w:{name}"), str(int(on)))
    for name in ("lastRow", "lastColumn"):
        look.set(qn(f"w:{name}"), "0")
    for name in ("noHBand", "noVBand"):
        look.set(qn(f"w:{name}"), "1")


def _reproducible(content: bytes) -> bytes:
    """The same archive, its members dated alike: the library dates them with the clock."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for member in before.infolist():
            entry = zipfile.ZipInfo(member.filename, _ZIP_EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            after.writestr(entry, before.read(member))
    return buffer.getvalue()
