"""A convention's folded state as text, to go on from where a replay stopped.

A snapshot saves time and is never the truth. It is good only for the engine, the rulebook and the
circumstances that made it, and for a subject to which nothing was recorded since; whoever stores
one writes another, or none, with each act. The steps are left out: they stand in the journal.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from workflows.calendar import HolidayCalendar
from workflows.convention_state import ConventionState
from workflows.journal_head import Head
from workflows.replay import ENGINE_VERSION
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

_STATE = TypeAdapter(ConventionState)
_LEFT_OUT = {
    "rulebook",
    "rules",
    "holidays",
    "partner_kind",
    "interpretations",
    "letter_days",
    "steps",
}
_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class StaleSnapshot(ValueError):
    """Another engine, rulebook or circumstance made it: replay the acts instead."""


class Setting(NamedTuple):
    """What a life depends on besides its acts."""

    rulebook: Rulebook
    """As signed."""
    interpretations: tuple[tuple[str, str], ...] = ()
    """Kind of question and standing answer, in the order in which they were given."""
    partner_kind: PartnerKind | None = None
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN

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
    content = _STATE.dump_python(state, mode="json", exclude=_LEFT_OUT, exclude_defaults=True)
    if state.letter_days:
        content["letter_days"] = [
            [letter, moment, day.isoformat()] for (letter, moment), day in state.letter_days.items()
        ]
    return _TEXT.encode([setting.key(), head, content])


def read(snapshot: str, setting: Setting) -> tuple[ConventionState, Head]:
    """The state that a snapshot holds, without its steps, and where the journal stood.

    The avenants that had taken effect are applied to the rulebook again. Raises ``StaleSnapshot``
    where it was made by another engine or in another setting, or where there is none.
    """
    key, head, content = json.loads(snapshot) if snapshot else (None, (), {})
    expected = setting.key()
    if key != expected:
        raise StaleSnapshot(f"Instantané fait pour {key}, attendu {expected} : rejouer.")
    letter_days = {(letter, moment): day for letter, moment, day in content.pop("letter_days", ())}
    rules = setting.rulebook
    if changes := content.get("changes"):
        rules = _amended(rules, _TEXT.encode(changes))
    state = _STATE.validate_python(
        {
            **content,
            "rulebook": setting.rulebook,
            "rules": rules,
            "interpretations": dict(setting.interpretations),
            "partner_kind": setting.partner_kind,
            "holidays": setting.holidays,
            "letter_days": letter_days,
        }
    )
    return state, Head(*head)


def disagree(stored: str, expected: str) -> bool:
    """Whether a snapshot that would still be used is not the one that the acts give."""
    if stored == expected:
        return False
    return not expected or bool(json.loads(stored)[0] == json.loads(expected)[0])


@lru_cache(maxsize=256)
def _amended(rulebook: Rulebook, changes: str) -> Rulebook:
    for change in json.loads(changes):
        rulebook = rulebook.amended(change)
    return rulebook
