"""The document: what is written, before any format.

A convention with its annexes, one annex, one form filled or blank, or a letter. The renderers
(``rendering``) draw the same blocks as HTML, DOCX and PDF and decide nothing. All is frozen, and
every text in it is final: no placeholder, no markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class DocumentKind(StrEnum):
    """What a document is to the convention."""

    CONVENTION = "convention"
    ANNEX = "annex"
    FORM = "form"
    LETTER = "letter"
    AVENANT = "avenant"
    SHEET = "sheet"
    """Made about a file, for those who work on it: it binds nobody and is never issued."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one appearance; ``\\n`` in it begins a new line."""

    text: str
    strong: bool = False
    emphasis: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the document; ``level`` counts from 1, the parts of the whole."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs
    role: str = ""
    """``subtitle``, ``note``, ``lead`` (place and date of a letter) or ``made`` (the line over the
    signatures, on the same page as they); empty: running text."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item holds blocks of its own."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """A text to be copied as it stands, such as a model letter."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under header cells; ``caption`` says what the rows are."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labels and their values, such as the numbers at the head of a convention."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address block of a letter, its first line the name."""

    lines: tuple[str, ...]
    side: str
    """``sender`` or ``recipient``."""


@dataclass(frozen=True, slots=True)
class FormSpace:
    """One field of a form, with its official label; an empty ``value`` leaves room to write."""

    name: str
    """Unique in its form: letters, digits and underscores."""
    label: str
    kind: str
    value: str = ""
    help: str = ""
    required: bool = False
    max_length: int = 0
    choices: tuple[str, ...] = ()
    reserved: bool = False
    """Whether the partner never fills it: no field, even in a file to fill in on a screen."""


@dataclass(frozen=True, slots=True)
class FormSection:
    """A block of a form under its official label."""

    title: str
    spaces: tuple[FormSpace, ...]
    level: int = 1
    """Level of its title among the headings."""


@dataclass(frozen=True, slots=True)
class SignatureSpace:
    """Where one party signs: its heading, the lines to fill, what is already known."""

    heading: str
    lines: tuple[str, ...]
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The foot of a convention or letter, one space a party, kept on one page."""

    spaces: tuple[SignatureSpace, ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Block = (
    Heading
    | Paragraph
    | Items
    | Quotation
    | Table
    | Pairs
    | Address
    | FormSection
    | Signatures
    | NewPage
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a document was made from, so that it can be told later under which text it was."""

    rulebook_code: str
    rulebook_version: int
    rulebook_digest: str
    template_digest: str
    """sha256 of the source files it was made from."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document, ready to be drawn."""

    kind: DocumentKind
    code: str
    """``convention``, or the code of its annex, form or letter."""
    title: str
    reference: str
    """Number of the convention; empty on a blank that belongs to none."""
    issuer: str
    """Name of the caisse, or of the structure that hands it out."""
    dated: date
    """The day it was made; the only date its files carry."""
    origin: Origin
    blocks: tuple[Block, ...]
    subtitle: str = ""
    label: str = ""
    """What stands above the title: « Annexe 2 »."""
    footer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The facts it shows, as JSON-able values: they travel inside the PDF."""
    holds_secret: bool = False
    """Whether it shows a password: then it is sent once and never stored."""
    stamp: str = ""
    """Reference of the printed document, such as ``7K3F-9QXM-2T``: capital letters without accent,
    digits and hyphens. Every page carries it in letters and as a QR code."""
    draft: bool = False
    """Whether it is only a draft: every page says « Projet », and none carries a stamp."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9A-Z-]*", self.stamp):
            raise ValueError(
                f"La référence « {self.stamp} » n’est pas faite de capitales, de chiffres et de "
                "traits d’union seulement."
            )
        if self.stamp and self.draft:
            raise ValueError(
                "Un projet ne porte pas de référence : elle se donne à la version "
                "qui part à la signature."
            )

    @property
    def letter(self) -> bool:
        return self.kind is DocumentKind.LETTER


def plain(runs: Runs) -> str:
    """The words of a paragraph, without their appearance."""
    return "".join(run.text for run in runs)


_NOT_READ = {"role", "side", "name", "kind", "choices"}
"""Fields that say what a block is, not what it says."""


def words(part: object) -> Iterator[str]:
    """Every text of a block, or of several, in reading order; a paragraph is one text."""
    match part:
        case str():
            yield from filter(None, (part,))
        case (Run(), *_):
            yield plain(part)
        case tuple():
            for inner in part:
                yield from words(inner)
        case _ if is_dataclass(part):
            for known in fields(part):
                if known.name not in _NOT_READ:
                    yield from words(getattr(part, known.name))
