"""States and remarks: a meaning is always a colour, an icon and a word."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Outlines of our own, drawn on a grid of 16.
ICONS = {
    "in_force": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M5 8.25l2.25 2.25L11 6",
    "attention": "M8 2 1.5 13.5h13zM8 6.5v3.25M8 11.75v.01",
    "ended": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M5.5 5.5h5v5h-5z",
    "question": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13"
    "M6 6.5a2 2 0 1 1 2.75 1.85c-.5.25-.75.6-.75 1.15M8 11.5v.01",
    "neutral": "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M5 8h6",
}


@register.simple_tag
def icon(meaning: str) -> SafeString:
    """Draw the icon of a meaning alone, hidden from screen readers: words must stand beside it.

    Raises `ValueError` for a meaning that is none of the five.
    """
    if meaning not in ICONS:
        raise ValueError(f"meaning is {meaning!r}: expected one of {', '.join(ICONS)}.")
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        '<path d="{}" /></svg>',
        ICONS[meaning],
    )


@register.simple_tag
def state(meaning: str, words: str) -> SafeString:
    """Draw a state: `in_force`, `attention`, `ended`, `question` or `neutral`, and its words."""
    return format_html('<span class="state state-{}">{}{}</span>', meaning, icon(meaning), words)
