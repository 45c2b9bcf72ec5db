"""Numbers and months as French screens write them."""

from __future__ import annotations

from datetime import date

from django import template

from workflows.french import MONTHS, NO_BREAK_SPACE, count

register = template.Library()


@register.filter
def counted(number: int, words: str = "") -> str:
    """``1 380``, or ``1 380 connexions``; a compound word gives its plural after a comma."""
    if not words:
        return f"{number:,}".replace(",", NO_BREAK_SPACE)
    singular, _, plural = words.partition(",")
    return count(number, singular, plural or None)


@register.filter
def month_in_words(month: date) -> str:
    """``mars 2026``, from any day of the month."""
    return f"{MONTHS[month.month - 1]} {month.year}"
