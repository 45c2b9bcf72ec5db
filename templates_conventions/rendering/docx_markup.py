"""WordprocessingML: the few elements the DOCX files are made of, as text.

Written as text and parsed once: an object of the library a run makes a long document slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from templates_conventions.document import Run, Runs

EMU = 360_000
"""English metric units in a centimetre."""
TWIPS = 567
"""Twentieths of a point in a centimetre."""


def parsed(markup: str) -> list[object]:
    """The elements of a body, a header or a footer."""
    names = nsdecls("w", "r", "wp", "a", "pic")
    return list(parse_xml(f"<w:body {names}>{markup}</w:body>"))


def run(text: str, *, strong: bool = False, emphasis: bool = False) -> str:
    """A stretch of text; each ``\\n`` in it begins a new line."""
    look = ("<w:b/>" if strong else "") + ("<w:i/>" if emphasis else "")
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else ""
        for line in text.split("\n")
    )
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines}</w:r>"


def runs(content: Runs) -> str:
    """The runs of a paragraph."""
    return "".join(_run(one) for one in content)


def _run(one: Run) -> str:
    return run(one.text, strong=one.strong, emphasis=one.emphasis)


TAB = "<w:r><w:tab/></w:r>"


def paragraph(
    content: str,
    style: str,
    *,
    keep: bool = False,
    new_page: bool = False,
    right_tab: int = 0,
    right_indent: int = 0,
) -> str:
    """A paragraph of a style, given by its identifier; ``keep`` holds it with the next one.

    ``right_tab`` and ``right_indent`` are in twips.
    """
    properties = (
        f"<w:pStyle w:val={quoteattr(style)}/>"
        + ("<w:keepNext/><w:keepLines/>" if keep else "")
        + ("<w:pageBreakBefore/>" if new_page else "")
        + (f'<w:tabs><w:tab w:val="right" w:pos="{right_tab}"/></w:tabs>' if right_tab else "")
        + (f'<w:ind w:right="{right_indent}"/>' if right_indent else "")
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def field(instruction: str, shown: str) -> str:
    """A field the word processor computes, and what it shows until then."""
    return f"{field_start(instruction)}<w:r><w:t>{escape(shown)}</w:t></w:r>{FIELD_END}"


def field_start(instruction: str) -> str:
    """The beginning of a field whose result follows, up to ``FIELD_END``."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def link(name: str, content: str) -> str:
    """Content that leads to a bookmark of the document."""
    return f'<w:hyperlink w:anchor={quoteattr(name)} w:history="1">{content}</w:hyperlink>'


def bookmark(number: int, name: str, content: str) -> str:
    """Content that can be led to."""
    return (
        f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>{content}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def row(cells: Iterable[tuple[int, str]], *, header: bool = False, height: int = 0) -> str:
    """A row that no page break cuts, of cells given with their widths in twips."""
    properties = (
        "<w:cantSplit/>"
        + (f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else "")
        + ("<w:tblHeader/>" if header else "")
    )
    columns = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'
        for width, content in cells
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{columns}</w:tr>"


def table(
    rows: Iterable[str],
    widths: Sequence[int],
    style: str = "",
    *,
    caption: str = "",
    first_row: bool = False,
    first_column: bool = False,
) -> str:
    """A table of fixed widths in twips, that says which cells are headers for those who hear it."""
    look = (
        f'<w:tblLook w:firstRow="{int(first_row)}" w:lastRow="0" '
        f'w:firstColumn="{int(first_column)}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    )
    properties = (
        (f"<w:tblStyle w:val={quoteattr(style)}/>" if style else "")
        + f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}'
        + (f"<w:tblCaption w:val={quoteattr(caption)}/>" if caption else "")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(rows)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def anchored(
    relation: str, number: int, side: float, left: float, top: float, description: str
) -> str:
    """A square picture behind the text, at a place of the page; sides and places in centimetres."""
    extent = f'cx="{round(side * EMU)}" cy="{round(side * EMU)}"'
    told = quoteattr(description)
    return (
        '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        f'relativeHeight="{number}" behindDoc="1" locked="1" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{round(left * EMU)}</wp:posOffset>'
        "</wp:positionH>"
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{round(top * EMU)}</wp:posOffset>'
        "</wp:positionV>"
        f'<wp:extent {extent}/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name={told} descr={told}/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name={told}/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )
