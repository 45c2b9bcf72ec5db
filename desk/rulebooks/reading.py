"""A rulebook read rule by rule, each beside the article that commands it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from templates_conventions.rendering.html import fragment
from templates_conventions.sources import SourceFault
from templates_conventions.texts import Article, convention_text, has_text
from workflows.french import article_number
from workflows.rulebook import Rulebook
from workflows.rulebook_sheet import Entry, entries

LEVEL = 4
"""The headings of an article stand below those of the page."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as it stands in the convention."""

    number: str
    title: str
    text: SafeString
    is_first: bool
    """Whether the page shows it here for the first time."""


@dataclass(slots=True)
class RuleRead:
    """A rule, all that stands below it, and the articles that it cites."""

    label: str
    source: str
    lines: list[Entry] = field(default_factory=list)
    articles: list[ArticleText] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A part of the sheet."""

    title: str
    rules: list[RuleRead] = field(default_factory=list)


def sections(rulebook: Rulebook) -> list[Section]:
    """The whole sheet, the place to sign left out."""
    texts, shown = articles_of(rulebook), set[str]()
    found: list[Section] = []
    for entry in entries(rulebook):
        if entry.kind == "section":
            found.append(Section(entry.label))
            continue
        if not found or entry.kind in ("room", "note"):
            continue
        rules = found[-1].rules
        if (entry.kind in ("rule", "table") and entry.depth == 0) or not rules:
            opens = entry.kind in ("rule", "table")
            rules.append(RuleRead(entry.label if opens else "", entry.words if opens else ""))
            if not opens:
                rules[-1].lines.append(entry)
        else:
            rules[-1].lines.append(entry)
        number = article_number(entry.article)
        if number in texts and all(one.number != number for one in rules[-1].articles):
            article = texts[number]
            text = fragment(article.blocks, LEVEL)
            rules[-1].articles.append(ArticleText(number, article.title, text, number not in shown))
            shown.add(number)
    return [section for section in found if section.rules and section.title != "Signature"]


def articles_of(rulebook: Rulebook) -> dict[str, Article]:
    """The articles of the blank text by their number; none where it is of another version."""
    if not has_text(rulebook.code):
        return {}
    try:
        return {article.number: article for article in convention_text(rulebook).articles}
    except SourceFault:
        return {}


@dataclass(frozen=True, slots=True)
class TextChange:
    """An article that two versions write otherwise."""

    number: str
    title: str
    before: SafeString | str
    after: SafeString | str


def text_changes(before: Rulebook, after: Rulebook) -> Iterator[TextChange]:
    """The articles whose blank text is not the same under two versions."""
    was, is_now = articles_of(before), articles_of(after)
    for number in dict.fromkeys((*was, *is_now)):
        one, other = was.get(number), is_now.get(number)
        if one != other:
            known = other or one
            yield TextChange(
                number,
                known.title if known else "",
                fragment(one.blocks, LEVEL) if one else "",
                fragment(other.blocks, LEVEL) if other else "",
            )
