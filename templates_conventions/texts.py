"""The text of a convention: parties, preamble, numbered articles, annexes, signatures.

One file an article, under its number (``articles/9-1.md``, or ``13.1.md`` where the convention
writes it so), so that a rule of the rulebook and its article are found from each other by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from templates_conventions.catalogue import ROOT
from templates_conventions.document import Block, Pairs, Signatures, SignatureSpace
from templates_conventions.facts import DocumentFacts, context
from templates_conventions.markup import blocks, set_in_french, titled
from templates_conventions.sources import (
    Source,
    SourceFault,
    digest_of,
    filled,
    filled_plain,
    read,
    read_toml,
)
from workflows.rulebook import Rulebook
from workflows.rulebook_types import Frozen


class DefinedTerm(Frozen):
    """A term the convention defines (« ci-après « … » »)."""

    role: str = ""
    """The party it is given to; empty: no single party, such as « les Parties »."""
    term: str


class SignatureText(Frozen):
    """The words over the place where a party signs."""

    role: str
    heading: str
    lines: tuple[str, ...]


class TextSettings(Frozen):
    """``convention.toml``: what of the text is not an article."""

    rulebook_versions: tuple[int, ...]
    """The versions of the rulebook these texts are written for."""
    title: str
    subtitle: str = ""
    footer: str = ""
    identifiers: Mapping[str, str] = {}
    """The official label of each number at the head of the convention."""
    terms: tuple[DefinedTerm, ...]
    made: str
    """The line over the signatures: place, copies, date."""
    signatures: tuple[SignatureText, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article, under its number in the convention."""

    number: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def depth(self) -> int:
        """1 for article 9, 2 for article 9-1 or 13.1."""
        return len(_places(self.number))


@dataclass(frozen=True, slots=True)
class AnnexText:
    """The text of a contractual annex."""

    code: str
    title: str
    blocks: tuple[Block, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class ConventionText:
    """The whole text with its values filled in."""

    settings: TextSettings
    title: str
    identifiers: Pairs
    parties: tuple[Block, ...]
    preamble: tuple[Block, ...]
    articles: tuple[Article, ...]
    made: str
    signatures: Signatures
    digest: str
    """sha256 of the files it was made from, annexes excepted."""

    def article(self, number: str) -> Article:
        """Raises ``KeyError`` when the text has no such article."""
        return {article.number: article for article in self.articles}[number]


def has_text(rulebook_code: str, root: Path = ROOT) -> bool:
    """Whether the texts of this type of convention are written."""
    return (root / rulebook_code / "convention.toml").is_file()


def text_settings(rulebook_code: str, root: Path = ROOT) -> TextSettings:
    """What of the text is not an article. Raises ``SourceFault``."""
    return _settings(root / rulebook_code / "convention.toml")[0]


def article_numbers(rulebook_code: str, root: Path = ROOT) -> tuple[str, ...]:
    """The numbers of the articles, in the order of the convention."""
    return tuple(path.stem for path in _article_files(root / rulebook_code))


def convention_text(
    rulebook: Rulebook, facts: DocumentFacts | None = None, root: Path = ROOT
) -> ConventionText:
    """The text of a type of convention under these rules, for these parties.

    Without ``facts``, it is the blank. Raises ``SourceFault`` when a file is missing or names a
    value that does not exist, or when the texts are not those of this version of the rulebook.
    """
    folder = root / rulebook.code
    settings, source = _settings(folder / "convention.toml")
    if rulebook.version not in settings.rulebook_versions:
        raise SourceFault(
            source.path,
            f"textes écrits pour {_versions(settings)}, demandés pour la {rulebook.version}",
            "la version du modèle dans « rulebook_versions », une fois les textes relus",
        )
    known = context(rulebook, facts or DocumentFacts())
    parties, preamble = read(folder / "parties.md"), read(folder / "preamble.md")
    articles = [read(path) for path in _article_files(folder)]
    return ConventionText(
        settings=settings,
        title=settings.title,
        identifiers=_identifiers(rulebook, settings, known, source.path),
        parties=_blocks(parties, known),
        preamble=_blocks(preamble, known),
        articles=tuple(article for one in articles if (article := _article(one, known))),
        made=set_in_french(filled_plain(source, settings.made, known)),
        signatures=_signatures(settings, known),
        digest=digest_of((source, parties, preamble, *articles)),
    )


def annex_text(
    rulebook: Rulebook, code: str, facts: DocumentFacts | None = None, root: Path = ROOT
) -> AnnexText:
    """The text of a contractual annex, from ``annexes/<code>.md``. Raises ``SourceFault``."""
    source = read(root / rulebook.code / "annexes" / f"{code}.md")
    known = context(rulebook, facts or DocumentFacts())
    title, below = titled(filled(source, source.body, known), source.path)
    return AnnexText(code, title, below, source.digest)


@cache
def _settings(path: Path) -> tuple[TextSettings, Source]:
    source = read_toml(path)
    try:
        return TextSettings.model_validate(source.settings), source
    except ValidationError as error:
        first = error.errors()[0]
        raise SourceFault(
            path,
            f"{'.'.join(map(str, first['loc']))} : {first['msg']}",
            "les clés décrites dans docs/documents.md",
        ) from error


def _article_files(folder: Path) -> list[Path]:
    files = (folder / "articles").glob("*.md")
    return sorted(files, key=lambda path: [int(part) for part in _places(path.stem)])


def _places(number: str) -> list[str]:
    """``9`` and ``1`` of 9-1 and of 9.1: texts write either, some both."""
    return re.split("[-.]", number)


def _article(source: Source, known: Mapping[str, Any]) -> Article | None:
    """The article; none when the rule that it is about is absent and leaves nothing to write."""
    written = filled(source, source.body, known)
    if not written.strip() and source.body.strip():
        return None
    # A part of article 4 stands one level below it, as article 4-1 does.
    shift = len(_places(source.path.stem)) - 1
    title, below = titled(written, source.path, shift)
    return Article(source.path.stem, title, below)


def _blocks(source: Source, known: Mapping[str, Any]) -> tuple[Block, ...]:
    return blocks(filled(source, source.body, known), source.path, shift=1)


def _identifiers(
    rulebook: Rulebook, settings: TextSettings, known: Mapping[str, Any], path: Path
) -> Pairs:
    values = {
        "convention_number": known["convention"]["number"],
        "third_party_number": known["partner"]["number"],
    }
    missing = [code for code in rulebook.documents.identifiers if code not in settings.identifiers]
    if missing:
        raise SourceFault(path, f"numéro sans intitulé : {missing[0]}", "son intitulé officiel")
    return Pairs(
        tuple(
            (set_in_french(settings.identifiers[code]), values[code] or "")
            for code in rulebook.documents.identifiers
        )
    )


def _signatures(settings: TextSettings, known: Mapping[str, Any]) -> Signatures:
    spaces = []
    for one in settings.signatures:
        facts = known[one.role]
        signer = ", ".join(filter(None, (facts["representative"], facts["quality"])))
        spaces.append(SignatureSpace(set_in_french(one.heading), one.lines, signer))
    return Signatures(tuple(spaces))


def _versions(settings: TextSettings) -> str:
    numbers = ", ".join(map(str, settings.rulebook_versions))
    return (
        f"la version {numbers}"
        if len(settings.rulebook_versions) == 1
        else f"les versions {numbers}"
    )
