"""A document as a fragment of an accessible page: the version that everyone can read.

Headings in order, lists that are lists, tables with scoped headers, every sentence escaped. The
page around it gives the language, the style sheet and the first-level title.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from templates_conventions.document import (
    Address,
    Block,
    Document,
    FormSection,
    FormSpace,
    Heading,
    Items,
    NewPage,
    Pairs,
    Paragraph,
    Quotation,
    Runs,
    Signatures,
    SignatureSpace,
    Table,
)
from templates_conventions.rendering.surroundings import (
    CONTENTS,
    DRAFT,
    advice,
    anchors,
    contents,
    has_title_page,
    opening,
)
from workflows.french import NO_BREAK_SPACE

_DRAFT = format_html(
    '<p class="document-draft"><strong>{}</strong></p>\n', f"{DRAFT}{NO_BREAK_SPACE}: sans valeur"
)


def render(document: Document, title_level: int = 2) -> str:
    """The fragment: an ``<article>`` whose title is a heading of ``title_level``."""
    head = format_html("<h{0}>{1}</h{0}>", title_level, _title(document))
    if document.subtitle:
        head += format_html('<p class="document-subtitle">{}</p>', document.subtitle)
    if has_title_page(document):
        issuer = format_html('<p class="document-issuer">{}</p>\n', document.issuer)
        start = opening(document)
        head = issuer + head + fragment(start.identifiers, title_level) + _contents(document)
        blocks = start.rest
    else:
        blocks = document.blocks
    foot = format_html('<p class="document-footer">{}</p>', document.footer)
    return format_html(
        '<article class="document" lang="fr" aria-label="{}">\n{}{}\n{}\n{}</article>',
        _title(document),
        _DRAFT if document.draft else "",
        head,
        _anchored(document, blocks, title_level),
        foot if document.footer else "",
    )


def page(document: Document) -> str:
    """The fragment as a whole page, readable with no style sheet, for a file on its own."""
    return format_html(
        '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
        "<body><main>\n{}\n</main></body>\n</html>\n",
        _title(document),
        mark_safe(render(document, title_level=1)),  # noqa: S308 — built above, every text escaped
    )


def _title(document: Document) -> str:
    return (
        f"{document.label}{NO_BREAK_SPACE}: {document.title}" if document.label else document.title
    )


def fragment(blocks: Iterable[Block], level: int) -> SafeString:
    """Blocks without the article around them, their headings below ``level``."""
    return format_html_join("\n", "{}", ((_block(block, level),) for block in blocks))


def _anchored(document: Document, blocks: Iterable[Block], level: int) -> SafeString:
    """The blocks, each heading under the name that the table of contents leads to."""
    names = anchors(document)
    written = (
        _heading(block, level, names[id(block)])
        if isinstance(block, Heading)
        else _block(block, level)
        for block in blocks
    )
    return format_html_join("\n", "{}", ((part,) for part in written))


def _contents(document: Document) -> SafeString:
    lines = format_html_join(
        "\n",
        '<li class="document-contents-{}"><a href="#{}">{}</a></li>',
        ((entry.level, entry.anchor, entry.text) for entry in contents(document)),
    )
    return format_html(
        '\n<nav class="document-contents" aria-label="{0}">\n<p><strong>{0}</strong></p>\n'
        "<ul>\n{1}\n</ul>\n</nav>",
        CONTENTS,
        lines,
    )


def _heading(block: Heading, level: int, name: str) -> SafeString:
    depth = min(6, level + block.level)
    return format_html('<h{0} id="{1}">{2}</h{0}>', depth, name, block.text)


def _block(block: Block, level: int) -> SafeString:  # noqa: C901 — one case a kind of block
    match block:
        case Heading():
            return format_html("<h{0}>{1}</h{0}>", min(6, level + block.level), block.text)
        case Paragraph():
            role = format_html(' class="document-{}"', block.role) if block.role else ""
            return format_html("<p{}>{}</p>", role, _runs(block.runs))
        case Items():
            items = format_html_join(
                "\n", "<li>{}</li>", ((_item(item, level),) for item in block.items)
            )
            return format_html("<{0}>\n{1}\n</{0}>", "ol" if block.ordered else "ul", items)
        case Quotation():
            inner = fragment(block.blocks, level)
            return format_html("<blockquote>\n{}\n</blockquote>", inner)
        case Table():
            return _table(block)
        case Pairs():
            rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>\n", map(_pair, block.rows))
            return format_html('<dl class="document-pairs">\n{}</dl>', rows)
        case Address():
            lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in block.lines))
            return format_html('<p class="document-{}">{}</p>', block.side, lines)
        case FormSection():
            rows = format_html_join("", "{}", ((_space(space),) for space in block.spaces))
            return format_html(
                '<h{0}>{1}</h{0}>\n<dl class="document-form">\n{2}</dl>',
                min(6, level + block.level),
                block.title,
                rows,
            )
        case Signatures():
            spaces = format_html_join("\n", "{}", ((_signature(one),) for one in block.spaces))
            return format_html('<div class="document-signatures">\n{}\n</div>', spaces)
        case NewPage():
            return mark_safe("<hr>")


def _item(item: tuple[Block, ...], level: int) -> SafeString:
    """One item of a list; a lone paragraph needs no paragraph mark."""
    match item:
        case (Paragraph(runs=runs),):
            return _runs(runs)
    return fragment(item, level)


def _runs(runs: Runs) -> SafeString:
    parts = []
    for run in runs:
        text = mark_safe("<br>".join(escape(line) for line in run.text.split("\n")))  # noqa: S308 — each line is escaped
        if run.emphasis:
            text = format_html("<em>{}</em>", text)
        parts.append(format_html("<strong>{}</strong>", text) if run.strong else text)
    return format_html_join("", "{}", ((part,) for part in parts))


def _table(block: Table) -> SafeString:
    caption = format_html("<caption>{}</caption>\n", block.caption) if block.caption else ""
    head = ""
    if any(block.header):
        cells = format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in block.header))
        head = format_html("<thead><tr>{}</tr></thead>\n", cells)
    rows = format_html_join(
        "\n",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (first, format_html_join("", "<td>{}</td>", ((cell,) for cell in rest)))
            for first, *rest in block.rows
        ),
    )
    return format_html(
        '<table class="document-table">\n{}{}<tbody>\n{}\n</tbody>\n</table>', caption, head, rows
    )


def _pair(row: tuple[str, str]) -> tuple[str, SafeString]:
    label, value = row
    return label, format_html("{}", value) if value else _to_write()


def _space(space: FormSpace) -> SafeString:
    value = format_html("{}", space.value) if space.value else _to_write()
    told = advice(space)
    note = format_html(' <span class="document-note">{}</span>', told) if told else ""
    return format_html("<dt>{}{}</dt><dd>{}</dd>\n", space.label, note, value)


def _signature(space: SignatureSpace) -> SafeString:
    lines = [line for line in (*space.lines, space.signed) if line]
    return format_html(
        "<div><p><strong>{}</strong></p>\n{}</div>",
        space.heading,
        format_html_join("\n", "<p>{}</p>", ((line,) for line in lines)),
    )


def _to_write() -> SafeString:
    return mark_safe('<span class="document-blank">à compléter</span>')
