"""How hard a password is to guess: eighty bits, as the CNIL counts them.

Source: CNIL, délibération n° 2022-100 of 21 July 2022, recommendation on passwords: alone, a
password must be worth eighty bits, which twelve characters of four kinds, fourteen without signs,
or a sentence give. No change is asked for after a time.
"""

from __future__ import annotations

import re
from math import log2
from typing import Any

from django.core.exceptions import ValidationError

from workflows.french import typeset

ENOUGH = 80
"""Bits."""

_KINDS = (("[a-z]", 26), ("[A-Z]", 26), (r"\d", 10), (r"[^a-zA-Z\d\s]", 37))
"""The kinds of characters, and how many of each the CNIL counts. Spaces part words: none."""

HELP = typeset(
    "Douze caractères suffisent s’ils mêlent majuscules, minuscules, chiffres et signes ; quatorze "
    "sans signe ; dix-sept en minuscules seules : plusieurs mots à la suite se retiennent mieux."
)


def bits(password: str) -> int:
    """The bits of a password drawn at random from the kinds of characters it has.

    What is repeated at once counts once, and accented letters as signs.
    """
    counted = re.sub(r"(.)\1+", r"\1", re.sub(r"\s", "", password), flags=re.DOTALL)
    alphabet = sum(size for kind, size in _KINDS if re.search(kind, counted))
    return round(len(counted) * log2(alphabet)) if alphabet else 0


class StrengthValidator:
    """Refuses what is worth less than eighty bits, and says what would be enough."""

    def validate(self, password: str, user: Any = None) -> None:
        if bits(password) < ENOUGH:
            raise ValidationError(
                typeset(f"Ce mot de passe se devine trop vite. {HELP}"), code="password_too_weak"
            )

    def get_help_text(self) -> str:
        return HELP
