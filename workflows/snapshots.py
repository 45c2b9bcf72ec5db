"""A convention's folded state as text, to go on from where a replay stopped.

A snapshot saves time and is never the truth. It is good only for the engine, the rulebook and the
circumstances that made it, and for a subject to which nothing was recorded since; whoever stores
one writes another, or none, with each act. The steps are left out: they stand in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, get_type_hints

import orjson
from pydantic import TypeAdapter

from workflows.calendar import Duration, HolidayCalendar, Term
from workflows.convention_state import ConventionState
from workflows.journal_head import Head
from workflows.replay import ENGINE_VERSION
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

_IN_THE_SETTING = {"rulebook", "rules", "interpretations", "partner_kind", "holidays"}
_IN_THE_JOURNAL = {"steps"}


class StaleSnapshot(ValueError):
    """Another engine, rulebook or circumstance made it: replay the acts instead."""


@dataclass(frozen=True)
class Setting:
    """What a life depends on besides its acts."""

    rulebook: Rulebook
    """As signed."""
    interpretations: tuple[tuple[str, str], ...] = ()
    """Kind of question and standing answer, in the order in which they were given."""
    partner_kind: PartnerKind | None = None
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN

    @cached_property
    def key(self) -> list[Any]:
        """What must be the same for a snapshot to be good."""
        return [
            ENGINE_VERSION,
            self.rulebook.digest,
            [list(pair) for pair in self.interpretations],
            self.partner_kind,
            self.holidays,
        ]


def write(state: ConventionState, head: Head) -> str:
    """The snapshot of a state and of where its journal stands."""
    setting = Setting(
        state.rulebook,
        tuple(state.interpretations.items()),
        state.partner_kind,
        state.holidays,
    )
    content = {
        name: dump(value) if dump else value
        for value, (name, default, dump) in zip(_values(state), _FIELDS, strict=True)
        if value != default
    }
    return orjson.dumps([setting.key, tuple(head), content]).decode()


def read(snapshot: str, setting: Setting) -> tuple[ConventionState, Head]:
    """The state that a snapshot holds, without its steps, and where the journal stood.

    The avenants that had taken effect are applied to the rulebook again. Raises ``StaleSnapshot``
    where it was made by another engine or in another setting, or where it cannot be read.
    """
    try:
        key, head, content = orjson.loads(snapshot)
        if key != setting.key:
            raise StaleSnapshot(f"Instantané fait pour {key}, attendu {setting.key} : rejouer.")
        rules = setting.rulebook
        if changes := content.get("changes"):
            rules = _amended(rules, orjson.dumps(changes))
        state = ConventionState(setting.rulebook, rules, setting.holidays, setting.partner_kind)
        state.interpretations.update(setting.interpretations)
        for name, value in content.items():
            load = _LOADS[name]
            setattr(state, name, load(value) if load else value)
        return state, Head(*head)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, StaleSnapshot):
            raise
        raise StaleSnapshot(f"Instantané illisible ({error}) : rejouer.") from error


def disagree(stored: str, expected: str) -> bool:
    """Whether a snapshot that would still be used is not the one that the acts give."""
    if stored == expected:
        return False
    return not expected or bool(orjson.loads(stored)[0] == orjson.loads(expected)[0])


@lru_cache(maxsize=256)
def _amended(rulebook: Rulebook, changes: bytes) -> Rulebook:
    for change in orjson.loads(changes):
        rulebook = rulebook.amended(change)
    return rulebook


class _Codec(NamedTuple):
    """How a field is written and read; None where JSON takes it as it is."""

    dump: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None


def _dates(written: dict[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in written.items()}


def _duration(written: tuple[int, int]) -> Duration:
    return Duration(*written)


def _terms(written: list[tuple[int, str, str | None]]) -> list[Term]:
    return [
        Term(number, date.fromisoformat(first), date.fromisoformat(last) if last else None)
        for number, first, last in written
    ]


def _letter_days(written: list[tuple[str, str, str]]) -> dict[tuple[str, str], date]:
    return {(letter, moment): date.fromisoformat(day) for letter, moment, day in written}


_PLAIN: list[tuple[Any, _Codec]] = [
    *((kind, _Codec()) for kind in (str, bool, int, list[str], dict[str, str])),
    (date, _Codec(None, date.fromisoformat)),
    (date | None, _Codec(None, date.fromisoformat)),
    (dict[str, date], _Codec(None, _dates)),
    (Duration | None, _Codec(lambda length: (length.months, length.days), _duration)),
    (list[Term], _Codec(lambda terms: [tuple(term) for term in terms], _terms)),
    (
        dict[tuple[str, str], date],
        _Codec(lambda days: [(*key, day) for key, day in days.items()], _letter_days),
    ),
]
"""The types of the fields that every life fills: the others go the slower way of pydantic."""


def _codec(kind: Any) -> _Codec:
    for plain, codec in _PLAIN:
        if kind == plain:
            return codec
    adapter = TypeAdapter(kind)
    return _Codec(lambda value: adapter.dump_python(value, mode="json"), adapter.validate_python)


_KINDS = get_type_hints(ConventionState)
_CODECS = {
    field.name: _codec(_KINDS[field.name])
    for field in fields(ConventionState)
    if field.name not in _IN_THE_SETTING | _IN_THE_JOURNAL
}
_LOADS = {name: codec.load for name, codec in _CODECS.items()}
_values = attrgetter(*_CODECS)
_FIELDS = [
    (
        field.name,
        field.default if field.default_factory is MISSING else field.default_factory(),
        _CODECS[field.name].dump,
    )
    for field in fields(ConventionState)
    if field.name in _CODECS
]
