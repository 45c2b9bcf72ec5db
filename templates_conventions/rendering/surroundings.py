"""What stands around the text of a document: title page, table of contents, head and foot of page.

Decided once for the three formats, so that they say the same things in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass

from templates_conventions.document import (
    Block,
    Document,
    DocumentKind,
    FormSpace,
    Heading,
    Pairs,
)
from workflows.french import NO_BREAK_SPACE, typeset

CONTENTS = "Sommaire"
CONTENTS_DEPTH = 2
"""How deep the headings are that the table of contents lists."""
DRAFT = "Projet"
DIGEST_SHOWN = 8
"""How many characters of the digest of the text the head of a page gives."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first page of a convention, and the text that follows it."""

    identifiers: tuple[Pairs, ...]
    rest: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents; ``anchor`` is where it leads."""

    level: int
    text: str
    anchor: str


def has_title_page(document: Document) -> bool:
    """Whether the document opens on a page of its own and lists its parts."""
    return document.kind is DocumentKind.CONVENTION


def opening(document: Document) -> Opening:
    """The numbers that stand first, apart from the text: they belong to the title page."""
    match document.blocks:
        case (Pairs() as first, *rest):
            return Opening((first,), tuple(rest))
    return Opening((), document.blocks)


def anchor(number: int) -> str:
    """The name of the place of the ``number``-th heading of a document, from 1."""
    return f"partie-{number}"


def anchors(document: Document) -> dict[int, str]:
    """The anchor of each heading, by its identity; those inside a list or a quotation have none."""
    headings = (block for block in document.blocks if isinstance(block, Heading))
    return {id(heading): anchor(number) for number, heading in enumerate(headings, start=1)}


def contents(document: Document) -> tuple[Entry, ...]:
    """The lines of the table of contents; none on a document without a title page."""
    if not has_title_page(document):
        return ()
    names = anchors(document)
    return tuple(
        Entry(block.level, block.text, names[id(block)])
        for block in document.blocks
        if isinstance(block, Heading) and block.level <= CONTENTS_DEPTH
    )


def head_left(document: Document) -> str:
    """Which convention, or model, the page belongs to, and whether it is a draft only."""
    what = "Modèle" if document.kind is DocumentKind.SHEET else "Convention n°"
    number = f"{what}{NO_BREAK_SPACE}{document.reference}" if document.reference else ""
    if document.letter:
        number = ""
    return " · ".join(filter(None, (DRAFT if document.draft else "", number)))


def head_right(document: Document) -> str:
    """Which text it is: its version, and enough of its digest to tell two texts apart.

    Nothing on a letter, nor on what comes from no rulebook.
    """
    origin = document.origin
    if document.letter or not origin.rulebook_code:
        return ""
    version = f"Texte, version{NO_BREAK_SPACE}{origin.rulebook_version}"
    return f"{version} · {origin.template_digest[:DIGEST_SHOWN]}"


def foot(document: Document) -> str:
    """What the foot of each page says beside its number."""
    number = document.reference if document.letter else ""
    return " · ".join(filter(None, (document.footer, number)))


def advice(space: FormSpace) -> str:
    """What stands under the label of a field: its help, and the choices while none is made."""
    offered = "" if space.value or not space.choices else f"Au choix : {', '.join(space.choices)}."
    return " ".join(filter(None, (space.help, typeset(offered))))
