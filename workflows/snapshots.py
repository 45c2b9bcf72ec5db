"""A convention's folded state as text, to go on from where a replay stopped.

A snapshot saves time and is never the truth. It is good only for the engine, the rulebook and the
circumstances that made it, and for a subject to which nothing was recorded since; whoever stores
one writes another, or none, with each act. The steps are left out: they stand in the journal.

It has four lines of JSON: what it was made with, where the journal stood, the course (all that a
renewal reads and moves, which many conventions have in common) and the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
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
_IN_THE_COURSE = {
    *("status", "goes_on", "due", "day", "next_on", "terms"),
    *("anchor", "base_number", "first_length", "changes"),
    *("effect_on", "last_day_in_force", "end_cause"),
}
"""What ``fold.reach`` needs of a convention that goes on, and what the cache shows of it."""


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
    def key(self) -> str:
        """What must be the same for a snapshot to be good, as its first line says it."""
        return _json(
            [
                ENGINE_VERSION,
                self.rulebook.digest,
                [list(pair) for pair in self.interpretations],
                self.partner_kind,
                self.holidays,
            ]
        )


class Snapshot(NamedTuple):
    """The four lines of one."""

    key: str
    head: str
    course: str
    rest: str

    def __str__(self) -> str:
        return "\n".join(self)


def write(state: ConventionState, head: Head) -> str:
    """The snapshot of a state and of where its journal stands."""
    setting = Setting(
        state.rulebook,
        tuple(state.interpretations.items()),
        state.partner_kind,
        state.holidays,
    )
    return str(Snapshot(setting.key, head_text(head), course_text(state), rest_text(state)))


def head_text(head: Head) -> str:
    """The second line."""
    return _json(tuple(head))


def course_text(state: ConventionState) -> str:
    """The third line."""
    return _text(state, _COURSE)


def rest_text(state: ConventionState) -> str:
    """The fourth line."""
    return _text(state, _REST)


def split(snapshot: str, setting: Setting) -> Snapshot:
    """The lines of a snapshot; raises ``StaleSnapshot`` where it is not of this setting."""
    lines = snapshot.split("\n")
    if lines[0] != setting.key or len(lines) != len(Snapshot._fields):
        raise StaleSnapshot(f"Instantané fait pour {lines[0]}, attendu {setting.key} : rejouer.")
    return Snapshot(*lines)


def read_head(line: str) -> Head:
    """Where the journal stood; raises ``StaleSnapshot``."""
    try:
        return Head(*orjson.loads(line))
    except (ValueError, TypeError) as error:
        raise _unreadable(error) from error


def read(setting: Setting, *lines: str) -> ConventionState:
    """The state that the course, and the rest where it is given, hold; without its steps.

    The avenants that had taken effect are applied to the rulebook again. Raises ``StaleSnapshot``
    where a line cannot be read.
    """
    rules = setting.rulebook
    state = ConventionState(setting.rulebook, rules, setting.holidays, setting.partner_kind)
    state.interpretations.update(setting.interpretations)
    try:
        for line in lines:
            for name, value in orjson.loads(line).items():
                load = _LOADS[name]
                setattr(state, name, load(value) if load else value)
        if state.changes:
            state.rules = _amended(rules, orjson.dumps(state.changes))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(error) from error
    return state


def _unreadable(error: Exception) -> StaleSnapshot:
    return StaleSnapshot(f"Instantané illisible ({error}) : rejouer.")


def disagree(stored: str, expected: str) -> bool:
    """Whether a snapshot that would still be used is not the one that the acts give."""
    if stored == expected:
        return False
    return not expected or stored.partition("\n")[0] == expected.partition("\n")[0]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


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


class _Field(NamedTuple):
    name: str
    default: Any
    dump: Callable[[Any], Any] | None


def _fields(course: bool) -> list[_Field]:
    return [
        _Field(
            one.name,
            one.default if one.default_factory is MISSING else one.default_factory(),
            _CODECS[one.name].dump,
        )
        for one in fields(ConventionState)
        if one.name in _CODECS and (one.name in _IN_THE_COURSE) == course
    ]


_COURSE, _REST = _fields(course=True), _fields(course=False)


def _text(state: ConventionState, some: list[_Field]) -> str:
    """Fields of a state as JSON, those that are as in a draft left out."""
    content = {}
    for name, default, dump in some:
        value = getattr(state, name)
        if value != default:
            content[name] = dump(value) if dump else value
    return _json(content)
