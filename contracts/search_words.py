"""The words by which a convention is found: what was typed and what is stored, made alike.

Case, accents, ligatures and punctuation go; « 00042 » and « 42 » are one number; a SIREN or a SIRET
in groups of three is one word. Pure: the same rules read what is stored and what is asked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST = 40
"""Characters of a word that are kept, and compared."""

MOST_ASKED = 8
"""Words of a search that are read: the others would not narrow it further."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_WORD = re.compile(r"[a-z0-9]+")
_GROUPED = re.compile(r"(?<!\w)(\d{3})[\s.](\d{3})[\s.](\d{3})(?:[\s.](\d{5}))?(?!\w)")
"""A SIREN as it is printed, « 214 202 798 », or a SIRET, « 214 202 798 00017 »."""
_COMMUNE = re.compile(r"\b(\d{5})\s+([^\n,;]+)")
_EXACT_UP_TO = 4
"""Digits up to which a number is itself and not the beginning of another: « 42 » is not 420."""


class Asked(NamedTuple):
    """One word of a search: the words from ``first`` to ``last``, as text is sorted, answer it."""

    first: str
    last: str


def folded(text: str) -> str:
    """The text in lower case, without accents nor ligatures."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def words_of(text: str) -> frozenset[str]:
    """The words under which a text is found; letters alone, those of an elision, say nothing."""
    return frozenset(word for word in _words(text) if len(word) > 1 or word.isdigit())


def number_words(number: str) -> frozenset[str]:
    """The words of a number of convention: its parts, and its ends written without a sign."""
    parts = _WORD.findall(folded(number))
    ends = {"".join(parts[start:])[:LONGEST] for start in range(len(parts))}
    return words_of(number) | ends


def commune_words(address: str) -> frozenset[str]:
    """The words of the communes of an address, with their postal codes: not those of the street."""
    return frozenset[str]().union(
        *(words_of(f"{code} {name}") for code, name in _COMMUNE.findall(address))
    )


def asked(text: str) -> tuple[Asked, ...]:
    """What a search asks, each word of which is to be answered; none when it holds no word."""
    found = dict.fromkeys(_words(text))
    told = [word for word in found if len(word) > 1 or word.isdigit()] or list(found)
    return tuple(_asked(word) for word in told[:MOST_ASKED])


def _words(text: str) -> list[str]:
    joined = _GROUPED.sub(lambda match: "".join(match.groups(default="")), folded(text))
    return [_plain(word) for word in _WORD.findall(joined)]


def _plain(word: str) -> str:
    """The word as it is compared: a number loses its leading zeros."""
    if word.isdigit():
        word = word.lstrip("0") or "0"
    return word[:LONGEST]


def _asked(word: str) -> Asked:
    if word.isdigit() and len(word) <= _EXACT_UP_TO:
        return Asked(word, word)
    # A range rather than LIKE: one index serves it on every database, whatever its collation.
    return Asked(word, word.ljust(LONGEST, "z"))
