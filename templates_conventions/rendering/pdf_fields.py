"""Form fields of a PDF to fill in on a screen, drawn as PDF/A-3b asks.

Each field carries its own appearance, written with a font that is in the file, so that it looks the
same wherever it is opened and printed (ISO 19005-3, 6.3.3 and 6.4.1): no viewer is asked to draw
it. What the user then types is drawn by the viewer, with the same font.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import compress

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Flowable

from templates_conventions.document import FormSpace
from templates_conventions.rendering.pdf_styles import FIELD, INK, LINE, drawable, face, font_file

SIZE, LEADING, INSET = 10.5, 13.0, 4.0
"""Of the text in a field, in points."""
PRINTED = 4
"""The flag of an annotation that is printed."""
_REQUIRED, _MULTILINE, _COMBO = 1 << 1, 1 << 12, 1 << 17
_LONG = ("address",)
"""The kinds of field that take several lines."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A field where it was laid out: page from 0, corners in points."""

    space: FormSpace
    page: int
    left: float
    bottom: float
    width: float
    height: float


class Field(Flowable):
    """Room for a field; the field itself is added once the pages are written (``add_fields``)."""

    def __init__(self, space: FormSpace, width: float) -> None:
        super().__init__()
        lines = max(len(_lines(space.value, width)), 3 if space.kind in _LONG else 1)
        self.space, self.width = space, width
        self.height = max(0.75 * cm, lines * LEADING + 2 * INSET)

    def draw(self) -> None:
        left, bottom = self.canv.absolutePosition(0, 0)
        self.canv.space(
            lambda page: Placed(self.space, page, left, bottom, self.width, self.height)
        )


def add_fields(file: Pdf, spaces: Iterable[Placed]) -> None:
    """Put the fields into the pages; nothing when there is none."""
    placed = list(spaces)
    if not placed:
        return
    drawn, typed = _fonts(file)
    fields = []
    for one in placed:
        field = file.make_indirect(_widget(file, one, drawn))
        page = file.pages[one.page]
        field.P = page.obj
        if Name.Annots not in page:
            page.Annots = Array()
        page.Annots.append(field)
        fields.append(field)
    file.Root.AcroForm = file.make_indirect(
        Dictionary(
            Fields=Array(fields),
            DA=_appearance_string(),
            DR=Dictionary(Font=Dictionary(Saisie=typed)),
        )
    )


def _widget(file: Pdf, placed: Placed, font: pikepdf.Object) -> Dictionary:
    space = placed.space
    several = placed.height > LEADING * 2
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Ch if space.choices else Name.Tx,
        T=pikepdf.String(space.name),
        TU=pikepdf.String(space.label),
        V=pikepdf.String(space.value),
        F=PRINTED,
        Ff=(_REQUIRED if space.required else 0)
        | (_COMBO if space.choices else _MULTILINE if several else 0),
        Rect=Array(
            [
                round(place, 2)
                for place in (
                    placed.left,
                    placed.bottom,
                    placed.left + placed.width,
                    placed.bottom + placed.height,
                )
            ]
        ),
        DA=_appearance_string(),
        MK=Dictionary(BC=_colour(LINE), BG=_colour(FIELD)),
        BS=Dictionary(W=0.5, S=Name.S),
        AP=Dictionary(N=_appearance(file, placed, font)),
    )
    if space.choices:
        widget.Opt = Array([pikepdf.String(choice) for choice in space.choices])
    elif space.max_length:
        widget.MaxLen = space.max_length
    return widget


def _appearance(file: Pdf, placed: Placed, font: pikepdf.Object) -> pikepdf.Stream:
    """The field as it looks before anyone types: its room and the value it starts from."""
    width, height = placed.width, placed.height
    lines = _lines(placed.space.value, width)
    first = height - INSET - SIZE if len(lines) > 1 else (height - SIZE) / 2 + 2.2
    words = "".join(
        f"1 0 0 1 {INSET:.2f} {first - number * LEADING:.2f} Tm <{_glyphs(line)}> Tj "
        for number, line in enumerate(lines)
    )
    content = (
        f"{_ink(FIELD)} rg {_ink(LINE)} RG 0.5 w 0.5 0.5 {width - 1:.2f} {height - 1:.2f} re "
        f"B /Tx BMC q 1 1 {width - 2:.2f} {height - 2:.2f} re W n "
        f"BT /Dessin {SIZE} Tf {_ink(INK)} rg {words}ET Q EMC"
    )
    return file.make_stream(
        content.encode("ascii"),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, round(width, 2), round(height, 2)]),
        Resources=Dictionary(Font=Dictionary(Dessin=font)),
    )


def _lines(text: str, width: float) -> list[str]:
    """The value cut into lines that hold in the field; a long word is cut too."""
    font = pdfmetrics.getFont(face("regular"))
    lines: list[str] = []
    for word in drawable(text).split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font.stringWidth(joined, SIZE) <= width - 2 * INSET:
            lines[-1] = joined
            continue
        lines.append("")
        for character in word:
            if font.stringWidth(lines[-1] + character, SIZE) > width - 2 * INSET:
                lines.append("")
            lines[-1] += character
    return lines


def _glyphs(text: str) -> str:
    glyphs = _metrics().charToGlyph
    return "".join(f"{glyphs[ord(character)]:04X}" for character in text)


def _appearance_string() -> pikepdf.String:
    return pikepdf.String(f"/Saisie {SIZE} Tf {_ink(INK)} rg")


def _ink(colour: Any) -> str:
    return " ".join(f"{part:.3f}" for part in colour.rgb())


def _colour(colour: Any) -> Array:
    return Array([round(part, 3) for part in colour.rgb()])


# The font: one program in the file, told twice. By the number of its glyphs it draws any character
# it has; by the Western code page it is what viewers know how to type with.


def _metrics() -> Any:
    return pdfmetrics.getFont(face("regular")).face


@cache
def _program() -> tuple[bytes, int]:
    content = font_file("regular").read_bytes()
    return compress(content), len(content)


def _fonts(file: Pdf) -> tuple[pikepdf.Object, pikepdf.Object]:
    packed, length = _program()
    program = file.make_stream(packed, Length1=length)
    program.write(packed, filter=Name.FlateDecode)
    program.Length1 = length
    return _drawing_font(file, program), _typing_font(file, program)


def _descriptor(file: Pdf, program: pikepdf.Stream, flags: int) -> pikepdf.Object:
    metrics = _metrics()
    return file.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + face("regular")),
            Flags=flags,
            FontBBox=Array([round(edge) for edge in metrics.bbox]),
            ItalicAngle=0,
            Ascent=round(metrics.ascent),
            Descent=round(metrics.descent),
            CapHeight=round(metrics.capHeight),
            StemV=round(metrics.stemV),
            FontFile2=program,
        )
    )


def _drawing_font(file: Pdf, program: pikepdf.Stream) -> pikepdf.Object:
    metrics = _metrics()
    widths: dict[int, float] = {
        glyph: metrics.charWidths[code]
        for code, glyph in metrics.charToGlyph.items()
        if code in metrics.charWidths
    }
    table = Array()
    for glyph in sorted(widths):
        table.append(glyph)
        table.append(Array([round(widths[glyph])]))
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + face("regular")),
        CIDSystemInfo=Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=_descriptor(file, program, 4),
        CIDToGIDMap=Name.Identity,
        DW=round(metrics.defaultWidth),
        W=table,
    )
    return file.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + face("regular")),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([file.make_indirect(descendant)]),
        )
    )


def _typing_font(file: Pdf, program: pikepdf.Stream) -> pikepdf.Object:
    metrics = _metrics()
    codes = [bytes([code]).decode("cp1252", "replace") for code in range(32, 256)]
    widths = [round(metrics.charWidths.get(ord(one), metrics.defaultWidth)) for one in codes]
    return file.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/" + face("regular")),
            Encoding=Name.WinAnsiEncoding,
            FirstChar=32,
            LastChar=255,
            Widths=Array(widths),
            FontDescriptor=_descriptor(file, program, 32),
        )
    )
