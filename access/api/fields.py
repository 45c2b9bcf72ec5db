"""What the keys of requests may hold: stricter than the types, so that nothing odd goes further."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_YEAR = r"(19[0-9]{2}|20[0-9]{2})"
_DAY = rf"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_INSTANT = rf"{_DAY}T{_TIME}(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_DAY_READ, _INSTANT_READ = re.compile(_DAY), re.compile(_INSTANT)


def text(most: int, least: int = 0, **more: Any) -> Any:
    """A key that holds text without control characters."""
    return Field(min_length=least, max_length=most, pattern=PRINTABLE, **more)


def _day(value: Any) -> Any:
    if isinstance(value, str) and _DAY_READ.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "une date de 1900 à 2099 est attendue, comme 2025-10-14")


def _instant(value: Any) -> Any:
    if isinstance(value, str) and _INSTANT_READ.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError(
        "instant",
        "un instant de 1900 à 2099 est attendu, avec son décalage, comme 2025-10-14T09:30:00+02:00",
    )


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": f"^{_DAY}$", "examples": ["2025-10-14"]}
    ),
]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": f"^{_INSTANT}$",
            "examples": ["2025-10-14T09:30:00+02:00"],
        }
    ),
]
