"""The building blocks of a rulebook: an article cited, a duration, a rule with its basis."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from workflows.calendar import Duration


def _duration(value: Any) -> Any:
    return Duration.parse(value) if isinstance(value, str) else value


def _of_a_lifetime(value: Duration) -> Duration:
    if value.months > 1200 or value.days > 36525:
        raise ValueError(f"durée de plus de cent ans : {value}")
    return value


def _of_our_time(value: datetime.date) -> datetime.date:
    if not 1900 <= value.year <= 2200:
        raise ValueError(f"date hors des années 1900 à 2200 : {value.isoformat()}")
    return value


CivilDate = Annotated[datetime.date, AfterValidator(_of_our_time)]
"""A day of the years 1900 to 2200, so that every date computed from it exists."""

IsoDuration = Annotated[
    Duration,
    BeforeValidator(_duration),
    AfterValidator(_of_a_lifetime),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "format": "duration", "examples": ["P1Y", "P3M", "P30D"]}),
]
"""A length of time as the text states it: ``P3M`` is three months, ``P30D`` thirty days.
A hundred years at most."""

Article = Annotated[str, Field(min_length=1, description="Article that commands the rule: 9-1")]


class Basis(StrEnum):
    """Where a rule comes from, so that nobody takes a default for a clause."""

    TEXT = "text"
    """The article says so."""
    INTERPRETATION = "interpretation"
    """The article is open; this is the reading taken until a lawyer decides otherwise."""
    LAW = "law"
    """The convention is silent and a statute applies."""
    OUTSIDE_TEXT = "outside_text"
    """Good practice of the caisse, in no text (« hors texte »)."""


class PartnerKind(StrEnum):
    """The kinds of legal persons that conclude conventions."""

    COMMUNE = "commune"
    INTERCOMMUNAL_BODY = "intercommunal_body"
    DEPARTEMENT = "departement"
    CCAS = "ccas"
    CIAS = "cias"
    ASSOCIATION = "association"
    NON_PROFIT_BODY = "non_profit_body"
    COMPANY = "company"
    PUBLIC_ESTABLISHMENT = "public_establishment"


class Frozen(BaseModel):
    """Data nobody can change, and whose every key is known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True
    )


class Rule(Frozen):
    """What one article commands."""

    article: Article
    basis: Basis = Basis.TEXT
    """Where the rule comes from: the text, a reading of it, a statute, or no text at all."""
    interpreted: tuple[str, ...] = ()
    """Keys of this rule whose value is the reading taken, though the rest is in the text."""
    outside_text: tuple[str, ...] = ()
    """Keys of this rule that stand in no text: practice of the caisse (« hors texte »)."""
    note: str = ""
    """What a reader of the rule must know: an ambiguity, a treatment, a case."""

    @model_validator(mode="after")
    def _qualified_keys_exist(self) -> Self:
        unknown = set(self.interpreted + self.outside_text) - set(type(self).model_fields)
        if unknown:
            raise ValueError(
                "« interpreted » et « outside_text » ne citent que des clés de la règle, "
                f"pas : {', '.join(sorted(unknown))}"
            )
        return self

    def basis_of(self, key: str) -> Basis:
        """Where the value of one key comes from."""
        if key in self.interpreted:
            return Basis.INTERPRETATION
        return Basis.OUTSIDE_TEXT if key in self.outside_text else self.basis
