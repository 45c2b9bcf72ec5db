"""A convention's state as plain JSON, to go on from where a replay stopped.

A snapshot saves time and is never the truth: it is good only for the engine and the rulebook that
made it, and for acts that all come after it in legal order. Whoever keeps one throws it away when a
backdated act, an annulment, a decision or an interpretation is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from workflows.convention_state import ConventionState
from workflows.replay import ENGINE_VERSION
from workflows.rulebook import Rulebook

_STATE = TypeAdapter(ConventionState)


class StaleSnapshot(ValueError):
    """Another engine or another rulebook made it: replay the acts instead."""


def to_json(state: ConventionState) -> dict[str, Any]:
    """The state as JSON can hold it. The rulebook is only named, by its digest."""
    content = _STATE.dump_python(state, mode="json", exclude={"rulebook", "rules", "letter_days"})
    content["letter_days"] = [
        [letter, moment, day.isoformat()] for (letter, moment), day in state.letter_days.items()
    ]
    return {
        "engine_version": ENGINE_VERSION,
        "rulebook": state.rulebook.digest,
        "state": content,
    }


def from_json(snapshot: Mapping[str, Any], rulebook: Rulebook) -> ConventionState:
    """The state that a snapshot holds, under the rulebook as signed.

    The avenants that had taken effect are applied to the rulebook again. Raises ``StaleSnapshot``
    when the snapshot was made by another version of the engine or under another rulebook.
    """
    for made_by, ours in (
        (snapshot.get("engine_version"), ENGINE_VERSION),
        (snapshot.get("rulebook"), rulebook.digest),
    ):
        if made_by != ours:
            raise StaleSnapshot(
                f"Instantané fait par « {made_by} », attendu « {ours} » : rejouer les événements."
            )
    content = dict(snapshot["state"])
    rules = rulebook
    for changes in content["changes"]:
        rules = rules.amended(changes)
    content["letter_days"] = {
        (letter, moment): day for letter, moment, day in content["letter_days"]
    }
    return _STATE.validate_python({**content, "rulebook": rulebook, "rules": rules})
