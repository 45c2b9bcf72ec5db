"""Markdown into blocks: the small part of CommonMark that a legal text needs.

Headings, paragraphs, lists, quotations, tables, strong and emphasis. No link, image or HTML: a
signed text leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from templates_conventions.document import (
    Block,
    Heading,
    Items,
    Paragraph,
    Quotation,
    Run,
    Runs,
    Table,
    plain,
)
from templates_conventions.sources import SourceFault
from workflows.french import NO_BREAK_SPACE, typeset

_RULES = ("heading", "list", "blockquote", "table", "emphasis", "escape", "newline", "entity")
_TIED = re.compile(
    r"(?<=rticle) (?=\d)|(?<=nnexe) (?=\d)|(?<=[Nn]°) (?=\w)"
    r"|(?<=\d) (?=%|(?:jours?|minutes|rubriques|exemplaires)\b)"
)
"""The spaces between « article », « annexe » or « n° » and its number, a figure and its unit."""


def blocks(text: str, path: Path, shift: int = 0) -> tuple[Block, ...]:
    """The blocks of a filled text. ``shift`` is added to the level of its headings.

    Raises ``SourceFault``, naming ``path``, for a mark that is no part of the format.
    """
    root = SyntaxTreeNode(_parser().parse(text))
    return tuple(_block(node, path, shift) for node in root.children)


def titled(text: str, path: Path, shift: int = 0) -> tuple[str, tuple[Block, ...]]:
    """The title of a text, its first line, and the blocks below it. Raises ``SourceFault``."""
    found = blocks(text, path, shift)
    match found:
        case (Heading(text=title, level=level), *rest) if not any(
            isinstance(block, Heading) and block.level <= level for block in rest
        ):
            return title, tuple(rest)
    raise SourceFault(
        path, "titre absent, ou second titre", "une seule ligne « # Titre », la première"
    )


def set_in_french(text: str) -> str:
    """The text with the no-break spaces of French, typed as plain spaces in the source."""
    return _TIED.sub(NO_BREAK_SPACE, typeset(text))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero", {"html": False}).enable(list(_RULES))


def _block(node: SyntaxTreeNode, path: Path, shift: int) -> Block:
    match node.type:
        case "heading":
            return Heading(int(node.tag[1]) + shift, plain(_runs(node, path)))
        case "paragraph":
            return Paragraph(_runs(node, path))
        case "bullet_list" | "ordered_list":
            items = tuple(
                tuple(_block(child, path, shift) for child in item.children)
                for item in node.children
            )
            return Items(items, ordered=node.type == "ordered_list")
        case "blockquote":
            return Quotation(tuple(_block(child, path, shift) for child in node.children))
        case "table":
            head, *body = (
                tuple(plain(_runs(cell, path)) for cell in row.children)
                for part in node.children
                for row in part.children
            )
            return Table("", head, tuple(body))
    raise _unknown(node, path)


def _runs(node: SyntaxTreeNode, path: Path) -> Runs:
    inline = [run for child in node.children for run in _inline(child, path)]
    # Set as one text, as a mark may stand in another run than the word it is tied to.
    whole = set_in_french("".join(run.text for run in inline))
    runs, start = [], 0
    for run in inline:
        runs.append(Run(whole[start : start + len(run.text)], run.strong, run.emphasis))
        start += len(run.text)
    return tuple(_merged(runs))


def _inline(
    node: SyntaxTreeNode, path: Path, strong: bool = False, emphasis: bool = False
) -> Iterator[Run]:
    match node.type:
        case "inline":
            for child in node.children:
                yield from _inline(child, path, strong, emphasis)
        case "text" | "text_special":
            yield Run(node.content, strong, emphasis)
        case "softbreak":
            yield Run(" ", strong, emphasis)
        case "hardbreak":
            yield Run("\n", strong, emphasis)
        case "strong":
            for child in node.children:
                yield from _inline(child, path, True, emphasis)
        case "em":
            for child in node.children:
                yield from _inline(child, path, strong, True)
        case _:
            raise _unknown(node, path)


def _merged(runs: list[Run]) -> Iterator[Run]:
    """The runs, neighbours of one appearance joined."""
    current: Run | None = None
    for run in runs:
        if current and (current.strong, current.emphasis) == (run.strong, run.emphasis):
            current = Run(current.text + run.text, run.strong, run.emphasis)
        else:
            if current:
                yield current
            current = run
    if current:
        yield current


def _unknown(node: SyntaxTreeNode, path: Path) -> SourceFault:
    return SourceFault(
        path,
        f"marque « {node.type} » inconnue du format",
        "titres, paragraphes, listes, citations, tableaux, gras et italique",
    )
