"""The stamp of an issued document: short, drawn at random, and hard to mistype.

``7K3F-9QXM-2B``: nine characters drawn from Crockford's base 32 (no I, L, O or U) and one that
checks them. Each printed page carries it in letters and in a code ``TACITE:7K3F-9QXM-2B:3``, the
last number being that of the page; printed from a word processor's file, whose pages nobody knows
beforehand, the code has no number.
"""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN = 9
"""Characters drawn at random: 45 bits, so that a code is not come upon by chance."""
PATTERN = r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$"
PREFIX = "TACITE"

_FORM = re.compile(PATTERN)
_CODE = re.compile(rf"^{PREFIX}:([^:]{{1,20}})(?::([1-9][0-9]{{0,3}}))?$")
_MISTAKEN = str.maketrans("ILO", "110")


class NotAStamp(ValueError):
    """The text is no stamp, or was mistyped."""


class PageCode(NamedTuple):
    """What the code of a printed page says."""

    stamp: str
    page: int
    """Counted from 1; 0 where the code does not say."""


def draw_stamp() -> str:
    """A stamp drawn at random."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    return _grouped(drawn + _check_of(drawn))


def read_stamp(text: str) -> str:
    """The stamp that somebody typed or a page shows: in lower case, ungrouped, O for 0.

    Raises ``NotAStamp`` when it has another form or its last character does not agree.
    """
    letters = re.sub(r"[\s-]", "", text).upper().translate(_MISTAKEN)
    stamp = _grouped(letters)
    if not _FORM.match(stamp) or _check_of(letters[:DRAWN]) != letters[DRAWN]:
        raise NotAStamp(text)
    return stamp


def page_code(stamp: str, page: int) -> str:
    """The text of the code printed on one page, counted from 1."""
    return f"{PREFIX}:{stamp}:{page}"


def read_page_code(text: str) -> PageCode | None:
    """The stamp and page that a code tells; None when it is none of ours, or was misread."""
    found = _CODE.match(text.strip())
    if found is None:
        return None
    try:
        return PageCode(read_stamp(found[1]), int(found[2] or 0))
    except NotAStamp:
        return None


def _grouped(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _check_of(drawn: str) -> str:
    """One character more, in the manner of the hybrid systems of ISO 7064, here modulo 33 and 32.

    It finds every single mistake and nearly every exchange of two neighbours.
    """
    size, check = len(ALPHABET), len(ALPHABET)
    for letter in drawn:
        check = (check + ALPHABET.find(letter)) % size or size
        check = check * 2 % (size + 1)
    return ALPHABET[(size + 1 - check) % size]
