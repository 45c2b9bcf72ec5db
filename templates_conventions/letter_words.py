"""The words in which letters name what the rules hold: an article, a way to send, a party.

One letter serves every type of convention, so what a type calls its parties, its articles and its
letters reaches the text through these filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from templates_conventions.wording import WordingFault, enumeration, in_words, said
from workflows.french import NO_BREAK_SPACE, article_number

_NUMBERED = re.compile(r"\d+(?:[-.]\d+)*")
_FORMS = {
    "registered_letter": "lettre recommandée avec avis de réception",
    "qualified_electronic_registered_letter": "lettre recommandée électronique qualifiée",
    "served_by_commissaire_de_justice": "acte de commissaire de justice",
    "hand_delivered_letter": "lettre remise en main propre",
    "ordinary_letter": "lettre simple",
    "email": "courriel",
}


def cited(articles: Any) -> str:
    """« article 9-2 », « articles 6 et 8 »; a statute or an annex as it stands.

    What follows a bar in a number (``9-2/inexecution``) tells two rules of one article apart and is
    not written. Raises ``WordingFault`` for no article at all.
    """
    numbers = [articles] if isinstance(articles, str) else list(articles or ())
    if not numbers:
        raise WordingFault("aucun article à citer : demandez d’abord « if »")
    shown = list(dict.fromkeys(article_number(number) for number in numbers))
    plain = [number for number in shown if _NUMBERED.fullmatch(number)]
    others = [number.replace(" ", NO_BREAK_SPACE) for number in shown if number not in plain]
    if not plain:
        return enumeration(others)
    word = "article" if len(plain) == 1 else "articles"
    return enumeration([f"{word} {enumeration(plain)}", *others])


def by_post(forms: Any, joined: str = "ou") -> str:
    """The ways in which a letter may travel, in words."""
    return said(forms, joined, **_FORMS)


def capital(text: str) -> str:
    """The text with a capital, the rest of it as it stands."""
    return text[:1].upper() + text[1:]


def inner(text: str) -> str:
    """The text as it stands inside « »: its own quotation marks become “ ”."""
    return re.sub(r"«\s*(.*?)\s*»", r"“\1”", text)


def listed(parts: Any, joined: str = "ou") -> str:
    """« a, b ou c »."""
    return enumeration([in_words(part) for part in parts], joined)


FILTERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "by_post": by_post,
        "capital": capital,
        "cited": cited,
        "inner": inner,
        "listed": listed,
        "said": said,
    }
)
"""The filters that a text may use, by their names in it."""
