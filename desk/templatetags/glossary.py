"""Help beside a rare word: a link to what it means."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from desk.help.glossary import glossary

register = template.Library()


@register.simple_tag
def term(code: str) -> SafeString:
    """Draw « ? » beside a word, which leads to its definition and gives it on hovering.

    Raises ``KeyError`` for a word that the glossary does not have.
    """
    found = glossary()[code]
    return format_html(
        '<a class="term" href="{}#{}" title="{}"><span aria-hidden="true">?</span>'
        '<span class="visually-hidden"> Que veut dire {}</span></a>',
        reverse("help_words"),
        found.code,
        found.definition,
        found.word.lower(),
    )
