"""The states and the changes of state of a rulebook, drawn: where each box and each arrow stands.

The places of the states are fixed, so that two types of convention are compared at a glance. What
the drawing shows is said again in the table below it, by the numbers of its arrows.
"""

from __future__ import annotations

from itertools import groupby
from math import hypot
from typing import NamedTuple

from desk.rulebooks.moves import Move, label_of
from workflows.convention import ENDED, IN_FORCE
from workflows.rulebook import Rulebook

WIDTH, ROW, TOP = 720, 92, 36
_COLUMNS = (120, 360, 600)
_BOX_WIDTH, _BOX_HEIGHT = 204, 44
_LINE = 26
"""Characters on one line of a box."""

_PLACES = {
    "draft": (1, 0),
    "sent_for_signature": (1, 1),
    "abandoned": (2, 1),
    "signed": (1, 2),
    "cnil_transmitted": (1, 3),
    "active": (1, 4),
    "notice_given": (0, 5),
    "termination_pending": (2, 5),
    "expired": (0, 6),
    "terminated": (2, 6),
    "closed": (1, 7),
}
"""Column and row of each state."""


class Box(NamedTuple):
    """A state."""

    x: float
    y: float
    lines: tuple[tuple[float, str], ...]
    """Each line of its words, with its height."""
    center: float
    meaning: str


class Arrow(NamedTuple):
    """One or several changes between the same two states."""

    path: str
    x: float
    y: float
    words: str
    """The numbers of the changes."""


class Diagram(NamedTuple):
    """The whole drawing."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawn(rulebook: Rulebook, moves: tuple[Move, ...]) -> Diagram:
    """The drawing of what the rules allow."""
    states = {state for move in moves for state in (move.source, move.target)}
    height = TOP + ROW * max(_PLACES[state][1] for state in states) + _BOX_HEIGHT
    between = sorted(moves, key=lambda move: (move.source, move.target, move.number))
    return Diagram(
        WIDTH,
        height,
        _BOX_WIDTH,
        _BOX_HEIGHT,
        tuple(_box(rulebook, state) for state in _PLACES if state in states),
        tuple(
            _arrow(source, target, ", ".join(str(move.number) for move in some))
            for (source, target), some in groupby(between, lambda move: (move.source, move.target))
        ),
    )


def _center(state: str) -> tuple[float, float]:
    column, row = _PLACES[state]
    return _COLUMNS[column], TOP + ROW * row


def _box(rulebook: Rulebook, state: str) -> Box:
    x, y = _center(state)
    lines = _wrapped(label_of(rulebook, state))
    first = y + 5 - 9 * (len(lines) - 1)
    meaning = "in_force" if state in IN_FORCE else "ended" if state in ENDED else "neutral"
    return Box(
        x - _BOX_WIDTH / 2,
        y - _BOX_HEIGHT / 2,
        tuple((first + 18 * place, line) for place, line in enumerate(lines)),
        x,
        meaning,
    )


def _wrapped(words: str) -> list[str]:
    """On two lines at most; what does not fit is cut, and whole in the table."""
    first, second = "", ""
    for word in words.split(" "):
        if not second and len(f"{first} {word}") <= _LINE:
            first = f"{first} {word}".strip()
        else:
            second = f"{second} {word}".strip()
    if len(second) > _LINE:
        second = f"{second[: _LINE - 1].rstrip(' ,')}…"
    return [first, second] if second else [first]


def _arrow(source: str, target: str, words: str) -> Arrow:
    if source == target:
        return _loop(source, words)
    start, end = _center(source), _center(target)
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down)
    if across == 0 and abs(down) > ROW:
        # Beside the states between, far enough to leave them whole.
        normal = (-1.1 * _BOX_WIDTH, 0.0)
    else:
        # To its right as it goes, so that two opposite arrows do not cover each other.
        aside = 26.0 if abs(down) > ROW else 14.0
        normal = (-down / length * aside, across / length * aside)
    bend = ((start[0] + end[0]) / 2 + normal[0], (start[1] + end[1]) / 2 + normal[1])
    first, last = _edge(start, bend), _edge(end, bend)
    middle = (
        0.25 * first[0] + 0.5 * bend[0] + 0.25 * last[0],
        0.25 * first[1] + 0.5 * bend[1] + 0.25 * last[1],
    )
    path = f"M{first[0]:.0f} {first[1]:.0f}Q{bend[0]:.0f} {bend[1]:.0f} {last[0]:.0f} {last[1]:.0f}"
    return Arrow(path, middle[0], middle[1], words)


def _edge(center: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the centre of a box to a point leaves the box."""
    across, down = towards[0] - center[0], towards[1] - center[1]
    reach = min(
        (_BOX_WIDTH / 2 + 3) / abs(across) if across else float("inf"),
        (_BOX_HEIGHT / 2 + 3) / abs(down) if down else float("inf"),
    )
    return center[0] + across * reach, center[1] + down * reach


def _loop(state: str, words: str) -> Arrow:
    x, y = _center(state)
    right = x + _BOX_WIDTH / 2 + 3
    out = right + 46
    path = (
        f"M{right:.0f} {y - 10:.0f}"
        f"C{out:.0f} {y - 30:.0f} {out:.0f} {y + 30:.0f} {right:.0f} {y + 10:.0f}"
    )
    return Arrow(path, right + 36, y, words)
