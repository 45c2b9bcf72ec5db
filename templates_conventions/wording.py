"""Values into French words: what a placeholder of a source text becomes.

A rule's value that is a code (``posting``) is never printed: the text says what it means with the
filter ``said``, and has to be completed when the rulebook comes to hold another value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from enum import Enum
from typing import Any

from workflows.calendar import Duration
from workflows.french import NO_BREAK_SPACE, date_in_words

BLANK = "…" * 12
"""Room to write by hand."""


class _ToWrite:
    """A fact nobody knows yet: false where a text asks, ``BLANK`` where it is printed."""

    def __bool__(self) -> bool:
        return False


TO_WRITE = _ToWrite()


class WordingFault(ValueError):
    """A value that has no words; the message says which, and what to write."""


def clean(text: str) -> str:
    """A text on one line, without the control characters that no document format holds."""
    printable = "".join(
        " " if character in "\t\n\r\f\v\u2028\u2029" else character
        for character in text
        if character in "\t\n\r\f\v"
        or unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
    )
    return re.sub(" +", " ", printable).strip(" ")


def in_words(value: Any) -> str:
    """The French words of a value: « 3 mois », « 5 h », « 15 janvier 2026 », « a, b et c ».

    Raises ``WordingFault`` for what the rulebook leaves empty, a yes-or-no, a code or a whole rule:
    the text asks with ``if`` or says it with ``said``.
    """
    if value is TO_WRITE:
        return BLANK
    if value is None or value == "":
        raise WordingFault("une valeur vide ne s’écrit pas : demandez d’abord « if »")
    if isinstance(value, bool | Enum):
        raise WordingFault(
            f"« {value} » est un code : écrivez ce qu’il veut dire, avec « said » ou « if »"
        )
    match value:
        case str():
            return clean(value)
        case Duration():
            return value.in_words()
        case time():
            minutes = f" {value.minute:02}" if value.minute else ""
            return f"{value.hour}{NO_BREAK_SPACE}h{minutes}"
        case date():
            return date_in_words(value)
        case int() | float():
            return f"{value:g}".replace("-", "−").replace(".", ",")
        case tuple() | list():
            return enumeration([in_words(item) for item in value])
    raise WordingFault(
        f"une valeur de genre « {type(value).__name__} » n’a pas de mots : citez l’une de ses clés"
    )


def enumeration(parts: Iterable[str], last: str = "et") -> str:
    """« a », « a et b », « a, b et c »."""
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


def said(value: Any, joined: str = "et", **words: str) -> str:
    """What a code of the rulebook means in this text: ``counts_from | said(posting="…")``.

    A list of codes becomes an enumeration. Raises ``WordingFault`` when the text has no words for
    the rule as it now stands.
    """
    codes = value if isinstance(value, tuple | list) else (value,)
    missing = [str(code) for code in codes if str(code) not in words]
    if missing:
        raise WordingFault(
            f"le texte n’a pas de mots pour {', '.join(missing)} : il en a pour {', '.join(words)}"
        )
    return enumeration([words[str(code)] for code in codes], joined)
