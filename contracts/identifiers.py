"""Identifiers of French organisations: reading, checking, and refusing what must not be kept.

SIREN and SIRET are checked by python-stdnum (Luhn's key, and La Poste's exception).
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import nir, siren, siret

_NIR_LIKE = re.compile(
    r"(?<!\d)[12378]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}\d{2}(?!\d)"
)


def compact(number: str) -> str:
    """The number without the spaces, dots and dashes that people type in it."""
    return re.sub(r"[\s.\-]", "", number)


def validate_siren(number: str) -> None:
    """Raise `ValidationError` unless `number` is nine digits with a right key."""
    try:
        siren.validate(number)
    except BadNumber as error:
        raise ValidationError(
            "« %(number)s » n’est pas un numéro SIREN : neuf chiffres, dont le dernier est une clé "
            "de contrôle. Vérifiez le numéro sur l’avis de situation de l’organisme.",
            code="siren",
            params={"number": number},
        ) from error


def validate_siret(number: str) -> None:
    """Raise `ValidationError` unless `number` is fourteen digits with a right key."""
    try:
        siret.validate(number)
    except BadNumber as error:
        raise ValidationError(
            "« %(number)s » n’est pas un numéro SIRET : le SIREN de l’organisme suivi de cinq "
            "chiffres. Vérifiez le numéro sur l’avis de situation de l’établissement.",
            code="siret",
            params={"number": number},
        ) from error


def validate_no_nir(text: str) -> None:
    """Raise `ValidationError` when a free text holds what looks like a social security number.

    The décret 2019-341 limits the use of the NIR to listed purposes; this site has none of them.
    The message does not repeat the number.
    """
    for found in _NIR_LIKE.finditer(re.sub(r"(?<=[\dAB])[\s.]+(?=[\dAB])", "", text.upper())):
        if nir.is_valid(found.group()):
            raise ValidationError(
                "Ce texte contient un numéro de sécurité sociale, que Tacite ne doit pas "
                "conserver. Retirez-le.",
                code="nir",
            )
