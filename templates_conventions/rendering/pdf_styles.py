"""The look of a PDF: the house's own fonts, its measures, inks and styles of paragraph."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph as Words

from templates_conventions.document import Run, Runs
from workflows.french import NO_BREAK_SPACE

_FONTS = Path(__file__).resolve().parent / "vendor" / "source-sans-3"
_FACES = {"regular": "Regular", "bold": "Bold", "italic": "It"}
PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN, WIDTH = 2.5 * cm, A4[0] - 5 * cm
TOP, BOTTOM = 2.4 * cm, 2.9 * cm
INK, QUIET, LINE = HexColor("#1c2429"), HexColor("#55626b"), HexColor("#a9b4ba")
FIELD = HexColor("#f5f7f8")
NO_GLYPH = "□"
"""What stands for a character that the font does not have."""


class _Font(TTFont):
    """A font that remembers how wide a word is: the same words come back page after page."""

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(name, file)
        self.stringWidth = lru_cache(maxsize=20_000)(self.stringWidth)


def face(name: str) -> str:
    """The name under which reportlab knows a face: ``regular``, ``bold`` or ``italic``."""
    return f"SourceSans3-{_FACES[name]}"


def font_file(name: str) -> Path:
    """The file of a face."""
    return _FONTS / f"{face(name)}.ttf"


@cache
def register() -> None:
    """Make the faces known to reportlab, once a process."""
    # Streams written as bytes: their form in letters is larger, and slow to make.
    rl_config.useA85 = 0
    for name in _FACES:
        pdfmetrics.registerFont(_Font(face(name), font_file(name)))
    pdfmetrics.registerFontFamily(
        face("regular"),
        normal=face("regular"),
        bold=face("bold"),
        italic=face("italic"),
        boldItalic=face("bold"),
    )


@cache
def _missing() -> _Missing:
    register()
    faces = [pdfmetrics.getFont(face(name)).face.charToGlyph for name in _FACES]
    return _Missing(frozenset(set(faces[0]).intersection(*faces[1:])))


class _Missing(dict[int, str]):
    """A translation that keeps what all the faces can draw and replaces the rest."""

    def __init__(self, known: frozenset[int]) -> None:
        super().__init__((code, chr(code)) for code in known)

    def __missing__(self, code: int) -> str:
        return NO_GLYPH


def drawable(text: str) -> str:
    """The text without a character that the font cannot draw."""
    return text.translate(_missing())


def safe(text: str) -> str:
    """The text for reportlab's own markup."""
    # reportlab breaks a line at a no-break space unless told that it is one.
    return escape(drawable(text)).replace(NO_BREAK_SPACE, "&nbsp;")


def marked(runs: Runs) -> str:
    """A paragraph in reportlab's own markup."""
    return "".join(_one(run) for run in runs)


def running_text(runs: Runs, name: str) -> Words:
    """A paragraph in a style, given by its name."""
    if not any("\n" in run.text for run in runs):
        # What the parser would make of each run is known: most of the text goes without it.
        stretches = [
            _stretch(name, run.strong, run.emphasis).clone(text=drawable(run.text))
            for run in runs
            if run.text
        ]
        if stretches:
            return Words("", style(name), frags=stretches)
    return Words(marked(runs), style(name))


@cache
def _stretch(name: str, strong: bool, emphasis: bool) -> Any:
    (stretch,) = Words(marked((Run("x", strong, emphasis),)), style(name)).frags
    return stretch


def _one(run: Run) -> str:
    text = "<br/>".join(safe(line) for line in run.text.split("\n"))
    if run.emphasis:
        text = f"<i>{text}</i>"
    return f"<b>{text}</b>" if run.strong else text


@cache
def style(name: str) -> ParagraphStyle:
    """The style of a paragraph by its name; an unknown name is running text."""
    bold, right = face("bold"), 8.5 * cm
    own: dict[str, dict[str, Any]] = {
        "issuer": {"fontName": bold, "fontSize": 12, "textColor": QUIET, "spaceAfter": 60},
        "front-title": {"fontName": bold, "fontSize": 24, "leading": 30, "spaceAfter": 10},
        "title": {"fontName": bold, "fontSize": 18, "leading": 22, "spaceAfter": 6},
        "label": {"fontName": bold, "fontSize": 11, "textColor": QUIET},
        "subtitle": {"fontSize": 11.5, "textColor": QUIET, "spaceAfter": 14},
        "contents-title": {"fontName": bold, "fontSize": 13, "leading": 17, "spaceAfter": 10},
        "contents-1": {"spaceAfter": 1, "spaceBefore": 2, "rightIndent": 30},
        "contents-2": {"spaceAfter": 0, "leftIndent": 14, "rightIndent": 30, "leading": 13.5},
        "heading-1": {"fontName": bold, "fontSize": 13, "leading": 17, "spaceBefore": 12},
        "heading-2": {"fontName": bold, "fontSize": 11.5, "spaceBefore": 8},
        "heading-3": {"fontName": bold, "spaceBefore": 6},
        "note": {"fontSize": 9.5, "leading": 13, "textColor": QUIET, "spaceAfter": 12},
        "caption": {"fontSize": 9.5, "leading": 13, "textColor": QUIET, "keepWithNext": 1},
        "item": {"spaceAfter": 3},
        "cell": {"spaceAfter": 0},
        "field": {"spaceAfter": 0},
        "value": {"fontName": bold, "spaceAfter": 0},
        "sender": {"spaceAfter": 10},
        "recipient": {"leftIndent": right, "spaceAfter": 18},
        "lead": {"leftIndent": right, "spaceAfter": 10},
        "margin": {"fontSize": 8.5, "leading": 10.5, "textColor": QUIET, "spaceAfter": 0},
    }
    own["margin-right"] = own["margin"] | {"alignment": TA_RIGHT}
    common = {
        "fontName": face("regular"),
        "fontSize": 10.5,
        "leading": 15,
        "textColor": INK,
        "spaceAfter": 6,
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    return ParagraphStyle(name, **(common | own.get(name, {})))
