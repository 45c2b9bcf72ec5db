"""Identifiers of French organisations: reading, checking, and refusing what must not be kept.

SIREN and SIRET are checked by python-stdnum (Luhn's key, and La Poste's exception).
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren, siret

from contracts.nir import has_nir


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
    """Raise `ValidationError` when a text holds a social security number (`contracts.nir`).

    The décret 2019-341 limits the use of the NIR to listed purposes; this site has none of them.
    The message does not repeat the number.
    """
    if has_nir(text):
        raise ValidationError(
            "Ce texte contient un numéro de sécurité sociale, que Tacite ne doit pas "
            "conserver. Retirez-le.",
            code="nir",
        )
