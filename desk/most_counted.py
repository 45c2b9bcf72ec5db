"""Numbers of long lists: true up to a limit that is said."""

from __future__ import annotations

from workflows.french import count

MOST_COUNTED = 10_000
"""A list is not counted further: nobody reads so much, and counting all of it takes its time."""


def in_words(number: int, noun: str, most: int) -> str:
    """« 27 conventions », « plus de 10 000 conventions »."""
    if number > most:
        return f"plus de {count(most, noun)}"
    return count(number, noun)
