"""Reading values from outside (JSON, forms, stored rows) into typed ones, every fault at once.

Stricter than pydantic alone: a number is no date, a text of digits is no date, an instant carries
its offset, and what the engine is told of lies between 1900 and 2200.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    create_model,
)
from pydantic_core import ErrorDetails

from workflows.clock import civil_date
from workflows.input_faults import Fault, Wrong, given, quoted, unknown

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""No act is dated outside these days: a date beyond them is a slip of the pen."""

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_WORDS = "une date AAAA-MM-JJ, par exemple 2025-01-15"
_INSTANT_WORDS = "un instant avec son décalage horaire, par exemple 2025-01-15T12:00:00+01:00"


def read_day(value: Any) -> date:
    """A civil date from an ISO text. Raises ``Wrong`` for anything else, an instant included."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return _within(value)
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise Wrong(f"{given(value)} n’est pas une date", _DAY_WORDS)
    try:
        return _within(date.fromisoformat(value))
    except ValueError as outside:
        if isinstance(outside, Wrong):
            raise
        raise Wrong(
            f"{quoted(value)} n’existe pas dans le calendrier",
            _DAY_WORDS,
            "Vérifier le jour et le mois sur la pièce",
        ) from outside


def read_instant(value: Any) -> datetime:
    """An aware instant from an ISO text with its offset. Raises ``Wrong``."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Wrong(f"{quoted(value)} n’est pas un instant", _INSTANT_WORDS) from None
    if not isinstance(value, datetime):
        raise Wrong(f"{given(value)} n’est pas un instant", _INSTANT_WORDS)
    if value.utcoffset() is None:
        raise Wrong(
            f"{quoted(value.isoformat())} n’a pas de décalage horaire",
            _INSTANT_WORDS,
            "Ajouter le décalage de Paris ce jour-là, +01:00 en hiver, +02:00 en été",
        )
    try:
        _within(civil_date(value))
    except OverflowError:
        raise Wrong(f"{quoted(value.isoformat())} est hors du calendrier", _INSTANT_WORDS) from None
    return value


def _within(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Wrong(
            f"{quoted(day.isoformat())} est hors des années admises",
            f"une date du {FIRST_DAY.isoformat()} au {LAST_DAY.isoformat()}",
            "Vérifier l’année",
        )
    return day


def _not_blank(value: str) -> str:
    if not value.strip():
        raise Wrong("texte vide", "un texte")
    return value


def _sequence(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Day = Annotated[date, BeforeValidator(read_day)]
Instant = Annotated[datetime, BeforeValidator(read_instant)]
Text = Annotated[str, AfterValidator(_not_blank)]
Words = Annotated[tuple[str, ...], BeforeValidator(_sequence)]
"""Texts, possibly none."""
Texts = Annotated[tuple[Text, ...], BeforeValidator(_sequence), Field(min_length=1)]


class Key(NamedTuple):
    """One key of a thing that is read."""

    name: str
    hint: Any
    """Its type, as the dataclass or the shape declares it."""
    required: bool = True
    default: Any = None
    words: str = ""
    """What its value must be, where the type does not say it."""

    @property
    def expected(self) -> str:
        """What its value must be, in French."""
        return self.words or in_words(self.hint, required=self.required)


class Shape:
    """The keys that a thing may carry, and their types. Keys it does not have are faults."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys: Mapping[str, Key] = {key.name: key for key in keys}
        fields: dict[str, Any] = {
            # The names are given as aliases: those of pydantic's own methods stay free.
            f"key_{place}": (
                _strict(key.hint, required=key.required),
                Field(... if key.required else key.default, alias=key.name),
            )
            for place, key in enumerate(keys)
        }
        self._model: type[BaseModel] = create_model(
            "Read", __config__=ConfigDict(extra="forbid", strict=False), **fields
        )

    def read(
        self, values: Mapping[str, Any], place: str = ""
    ) -> tuple[dict[str, Any], list[Fault]]:
        """The typed values of the keys given or defaulted, and the faults: one list is empty."""
        try:
            read = self._model.model_validate(dict(values))
        except ValidationError as error:
            return {}, self._faults(error, place)
        return {name: getattr(read, f"key_{n}") for n, name in enumerate(self.keys)}, []

    def _faults(self, error: ValidationError, place: str) -> list[Fault]:
        found: dict[str, Fault] = {}
        for detail in error.errors():
            key = str(detail["loc"][0]) if detail["loc"] else ""
            # One fault a key: the members of a union, or of a list, would each tell theirs.
            found.setdefault(key, Fault(place, key, *self._words(key, detail)))
        return list(found.values())

    def _words(self, name: str, detail: ErrorDetails) -> tuple[str, str, str]:
        key = self.keys.get(name)
        if key is None:
            problem, expected, advice = unknown(name, self.keys, "clé")
            return problem, f"l’une des clés {expected}", advice
        if detail["type"] == "missing":
            return "clé absente", key.expected, ""
        wrong = detail.get("ctx", {}).get("error")
        if isinstance(wrong, Wrong):
            return wrong.problem, wrong.expected, wrong.advice
        return f"valeur refusée, reçu {given(detail['input'])}", key.expected, ""


def in_words(hint: Any, *, required: bool = True) -> str:
    """What a value of a type must be, in French."""
    if get_origin(hint) in (Union, types.UnionType):
        return in_words(next(part for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is Literal:
        return f"l’une des valeurs {', '.join(map(str, get_args(hint)))}"
    if dataclasses.is_dataclass(hint):
        return f"une table avec {', '.join(f.name for f in dataclasses.fields(hint))}"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return f"l’une des valeurs {', '.join(member.value for member in hint)}"
    if hint is str:
        return "un texte non vide" if required else "un texte"
    if get_origin(hint) is tuple:
        return "une liste d’au moins un texte"
    return _WORDS.get(get_origin(hint) or hint, "une valeur")


_WORDS: Mapping[Any, str] = {
    date: _DAY_WORDS,
    datetime: _INSTANT_WORDS,
    bool: "true ou false",
    int: "un nombre entier",
    dict: "une table",
    list: "une liste",
    Mapping: "une table",
}


def _strict(hint: Any, *, required: bool) -> Any:
    """The stricter type that stands for a declared one."""
    if get_origin(hint) in (Union, types.UnionType):
        parts = [_strict(p, required=required) for p in get_args(hint) if p is not type(None)]
        return parts[0] | None
    if hint is str:
        return Text if required else str
    if get_origin(hint) is tuple:
        return Texts
    return _STRICT.get(hint, hint)


_STRICT: Mapping[Any, Any] = {date: Day, datetime: Instant, bool: StrictBool, int: StrictInt}
