"""The document of an avenant, and the consolidated text: articles written before and after.

What an avenant changes is not told by anybody: the convention is written under the rules and facts
before it and after it, and what is no longer the same is what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from templates_conventions.assembly import convention_document, facts_shown, origin
from templates_conventions.avenant_types import FOLDER, AvenantType
from templates_conventions.catalogue import ROOT
from templates_conventions.document import (
    Block,
    Document,
    DocumentKind,
    Heading,
    Paragraph,
    Quotation,
    Run,
    Table,
)
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.letter_words import inner
from templates_conventions.markup import blocks, set_in_french, titled
from templates_conventions.sources import Source, filled, filled_plain, read, read_toml
from templates_conventions.texts import AnnexText, annex_text, convention_text
from workflows.french import NO_BREAK_SPACE, article_number
from workflows.rule_changes import described
from workflows.rulebook import Rulebook

PARTIES, PREAMBLE = "parties", "preamble"
_TEXTS = ("recitals.md", "changes.md", "effect.md", "unchanged.md")


@dataclass(frozen=True)
class Writing:
    """What the text of a convention is written from on a day."""

    rulebook: Rulebook
    facts: DocumentFacts
    annexes: Mapping[str, str] = field(default_factory=dict)
    """Annexes whose text an avenant replaced: code to the new text, in Markdown."""


@dataclass(frozen=True, slots=True)
class AvenantFacts:
    """What an avenant says besides its changes."""

    number: int
    type: AvenantType
    effective_on: date | None
    """The day it names; None: that of the last signature."""
    reason: str = ""
    predecessor: str = ""
    successor: str = ""
    """Who takes whose place, where a party is substituted for another."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """An avenant in effect: how a consolidated text names it, and since when."""

    name: str
    effective_on: date
    after: Writing
    """What the text is written from once it has taken effect."""


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """One part of the text that an avenant changes."""

    key: str
    """Number of an article, code of an annex, ``parties`` or ``preamble``."""
    kind: Literal["article", "annex", "parties", "preamble"]
    title: str
    before: tuple[Block, ...] | None
    """None: the part is new."""
    after: tuple[Block, ...] | None
    """None: the part is removed."""

    @property
    def number(self) -> str:
        """« 9-1 », or « 1 » for the code ``annexe-1``; empty for an annex that has none."""
        number = self.key.removeprefix("annexe-") if self.kind == "annex" else self.key
        return number if number[:1].isdigit() or self.kind != "annex" else ""

    @property
    def name(self) -> str:
        """« 1 (Partage des données) »; of an annex without a number, its title alone."""
        return f"{self.number} ({self.title})" if self.number else f"« {inner(self.title)} »"


def changed_parts(before: Writing, after: Writing, root: Path = ROOT) -> tuple[ChangedPart, ...]:
    """The parts of the text that are no longer the same, in the order of the convention.

    Raises ``SourceFault`` when a text cannot be written under these rules.
    """
    was, will_be = _parts(before, root), _parts(after, root)
    changed = []
    for key in [*will_be, *(key for key in was if key not in will_be)]:
        old, new = was.get(key), will_be.get(key)
        known = new or old
        assert known is not None
        if old is None or new is None or old[1:] != new[1:]:
            changed.append(
                ChangedPart(
                    key, known[0], known[1], old[2] if old else None, new[2] if new else None
                )
            )
    return tuple(changed)


def consolidated_document(
    start: Writing, amendments: Sequence[Amendment], dated: date, root: Path = ROOT
) -> Document:
    """The convention as the avenants in effect made it, each changed part saying by which.

    Raises ``SourceFault``.
    """
    source = read_toml(FOLDER / "avenant.toml")
    notes: dict[str, list[str]] = {}
    current = start
    for amendment in amendments:
        known = {"amendment": amendment}
        note = set_in_french(filled_plain(source, source.settings["note"], known))
        for part in changed_parts(current, amendment.after, root):
            notes.setdefault(part.key, []).append(f"{note[:1].upper()}{note[1:]}.")
        current = amendment.after
    return convention_document(
        current.rulebook,
        current.facts,
        dated,
        root,
        notes=notes,
        annexes={code: annex_of(current, code) for code in current.annexes},
    )


def avenant_document(
    avenant: AvenantFacts, before: Writing, after: Writing, dated: date, root: Path = ROOT
) -> Document:
    """The avenant to sign: why, the new wording of what it changes, from when, what stays.

    Raises ``SourceFault``.
    """
    parts = changed_parts(before, after, root)
    text = convention_text(after.rulebook, after.facts, root)
    source = read_toml(FOLDER / "avenant.toml")
    texts = {name: read(FOLDER / name) for name in _TEXTS}
    known = _known(avenant, before, text.title, bool(parts))
    rules = described(before.rulebook, after.rulebook)
    table = Table(
        "Les règles modifiées",
        ("Règle", "Jusqu’ici", "Désormais"),
        tuple((_cited(one.label, one.article), one.before, one.after) for one in rules),
    )
    initials = before.rulebook.avenant.initialled
    footer = set_in_french(filled_plain(source, source.settings["initials"], known))
    return Document(
        kind=DocumentKind.AVENANT,
        code=f"avenant-{avenant.number}",
        title=set_in_french(filled_plain(source, source.settings["title"], known)),
        subtitle=set_in_french(filled_plain(source, source.settings["subtitle"], known)),
        reference=after.facts.convention.number,
        issuer=after.facts.caisse.name or after.rulebook.caisse,
        dated=dated,
        origin=origin(after.rulebook, [text.digest, source.digest, *_digests(texts)]),
        blocks=(
            *((text.identifiers,) if text.identifiers.rows else ()),
            *text.parties,
            *_section(texts["recitals.md"], known),
            *_section(texts["changes.md"], known, 1),
            *(block for part in parts for block in _wording(part, source, known)),
            *((table,) if rules else ()),
            *_section(texts["effect.md"], known, 2),
            *_section(texts["unchanged.md"], known, 3),
            Paragraph(
                (Run(set_in_french(filled_plain(source, source.settings["made"], known))),),
                role="made",
            ),
            text.signatures,
        ),
        footer=footer if initials else "",
        facts=facts_shown(after.facts),
    )


def annex_of(writing: Writing, code: str) -> AnnexText:
    """The text of an annex that an avenant replaced. Raises ``SourceFault`` for a wrong mark."""
    label = next((one.label for one in writing.rulebook.documents.annexes if one.code == code), "")
    text = writing.annexes[code]
    digest = sha256(text.encode()).hexdigest()
    return AnnexText(code, set_in_french(label or code), _free_text(code, text), digest)


@lru_cache(maxsize=64)
def _free_text(code: str, text: str) -> tuple[Block, ...]:
    return blocks(text, Path(code), shift=1)


_Part = tuple[Literal["article", "annex", "parties", "preamble"], str, tuple[Block, ...]]


def _parts(writing: Writing, root: Path) -> dict[str, _Part]:
    text = convention_text(writing.rulebook, writing.facts, root)
    parts: dict[str, _Part] = {
        PARTIES: (PARTIES, "", text.parties),
        PREAMBLE: (PREAMBLE, "", text.preamble),
    }
    for article in text.articles:
        parts[article.number] = ("article", article.title, article.blocks)
    for annex in writing.rulebook.documents.annexes:
        if annex.code in writing.annexes:
            given = annex_of(writing, annex.code)
        elif annex.form:
            # A blank form is no text: only what replaces it is.
            given = AnnexText(annex.code, annex.label, (), "")
        else:
            given = annex_text(writing.rulebook, annex.code, writing.facts, root)
        parts[annex.code] = ("annex", given.title, given.blocks)
    return parts


def _known(
    avenant: AvenantFacts, before: Writing, convention_title: str, has_text: bool
) -> dict[str, Any]:
    return {
        **context(before.rulebook, before.facts),
        "avenant_rule": before.rulebook.avenant,
        "avenant": {
            "number": avenant.number,
            "subject": avenant.type.subject,
            "effective_on": avenant.effective_on,
            "reason": avenant.reason,
            "predecessor": avenant.predecessor,
            "successor": avenant.successor,
            "convention_title": convention_title,
            "has_text": has_text,
        },
    }


def _section(source: Source, known: Mapping[str, Any], number: int = 0) -> Iterator[Block]:
    title, below = titled(filled(source, source.body, known), source.path, shift=1)
    article = f"Article{NO_BREAK_SPACE}{number}{NO_BREAK_SPACE}: " if number else ""
    yield Heading(1, article + title)
    yield from below


def _wording(part: ChangedPart, source: Source, known: Mapping[str, Any]) -> Iterator[Block]:
    what = "removed" if part.after is None else "added" if part.before is None else "replaced"
    sentence = source.settings["sentences"][f"{part.kind}_{what}"]
    words = filled_plain(source, sentence, {**known, "part": part})
    yield Paragraph((Run(set_in_french(words)),))
    if part.after:
        # Quoted, its own headings would stand among those of the avenant.
        yield Quotation(tuple(_flat(block) for block in part.after))


def _flat(block: Block) -> Block:
    return Paragraph((Run(block.text, strong=True),)) if isinstance(block, Heading) else block


def _cited(label: str, article: str) -> str:
    if not article[:1].isdigit():
        return label
    return f"{label} (article{NO_BREAK_SPACE}{article_number(article)})"


def _digests(texts: Mapping[str, Source]) -> list[str]:
    return [source.digest for source in texts.values()]
