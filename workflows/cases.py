"""Worked cases: facts, and what the law makes of them; how a lawyer accepts the engine.

A case is a table with ``id``, ``rulebook``, ``as_of``, ``acts`` and ``expect`` (``about`` and
``why`` for the reader; ``partner_kind``, ``holidays`` and ``interpretations`` where they matter).
Only the keys present in ``expect`` are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from workflows import situations
from workflows.case_explanations import explanation
from workflows.case_values import COMPUTED, Examined
from workflows.facts import FactError
from workflows.input_faults import Fault, InputError, given
from workflows.input_reading import Key, Shape, Words
from workflows.rulebook import Rulebook
from workflows.situations import Situation
from workflows.timeline_text import step_lines


class CaseError(InputError):
    """A case that cannot be read; ``faults`` says all that is wrong with it."""


class Case(NamedTuple):
    """A case that was read."""

    id: str
    rulebook: str
    """Code of the rulebook that it is played under."""
    as_of: date
    situation: Situation
    expected: Mapping[str, Any]
    """The keys to check, with typed values."""
    about: str = ""
    why: str = ""


class Disagreement(NamedTuple):
    """One key on which the engine and the case differ."""

    key: str
    expected: str
    computed: str
    explanation: tuple[str, ...]
    """Why the engine says so: articles, arithmetic, counted dates."""


class CaseResult(NamedTuple):
    """What became of one case."""

    id: str
    about: str = ""
    why: str = ""
    disagreements: tuple[Disagreement, ...] = ()
    faults: tuple[str, ...] = ()
    """Why the case could not be played at all."""
    steps: tuple[str, ...] = ()
    """The replayed life, a line a step with its article."""

    @property
    def agrees(self) -> bool:
        """Whether the case was played and every expected key is what the engine computes."""
        return not self.disagreements and not self.faults


def _optional(*names: str, hint: Any, words: str = "") -> list[Key]:
    return [Key(name, hint, required=False, words=words) for name in names]


_CASE = Shape(
    [
        Key("id", str),
        Key("rulebook", str),
        Key("expect", dict),
        *_optional("about", "why", hint=str | None),
        *(
            key._replace(hint=date, required=True) if key.name == "as_of" else key
            for key in situations.KEYS
        ),
    ]
)

_TABLES: Mapping[str, Shape] = {
    "period": Shape(
        [Key("n", int), *_optional("first_day", "last_day", "next_first_day", hint=date | None)]
    ),
    "notice_limits": Shape(_optional("prudent", "whole_months", "upper", hint=date | None)),
    "if_confirmed": Shape(
        [
            *_optional("last_day_in_force", "accounts_close_on", hint=date | None),
            *_optional("end_cause", "status_after", hint=str | None),
        ]
    ),
    "anomaly": Shape([Key("kind", str), *_optional("from", "to", hint=date | None)]),
    "scope": Shape(
        [
            *_optional("departement", "circonscription", hint=str | None),
            *_optional("establishments", hint=Words, words="une liste de codes"),
        ]
    ),
}
"""The expectations that are tables themselves."""

_TEXTS = (
    "notice_verdict",
    "status_after",
    "end_cause",
    "because",
    "user_status_after",
    "user_close_cause",
    "profile",
    "reach",
)
_CHOICES = ("question_for_lawyer", "refused", "dates_changed", "automatic", "blocked")
_SETS = ("flags", "refused_acts", "warnings")
_NUMBERS = ("reported_late_by_days",)

_EXPECTED = Shape(
    [
        *_optional(*_TABLES, hint=dict | None),
        *_optional(*_TEXTS, hint=str | None),
        *_optional(*_CHOICES, hint=bool | None),
        *_optional(*_NUMBERS, hint=int | None),
        *_optional(*_SETS, hint=Words, words="une liste de codes, vide s’il n’y en a pas"),
        *_optional("acceptance_window", hint=Words, words="une liste de deux dates"),
        *_optional(
            *sorted(
                set(COMPUTED)
                - {
                    *_TABLES,
                    *_TEXTS,
                    *_CHOICES,
                    *_NUMBERS,
                    *_SETS,
                    "acceptance_window",
                }
            ),
            hint=date | None,
        ),
    ]
)

_LAST_TERM = 300
"""No case speaks of a later term."""

_DAY = Shape([Key("day", date)])


def read(raw: Any) -> Case:
    """A case from its table. Raises ``CaseError`` with every fault of the case."""
    if not isinstance(raw, Mapping):
        raise CaseError([Fault("", "", f"un cas est une table, reçu {given(raw)}")])
    values, faults = _CASE.read(raw)
    if faults:
        raise CaseError(faults)
    expected, faults = _read_expected(values["expect"])
    try:
        situation = situations.of_values(values)
    except FactError as error:
        raise CaseError([*faults, *error.faults]) from None
    if faults:
        raise CaseError(faults)
    return Case(
        values["id"],
        values["rulebook"],
        values["as_of"],
        situation,
        expected,
        values["about"] or "",
        values["why"] or "",
    )


def _read_expected(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    values, faults = _EXPECTED.read(raw, "expect")
    if faults:
        return {}, faults
    expected = {key: values[key] for key in raw}
    for key in expected.keys() & _TABLES.keys():
        if expected[key] is not None:
            members, wrong = _TABLES[key].read(expected[key], f"expect.{key}")
            expected[key] = {name: members[name] for name in expected[key]} if members else None
            faults += wrong
    if "period" in expected and not faults:
        number = (expected["period"] or {}).get("n", 0)
        if not 1 <= number <= _LAST_TERM:
            wanted = f"une table avec n, de 1 à {_LAST_TERM}"
            faults.append(Fault("expect", "period", f"la période n° {number} n’existe pas", wanted))
    for key in expected.keys() & set(_SETS):
        expected[key] = frozenset(expected[key])
    if "acceptance_window" in expected:
        days = [_DAY.read({"day": day}, "expect") for day in expected["acceptance_window"]]
        wrong = [fault._replace(key="acceptance_window") for _, bad in days for fault in bad]
        if not wrong and len(days) != 2:
            wrong = [Fault("expect", "acceptance_window", "deux dates attendues", "[date, date]")]
        faults += wrong
        expected["acceptance_window"] = tuple(day.get("day") for day, _ in days)
    return expected, faults


def check(raw: Any, rulebook: Rulebook) -> CaseResult:
    """Play a case under ``rulebook`` and compare every expected key with what is computed."""
    try:
        return compare(read(raw), rulebook)
    except CaseError as error:
        return _unreadable(raw, "", [str(fault) for fault in error.faults])


def check_with(raw: Any, rulebook_of: Callable[[str], Rulebook], place: str = "") -> CaseResult:
    """``check`` under the rulebook that the case names.

    ``rulebook_of`` finds it by its code and raises ``LookupError`` or ``ValueError`` with a message
    for a person. ``place`` stands for the identifier of a case that has none.
    """
    try:
        case = read(raw)
        rulebook = rulebook_of(case.rulebook)
    except CaseError as error:
        return _unreadable(raw, place, [str(fault) for fault in error.faults])
    except (LookupError, ValueError) as error:
        return _unreadable(raw, place, str(error).splitlines())
    return compare(case, rulebook)


def _unreadable(raw: Any, place: str, faults: list[str]) -> CaseResult:
    name = raw.get("id") if isinstance(raw, Mapping) else None
    return CaseResult(str(name) if name else place, faults=tuple(faults))


def compare(case: Case, rulebook: Rulebook) -> CaseResult:
    """Play a case that was read and list what differs."""
    examined = Examined(case.situation, rulebook, case.as_of, case.expected)
    disagreements = []
    for key, expected in case.expected.items():
        computed = COMPUTED[key](examined)
        if isinstance(expected, dict) and isinstance(computed, dict):
            computed = {name: computed[name] for name in expected}
        if computed != expected:
            disagreements.append(
                Disagreement(
                    key, written(expected), written(computed), tuple(explanation(key, examined))
                )
            )
    return CaseResult(
        case.id,
        case.about,
        case.why,
        tuple(disagreements),
        steps=tuple(step_lines(examined.timeline)) if disagreements else (),
    )


def written(value: Any) -> str:
    """A value as a case would write it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {written(member)}" for name, member in value.items())
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    if isinstance(value, tuple | list):
        return f"[{', '.join(written(member) for member in value)}]"
    return str(value)
