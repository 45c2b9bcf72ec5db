"""The life of a convention with what is supposed of it. Nothing of it is ever stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from workflows.acts import Act
from workflows.replay import replay_in, seen_from
from workflows.timeline import Refusal, Timeline


class Simulated(NamedTuple):
    """A life without and with the suppositions, on the same day and to the same horizon."""

    before: Timeline
    after: Timeline
    refused: tuple[Refusal, ...]
    """What the rules would refuse of what is supposed."""
    displaced: tuple[Refusal, ...]
    """Recorded events that the suppositions would make untrue."""


def simulated(known: Timeline, supposed: Sequence[Act], day: date) -> Simulated:
    """What the suppositions would change in a known life, seen on ``day``.

    Unlike a recording, it takes events dated in the future, and those that the rules refuse.
    """
    recorded = known.circumstances
    reach = max([day, *(act.legal_date for act in supposed)])
    before, after = (
        seen_from(replay_in(recorded._replace(acts=acts), reach), day)
        for acts in (recorded.acts, (*recorded.acts, *supposed))
    )
    ours = {act.id for act in supposed}
    already = {(refusal.act.id, refusal.code) for refusal in before.refused}
    return Simulated(
        before,
        after,
        tuple(refusal for refusal in after.refused if refusal.act.id in ours),
        tuple(
            refusal
            for refusal in after.refused
            if refusal.act.id not in ours and (refusal.act.id, refusal.code) not in already
        ),
    )
