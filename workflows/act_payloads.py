"""Acts as plain data, and back: what is stored, sent and read is what the dataclass declares.

The keys of a payload are the act's own fields, without ``id``, ``on`` and ``recorded_at`` which
every act has. ``parse`` undoes ``payload_of``.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

from workflows.acts import KINDS, Act
from workflows.calendar import Duration
from workflows.input_faults import Fault, InputError, given, quoted, unknown
from workflows.input_reading import Key, Shape
from workflows.scopes import Scope

COMMON = ("id", "on", "recorded_at")
"""What every act has beside its payload."""


class ActError(InputError):
    """An act that cannot be read; ``faults`` says all that is wrong with it."""


def parse(kind: str, payload: Mapping[str, Any]) -> Act:
    """The act of a kind, from its own fields and the three that every act has.

    Dates are ISO civil dates or ``date``, ``recorded_at`` an aware instant. Raises ``ActError``
    with every fault: unknown kind or key, missing key, value of another type, day that does not
    exist or lies outside 1900 to 2200. What the rules say of it is not looked at here.
    """
    act_class = KINDS.get(kind)
    if act_class is None:
        raise ActError([unknown_kind(kind)])
    if not isinstance(payload, Mapping):
        raise ActError([Fault("", "", f"un événement est une table, reçu {given(payload)}")])
    place = f"événement {quoted(kind)}"
    values, faults = shape_of(kind).read(payload, place)
    if faults:
        raise ActError(faults)
    return act_class(**values)


def payload_of(act: Act) -> dict[str, Any]:
    """The act's own fields as JSON can hold them."""
    return {
        field.name: _plain(getattr(act, field.name))
        for field in dataclasses.fields(act)
        if field.name not in COMMON
    }


def describe(kind: str) -> tuple[Key, ...]:
    """The keys of a kind of act, those that every act has included; ``ActError`` if unknown."""
    if kind not in KINDS:
        raise ActError([unknown_kind(kind)])
    return tuple(shape_of(kind).keys.values())


def unknown_kind(kind: Any, known: Mapping[str, Any] = KINDS, place: str = "") -> Fault:
    """The fault of a kind that nobody knows, with the known ones and the nearest."""
    problem, expected, advice = unknown(str(kind), known, "genre d’événement")
    return Fault(place, "kind", problem, f"l’un des genres {expected}", advice)


@cache
def shape_of(kind: str) -> Shape:
    """The keys of a known kind of act."""
    return Shape(keys_of(KINDS[kind]))


def keys_of(act_class: type[Act]) -> list[Key]:
    """The keys that a dataclass of acts declares."""
    hints = get_type_hints(act_class)
    keys = []
    for field in dataclasses.fields(act_class):
        default: Any = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        required = default is dataclasses.MISSING
        keys.append(Key(field.name, hints[field.name], required, None if required else default))
    return keys


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, Scope):
        return value.content
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value
