"""The sheet of a rulebook as a document: the same entries as its plain text, laid out to be signed.

It shows no fact of any convention; its date is that of the day on which it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from templates_conventions.assembly import origin
from templates_conventions.document import (
    Block,
    Document,
    DocumentKind,
    Heading,
    Pairs,
    Paragraph,
    Run,
    Signatures,
    SignatureSpace,
)
from templates_conventions.markup import set_in_french
from workflows.french import NO_BREAK_SPACE
from workflows.rulebook import Rulebook
from workflows.rulebook_sheet import Entry, entries

DEEPEST = 4
"""Level of the headings beyond which a table is told in bold."""

LONGEST = 100
"""Characters beyond which the words of a label are a paragraph, and no cell of a table."""


def rulebook_document(rulebook: Rulebook, dated: date) -> Document:
    """The whole sheet, ending with a block to sign."""
    return Document(
        kind=DocumentKind.SHEET,
        code=f"fiche-{rulebook.code}",
        title="Fiche du modèle de convention",
        subtitle=rulebook.title,
        reference=rulebook.code,
        issuer=rulebook.caisse,
        dated=dated,
        origin=origin(rulebook, [rulebook.digest]),
        blocks=tuple(_blocks(entries(rulebook))),
        footer=f"Version{NO_BREAK_SPACE}{rulebook.version}, empreinte {rulebook.digest[:12]}",
    )


def _blocks(told: Iterable[Entry]) -> Iterator[Block]:
    """Pairs that follow one another make one table, lines to write on one block to sign."""
    pairs: list[tuple[str, str]] = []
    room: list[str] = []
    for entry in told:
        label, words = set_in_french(entry.label), set_in_french(entry.words)
        if entry.kind == "pair" and len(words) <= LONGEST:
            pairs.append((label, words or "—"))
            continue
        if pairs:
            yield Pairs(tuple(pairs))
            pairs.clear()
        if entry.kind == "room":
            room.append(f"{label}{NO_BREAK_SPACE}:")
        else:
            yield from _block(entry, label, words)
    if room:
        yield Signatures((SignatureSpace("Le juriste", tuple(room)),))


def _block(entry: Entry, label: str, words: str) -> Iterator[Block]:
    match entry.kind:
        case "section":
            yield Heading(1, label)
        case "rule" | "table":
            level = entry.depth + 2
            if level < DEEPEST:
                yield Heading(level, label)
            else:
                yield Paragraph((Run(label, strong=True),))
            if words:
                yield Paragraph((Run(words[:1].upper() + words[1:]),), role="note")
        case "note":
            yield Paragraph((Run(label),), role="note")
        case "pair":
            yield Paragraph((Run(f"{label}{NO_BREAK_SPACE}: ", strong=True), Run(words)))
        case _:
            yield Paragraph((Run(label),))
