"""A spreadsheet in the format of Excel, sent as it is made: however long, it weighs nothing.

Only what a list needs of ECMA-376: text and days, the headings in bold and always in sight. A cell
of text is text: none is a formula, whatever was typed in it. A sheet holds 1,048,576 rows; what
follows goes on in another, under the same headings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, count, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ROWS_A_SHEET = 1_048_576

Value = str | date | None
"""What a cell holds."""

_AT_ONCE = 500
"""Rows written between two pieces that are sent."""

_EPOCH = date(1899, 12, 30).toordinal()
"""Day zero of spreadsheets."""

_BOLD, _DAY = 1, 2
"""Rank of the formats in the styles."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)


class _Pipe:
    """A file that only goes forward: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._written.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing is left open."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece, self._written = b"".join(self._written), []
        return piece


def pieces(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The pieces of the file: one sheet called ``title``, or several, numbered."""
    pipe, left, sheets = _Pipe(), iter(rows), 0
    # Neither `seek` nor `tell`: the lengths follow each member.
    with ZipFile(pipe, "w", ZIP_DEFLATED) as file:
        for number in count(1):
            first = next(left, None)
            if first is None and sheets:
                break
            sheets = number
            of_sheet = islice(chain([] if first is None else [first], left), ROWS_A_SHEET - 1)
            with file.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
                sheet.write((_HEAD + _SHEET + _row(columns, _BOLD)).encode())
                while some := list(islice(of_sheet, _AT_ONCE)):
                    sheet.write("".join(map(_row, some)).encode())
                    yield pipe.taken()
                sheet.write(b"</sheetData></worksheet>")
        for name, text in _parts(title, sheets).items():
            file.writestr(name, _HEAD + text)
    yield pipe.taken()


def _row(values: Sequence[Value], style: int = 0) -> str:
    return f"<row>{''.join(_cell(value, style) for value in values)}</row>"


def _cell(value: Value, style: int) -> str:
    if not value:
        return "<c/>"
    if isinstance(value, date):
        return f'<c s="{_DAY}"><v>{value.toordinal() - _EPOCH}</v></c>'
    # XML has no place for the other control characters.
    kept = "".join(one for one in value if one >= " " or one in "\t\n")[:32_767]
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(kept)}</t></is></c>'


def _parts(title: str, sheets: int) -> dict[str, str]:
    """What is around the sheets, by the name of each part."""
    numbers = range(1, sheets + 1)
    # A sheet's name holds neither of these signs, and 31 characters.
    name = "".join(" " if one in "[]:*?/\\" else one for one in title)[:25]
    names = {number: name if sheets == 1 else f"{name} {number}" for number in numbers}
    relation = f'<Relationship Id="rId{{}}" Type="{_OFFICE}/{{}}" Target="{{}}"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
            f'ContentType="{_KIND}.worksheet+xml"/>'
            for number in numbers
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + relation.format(1, "officeDocument", "xl/workbook.xml")
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(names[number], {chr(34): "&quot;"})}" sheetId="{number}" '
            f'r:id="rId{number}"/>'
            for number in numbers
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            relation.format(number, "worksheet", f"worksheets/sheet{number}.xml")
            for number in numbers
        )
        + relation.format(sheets + 1, "styles", "styles.xml")
        + "</Relationships>",
        "xl/styles.xml": _STYLES,
    }
