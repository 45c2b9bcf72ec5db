"""States and remarks: a meaning is always a colour, an icon and a word."""

from typing import Any

from django import template

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


def known(meaning: str) -> str:
    """Return `meaning`; raise `ValueError` when it is none of the five."""
    if meaning not in ICONS:
        raise ValueError(f"meaning is {meaning!r}: expected one of {', '.join(ICONS)}.")
    return meaning


@register.inclusion_tag("ui/components/state.html")
def state(meaning: str, words: str) -> dict[str, Any]:
    """Draw a state: `in_force`, `attention`, `ended`, `question` or `neutral`, and its words."""
    return {"meaning": known(meaning), "words": words, "outline": ICONS[meaning]}


@register.inclusion_tag("ui/components/icon.html")
def icon(meaning: str) -> dict[str, Any]:
    """Draw the icon of a meaning alone, hidden from screen readers: words must stand beside it."""
    return {"outline": ICONS[known(meaning)]}
