"""Connections month by month, as bars; the table below says the same in figures.

Places and widths are in percent, so that the drawing fits any screen without shrinking its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
HEIGHT = 160
"""Of the highest bar, in pixels."""
_TOP = 20
_MOST_LABELS = 14


class Bar(NamedTuple):
    """One month."""

    x: str
    width: str
    y: int
    height: int
    refused_x: str
    refused_width: str
    refused_y: int
    refused_height: int
    middle: str
    figures: str
    """Written above the bar where there is room."""
    month: str
    short_month: str


class Drawing(NamedTuple):
    """Everything drawn."""

    bars: tuple[Bar, ...]
    height: int
    base: int


def draw(months: Sequence[dict[str, Any]]) -> Drawing | None:
    """The bars of some months; none when nothing was counted."""
    connected = [month["connections"] or month["logins_seen"] for month in months]
    highest = max([*connected, *(month["refused"] for month in months), 0])
    if not highest:
        return None
    place = 100 / len(months)
    every = -(-len(months) // _MOST_LABELS)
    base = _TOP + HEIGHT
    bars = []
    for index, (month, number) in enumerate(zip(months, connected, strict=True)):
        x = place * index
        tall, refused = (round(HEIGHT * n / highest) for n in (number, month["refused"]))
        day = month["month"]
        labelled = index % every == 0
        name = SHORT_MONTHS[day.month - 1]
        bars.append(
            Bar(
                percent(x + place * 0.1),
                percent(place * 0.5),
                base - tall,
                tall,
                percent(x + place * 0.63),
                percent(place * 0.2),
                base - refused,
                refused,
                percent(x + place * 0.35),
                f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if labelled else "",
                name if labelled else "",
                name[0].upper() if labelled else "",
            )
        )
    return Drawing(tuple(bars), base + 24, base)


def percent(value: float) -> str:
    return f"{value:.2f}%"
