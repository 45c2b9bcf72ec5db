"""The user guide, as the desk shows it: the Markdown pages of ``docs/guide``, one a task."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from contracts.search_words import folded

_PAGE = re.compile(r"([a-z0-9-]+)\.md(#.*)?")
_PICTURE = re.compile(r"images/([a-z0-9-]+)\.png")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


class GuidePage(NamedTuple):
    """One task."""

    slug: str
    title: str
    text: str
    """Markdown, its title apart."""


@cache
def guide() -> dict[str, GuidePage]:
    """Every page by its slug, by title; nothing where the guide was not installed."""
    folder: Path = settings.TACITE_GUIDE
    pages = [_read(file) for file in folder.glob("*.md")] if folder.is_dir() else []
    return {page.slug: page for page in sorted(pages, key=lambda one: folded(one.title))}


def matching(words: str) -> list[GuidePage]:
    """The pages whose title holds each word of a search; all of them for none."""
    wanted = folded(words).split()
    return [page for page in guide().values() if all(one in folded(page.title) for one in wanted)]


def picture(name: str) -> Path | None:
    """The file of a picture of the guide; None when there is none of that name."""
    file: Path = settings.TACITE_GUIDE / "images" / f"{name}.png"
    return file if file.is_file() else None


def shown(page: GuidePage) -> SafeString:
    """The page as HTML: its links lead to the other pages, its pictures are served here."""
    tokens = _MARKDOWN.parse(page.text)
    for token in tokens:
        for child in token.children or ():
            _lead(child)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return mark_safe(html)  # noqa: S308 — our own pages, in which HTML is not read


def _read(file: Path) -> GuidePage:
    first, _, text = file.read_text(encoding="utf-8").partition("\n")
    return GuidePage(file.stem, first.removeprefix("#").strip(), text)


def _lead(token: Token) -> None:
    if token.type == "link_open" and (match := _PAGE.fullmatch(str(token.attrs["href"]))):
        token.attrs["href"] = reverse("help_page", args=[match[1]]) + (match[2] or "")
    elif token.type == "image" and (match := _PICTURE.fullmatch(str(token.attrs["src"]))):
        token.attrs["src"] = reverse("help_picture", args=[match[1]])
