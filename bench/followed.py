"""An effect for each step of the benchmark, as a confirmation or a webhook would be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.models import Convention
from workflows import effects
from workflows.effects import EffectContext, NewEffect
from workflows.settling import Settlement, settled

NAME = "bench.followed"


@effects.handler(NAME)
def do_nothing(payload: Mapping[str, Any], context: EffectContext) -> None:
    """What is measured is the ledger, not a mail server."""


def follow_each_step() -> None:
    """From now on, each step of a convention is followed by one effect, keyed by its belief."""
    settled.connect(_emit, sender=Convention, dispatch_uid=NAME)


def _emit(settlements: Sequence[Settlement], **_: Any) -> None:
    effects.emit_all(
        NewEffect(
            NAME,
            f"convention:{row['subject_id']}:{row['belief']}",
            f"convention:{row['subject_id']}",
            {"convention": row["subject_id"]},
        )
        for one in settlements
        for row in one.rows
    )
