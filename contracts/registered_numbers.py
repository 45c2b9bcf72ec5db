"""The numbers of registered letters: as they are read on the letter, on the slip, by a scanner.

International ones follow S10 of the Universal Postal Union: two letters, eight figures, a key, a
country. The national ones have thirteen signs, a product of two then figures; their key is not
published, so that their form alone is looked at. Other senders number as they please.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

PATTERN = r"^[A-Z0-9]{6,40}$"
"""What is stored: capitals and figures, without spaces."""

_INTERNATIONAL = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_NATIONAL = re.compile(r"[0-9][A-Z][0-9]{11}")
_LIKE_NATIONAL = re.compile(r"[0-9][A-Z][0-9]*")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def normalised(typed: str) -> str:
    """The number without the spaces, dots and dashes that people type in it, in capitals."""
    return re.sub(r"[\s.\-]", "", typed).upper()


def validate_registered_number(number: str) -> None:
    """Raise ``ValidationError`` unless a normalised number may be that of a registered letter."""
    if not re.match(PATTERN, number):
        raise ValidationError(
            "Un numéro de recommandé a de 6 à 40 lettres sans accent ou chiffres. Recopiez celui "
            "de l’étiquette.",
            code="registered_number",
        )
    if _LIKE_NATIONAL.fullmatch(number) and not _NATIONAL.fullmatch(number):
        raise ValidationError(
            "Ce numéro a %(length)s signes au lieu de 13 : un chiffre, une lettre, puis onze "
            "chiffres. Recopiez celui de l’étiquette.",
            code="registered_number_length",
            params={"length": len(number)},
        )
    if _INTERNATIONAL.fullmatch(number) and key_of(number[2:10]) != int(number[10]):
        raise ValidationError(
            "La clé de ce numéro n’est pas la bonne : un signe est mal recopié. Relisez-le sur "
            "l’étiquette.",
            code="registered_number_key",
        )


def key_of(serial: str) -> int:
    """The key of the eight figures of an international number (UPU, standard S10)."""
    total = sum(weight * int(figure) for weight, figure in zip(_WEIGHTS, serial, strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
