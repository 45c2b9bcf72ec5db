"""Passwords of the extranet's users: temporary ones, and the demands on those they choose.

CNIL, délibération 2022-100 of 21 July 2022: a password that stands alone has an entropy of 80 bits.
Its own examples: 12 characters of four kinds with 37 special signs, 14 of three kinds, 7 words.
"""

from __future__ import annotations

import re
import secrets
import string
from math import log2

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from workflows.french import typeset
from workflows.rulebook_access import InitialPassword

REQUIRED_BITS = 80
LONGEST = 128
WORDS_OF_A_PHRASE = 7
FEWEST_DISTINCT = 6
SPECIAL_SIGNS = 37

_KINDS = (
    (re.compile(r"[a-zà-ÿ]"), 26),
    (re.compile(r"[A-ZÀ-Þ]"), 26),
    (re.compile(r"[0-9]"), 10),
    (re.compile(r"[^a-zà-ÿA-ZÀ-Þ0-9]"), SPECIAL_SIGNS),
)

_LEGIBLE = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))
"""Without the signs that are taken for one another when copied from a letter."""
_DEFAULT_LENGTH = 16
_DICTATED = "".join(sorted(set(string.ascii_lowercase + string.digits) - set("0o1li")))
"""What can be told on the telephone: no capital letters."""
_GROUPS, _SIGNS_A_GROUP = 4, 5

ADVICE = typeset(
    "Choisissez au moins 12 caractères avec majuscules, minuscules, chiffres et signes, "
    "ou 14 caractères de trois de ces sortes, ou une phrase de 7 mots."
)


def temporary(rule: InitialPassword | None) -> str:
    """A temporary password drawn at random, as the rulebook wants it or else of 92 bits."""
    if rule is None or rule.length is None:
        return "".join(secrets.choice(_LEGIBLE) for _ in range(_DEFAULT_LENGTH))
    alphabet = string.ascii_letters + string.digits if rule.case_sensitive else _without_case()
    return "".join(secrets.choice(alphabet) for _ in range(rule.length))


def opening_code() -> str:
    """The code of an encrypted document, of 99 bits: whoever holds the file may try at leisure."""
    return "-".join(
        "".join(secrets.choice(_DICTATED) for _ in range(_SIGNS_A_GROUP)) for _ in range(_GROUPS)
    )


def bits(password: str) -> float:
    """Entropy that the kinds of signs used allow, as the CNIL counts it."""
    alphabet = sum(size for signs, size in _KINDS if signs.search(password))
    return len(password) * log2(alphabet) if alphabet else 0.0


def check_new(password: str, *, identifier: str = "", replaces: str = "") -> None:
    """Raise ``ValidationError``, with what to do, for a password that may not be chosen.

    ``replaces`` is the hash of the password it takes the place of.
    """
    problems: list[str] = []
    words = [word for word in re.split(r"[\s\-_.,;]+", password) if len(word) > 1]
    # The CNIL counts its first example, 79.6 bits, as 80.
    strong = round(bits(password)) >= REQUIRED_BITS or len(words) >= WORDS_OF_A_PHRASE
    if len(password) > LONGEST:
        problems.append(f"Ce mot de passe dépasse {LONGEST} caractères.")
    elif not strong or len(set(password)) < FEWEST_DISTINCT:
        problems.append(f"Ce mot de passe se devine trop facilement. {ADVICE}")
    if identifier and identifier.lower() in password.lower():
        problems.append("Ce mot de passe contient l’identifiant.")
    if replaces and len(password) <= LONGEST and check_password(password, replaces):
        problems.append("Ce mot de passe est celui qu’il faut remplacer.")
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        problems.append("Ce mot de passe est l’un des plus répandus.")
    if problems:
        raise ValidationError(problems)


def _without_case() -> str:
    return string.ascii_lowercase + string.digits
