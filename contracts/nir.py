"""What counts as a social security number (NIR): said here once, for texts, names and messages.

- **15 characters** are one when their key is right, whatever stands around them.
- **13 characters**, the number without its key, are one when they have its shape (sex, year, month,
  département, commune, order) and stand alone, or grouped as the number is written.

Both may be written with spaces, dots, dashes, slashes or underscores between the characters, in
small letters too, and in Corsica with 2A or 2B. Fifteen digits whose key is wrong are not one: most
long numbers are something else. (Form of the number: INSEE; key: python-stdnum.)
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from stdnum.fr import nir

_MARKS: Final = r"./_\-\N{HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
_BETWEEN: Final = rf"[\s{_MARKS}]{{0,3}}"
_ON_ONE_LINE: Final = rf"(?:(?!\n)[\s{_MARKS}]){{0,3}}"
"""Two lines of a list of references are not a number without its key."""

_FIFTEEN: Final = re.compile(rf"(?<!\d)(?=([1-478](?:{_BETWEEN}[0-9AB]){{14}})(?!\d))")
_RUN: Final = re.compile(rf"(?<![0-9A-Z])\d(?:{_ON_ONE_LINE}[0-9AB])*(?![0-9A-Z])")
_GROUPED: Final = re.compile(
    rf"(?<![0-9A-Z])\d{_ON_ONE_LINE}\d\d{_ON_ONE_LINE}\d\d{_ON_ONE_LINE}\d[\dAB]"
    rf"{_ON_ONE_LINE}\d{{3}}{_ON_ONE_LINE}\d{{3}}(?!{_ON_ONE_LINE}[0-9])(?![A-Z])"
)
_SHAPE: Final = re.compile(
    # Months above 12 are those of births whose month is not known.
    r"[1278]\d{2}(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)"
    r"(?:(?!00)\d{2}|2[AB])(?!000)\d{3}(?!000)\d{3}"
)


def has_nir(text: str) -> bool:
    """Whether a text holds what looks like a social security number. Never raises."""
    plain = _plain(text)
    if any(nir.is_valid(_bare(found[1])) for found in _FIFTEEN.finditer(plain)):
        return True
    without_key = (found[0] for one in (_RUN, _GROUPED) for found in one.finditer(plain))
    return any(_SHAPE.fullmatch(_bare(number)) for number in without_key)


def _plain(text: str) -> str:
    """The text in capitals, its digits as ASCII, without the characters that take no room."""
    kept = (one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return "".join(str(int(one)) if one.isdecimal() else one for one in kept).upper()


def _bare(number: str) -> str:
    return re.sub(r"[^0-9AB]", "", number)
