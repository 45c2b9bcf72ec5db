"""The words by which a partner is found, and the key that two writings of one name share.

Pure functions over text: accents, case, hyphens and spaces are what people type differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.search_words import folded

_EMPTY = {"d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"}
"""Words that one writing of a name has and the other leaves out."""

_SAME = {
    "asso": "association",
    "assoc": "association",
    "dept": "departement",
    "mairie": "commune",
    "ste": "sainte",
    "st": "saint",
    "ville": "commune",
}
"""Short or other words for what a name says; nothing that would tell two legal persons apart."""

_SPACED_NUMBER = re.compile(r"(?<!\d)\d(?:[\s.\-]*\d){8,}(?!\d)")
_POSTCODE = re.compile(r"(?<!\d)(\d{5})(?!\d)")
_LONGEST_SEARCH = 12
"""Words of a search that count: past that, they only cost."""


def plain_words(text: str) -> list[str]:
    """The words of a text without accents, case or punctuation; a spaced number is one word."""
    joined = _SPACED_NUMBER.sub(lambda found: re.sub(r"\D", "", found[0]), folded(text))
    return [_SAME.get(word, word) for word in re.findall(r"[a-z0-9]+", joined)]


def search_words(text: str) -> list[str]:
    """The words of a search: a partner is found when each begins one of its own."""
    words = plain_words(text)
    return [word for word in words if word not in _EMPTY][:_LONGEST_SEARCH]


def search_text(texts: Iterable[str]) -> str:
    """What a search is compared with: each word once, a space before each.

    Each text is there in one word too: « Saint-Quentin » is found as « saintquentin ».
    """
    texts = [text for text in texts if text]
    words = {word for text in texts for word in plain_words(text)}
    words |= {"".join(plain_words(text)) for text in texts}
    return "".join(f" {word}" for word in sorted(words - {""}))


def name_key(name: str) -> str:
    """What two writings of one name share: « Mairie d’Exempleville », « EXEMPLEVILE, commune ».

    No small word, no order, no doubled letter, no plural.
    """
    words = [_skeleton(word) for word in plain_words(name) if word not in _EMPTY]
    return " ".join(sorted(dict.fromkeys(words)))[:250]


def postcode_of(address: str) -> str:
    """The postcode of a French address, the last number of five digits; empty without one."""
    found = _POSTCODE.findall(address)
    return found[-1] if found else ""


def _skeleton(word: str) -> str:
    single = re.sub(r"([a-z])\1+", r"\1", word)
    return single[:-1] if len(single) > 3 and single[-1] in "sx" else single
