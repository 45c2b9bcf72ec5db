"""French words for dates and numbers, with the spaces French typography asks for.

A no-break space (U+00A0) stands between a figure and the word it counts, so that « 3 mois » or
« 14 octobre » is never cut at the end of a line. The year may go to the next line.
"""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


_TIED = re.compile(r" (?=[»:;?!])|(?<=«) ")
"""The spaces that must not end a line: inside « », and before a high punctuation mark."""


def typeset(text: str) -> str:
    """French words typed with plain spaces, with the no-break spaces that typography asks for."""
    return _TIED.sub(NO_BREAK_SPACE, text)


def date_in_words(day: date) -> str:
    """« 14 octobre 2025 », « 1er janvier 2026 »: only the first of the month is an ordinal."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK_SPACE}{MONTHS[day.month - 1]} {day.year}"


def weekday_date(day: date) -> str:
    """« mardi 14 octobre 2025 »."""
    return f"{WEEKDAYS[day.weekday()]} {date_in_words(day)}"


def article_number(article: str) -> str:
    """« 9-2 » of « 9-2/denonciation »: what the text bears, without what tells two rules apart."""
    return article.partition("/")[0]


def of_name(name: str) -> str:
    """« de Maxence Exemple », « d’Alix Exemple »: « de » before a name, elided before a vowel.

    An « h » is left alone: nothing says whether it is aspirated.
    """
    first = normalize("NFD", name[:1].lower())[:1]
    return f"d’{name}" if first in tuple("aeiouœæ") else f"de {name}"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """« 1 jour », « 30 jours », « 0 jour », « 1 380 conventions ».

    French counts in the plural from two on. Without ``plural``, a word ending in s, x or z does not
    change (« mois ») and any other takes an s: give the plural of a compound or irregular word
    (« avis de réception », « jours ouvrés »).
    """
    if abs(number) < 2:
        word = singular
    elif plural is not None:
        word = plural
    else:
        word = singular if singular.endswith(("s", "x", "z")) else f"{singular}s"
    figures = f"{number:,}".replace(",", NO_BREAK_SPACE)
    return f"{figures}{NO_BREAK_SPACE}{word}"
