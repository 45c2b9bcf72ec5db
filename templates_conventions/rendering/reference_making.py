"""Makes the reference document, as a module run with the file to write (``python -m``).

It is committed beside this module; run this to begin again from the house's own look. The styles
that the library's template carries and no document uses are left out.
"""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from templates_conventions.rendering.docx_archive import dated_alike
from templates_conventions.rendering.docx_reference import REFERENCE, STYLES

FONT = "Arial"
"""A font that every word processor has, or has the like of."""
INK, QUIET = RGBColor(0x1C, 0x24, 0x29), RGBColor(0x55, 0x62, 0x6B)
_SIZES = {
    "Normal": 11.0,
    "Émetteur": 12.0,
    "Title": 22.0,
    "Subtitle": 12.0,
    "Heading 1": 14.0,
    "Heading 2": 12.0,
    "Heading 3": 11.0,
    "Heading 4": 11.0,
    "Caption": 9.5,
    "Cellule": 10.5,
    "Header": 8.5,
    "Footer": 8.5,
    "TOC Heading": 14.0,
}
_QUIET = ("Émetteur", "Subtitle", "Caption", "Header", "Footer")
_STRONG = ("Émetteur", "Title", "TOC Heading", *(f"Heading {level}" for level in range(1, 5)))
_SPACES = {
    "Normal": (0.0, 7.0),
    "Émetteur": (120.0, 48.0),
    "Title": (0.0, 10.0),
    "Subtitle": (0.0, 14.0),
    "Heading 1": (14.0, 5.0),
    "Heading 2": (12.0, 4.0),
    "Heading 3": (10.0, 4.0),
    "Heading 4": (10.0, 4.0),
    "Cellule": (2.0, 2.0),
    "Header": (0.0, 0.0),
    "Footer": (0.0, 0.0),
    "TOC Heading": (0.0, 10.0),
    "toc 1": (3.0, 2.0),
    "toc 2": (0.0, 1.0),
}
_INDENTS = {"Quote": 0.8, "Destinataire": 8.5, "toc 2": 0.5}
_NEW = ("Émetteur", "Cellule", "Destinataire", "toc 1", "toc 2")
_DROPPED_PARTS = ("stylesWithEffects", "customXml", "thumbnail")


def make() -> bytes:
    """The bytes of the reference document; always the same."""
    file = docx.Document()
    _keep_what_is_used(file)
    for name in _NEW:
        file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = file.styles["Normal"]
    for name in STYLES.values():
        if name != "Table Grid":
            _restyle(file.styles[name], name)
    _language(file.styles.element)
    _page(file.sections[0])
    _show(file)
    properties = file.core_properties
    properties.title = "Document de référence des conventions"
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.language, properties.revision = "fr-FR", 1
    properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 — a fixed mark
    buffer = io.BytesIO()
    file.save(buffer)
    return dated_alike(buffer.getvalue())


def _keep_what_is_used(file: Any) -> None:
    kept = {*STYLES.values(), "Default Paragraph Font", "Normal Table", "No List"}
    for style in list(file.styles):
        if style.name not in kept:
            style.delete()
    for link in file.styles.element.findall(f".//{qn('w:link')}"):
        link.getparent().remove(link)
    for relations in (file.part.rels, file.part.package.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rsplit("/", 1)[-1] in _DROPPED_PARTS:
                del relations[key]


def _restyle(style: Any, name: str) -> None:
    """One font, one ink; the template's own theme fonts, colours and ornaments go."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.name = FONT
    style.font.color.rgb = QUIET if name in _QUIET else INK
    style.font.bold = True if name in _STRONG else None
    style.font.italic = True if name == "Quote" else None
    if name in _SIZES:
        style.font.size = Pt(_SIZES[name])
    _reshape(style, name)


def _reshape(style: Any, name: str) -> None:
    """The spaces and the indents of a style, and what it keeps together."""
    shape, properties = style.paragraph_format, style.element.get_or_add_pPr()
    for ornament in ("w:pBdr", "w:contextualSpacing", "w:tabs"):
        for found in properties.findall(qn(ornament)):
            properties.remove(found)
    if name in _SPACES:
        shape.space_before, shape.space_after = map(Pt, _SPACES[name])
    if name in _INDENTS:
        shape.left_indent = Cm(_INDENTS[name])
    shape.line_spacing = 1.15 if name == "Normal" else shape.line_spacing
    if name in _STRONG and name != "Émetteur":
        shape.keep_with_next = True
    if name == "TOC Heading":
        shape.page_break_before = True
        # Not a part of the text: it does not list itself.
        style.element.basedOn_val = "Normal"
    if name == "List Number":
        # Numbers are written: an automatic list would go on counting from the last one.
        properties._remove_numPr()
        shape.left_indent, shape.first_line_indent = Cm(1), Cm(-0.6)


def _language(styles: Any) -> None:
    properties = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for found in properties.findall(qn("w:lang")):
        properties.remove(found)
    language = OxmlElement("w:lang")
    for kind in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{kind}"), "fr-FR")
    properties.append(language)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.9)
    section.header_distance, section.footer_distance = Cm(1.1), Cm(1.1)
    for part in (section.header, section.footer):
        part.is_linked_to_previous = False


def _show(file: Any) -> None:
    """A line of each style, so that whoever edits them sees what they do."""
    for name in STYLES.values():
        style = file.styles[name]
        if style.type == WD_STYLE_TYPE.PARAGRAPH and name not in ("Header", "Footer"):
            file.add_paragraph(f"Exemple du style « {name} »", style=style)
    table = file.add_table(rows=1, cols=2, style="Table Grid")
    for cell in table.rows[0].cells:
        cell.paragraphs[0].style = file.styles["Cellule"]
        cell.paragraphs[0].add_run("Tableau")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else REFERENCE
    target.write_bytes(make())
    sys.stdout.write(f"{target}\n")
