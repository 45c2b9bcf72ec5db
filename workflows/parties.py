"""Who is the partner of a convention on a day: read from its acts, whatever is known of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from workflows.acts import PartnerSucceeded
from workflows.succeeding import QUESTION, is_doubtful
from workflows.timeline import Timeline


class Succession(NamedTuple):
    """A place taken, and what made it so."""

    act: PartnerSucceeded
    predecessor: str
    successor: str
    first_day: date
    last_day: date | None
    """The day before the next one; None for the last."""

    @property
    def before(self) -> date:
        """The last day of whoever it follows."""
        return _eve(self.act)


def successions_of(timeline: Timeline) -> tuple[Succession, ...]:
    """Every place taken or announced that stands, in legal order.

    Those that the rules refuse are left out, and so are those of which a lawyer has not said, or
    denied, that the convention passes: until then the partner is whom it was. One that lasts less
    than a day, another following it at once, is passed over.
    """
    refused = {one.act for one in timeline.data.refused}
    standing = [
        act
        for act in timeline.acts
        if isinstance(act, PartnerSucceeded)
        and act.id not in refused
        and (not is_doubtful(act) or _passes(timeline, act))
    ]
    found = [
        Succession(
            act,
            act.predecessor,
            act.successor,
            act.on,
            _eve(following) if following else None,
        )
        # The last one is followed by nothing; where there is none, there is nothing to pair.
        for act, following in zip(standing, (*standing[1:], None), strict=False)
    ]
    return tuple(one for one in found if one.last_day is None or one.last_day >= one.first_day)


def succession_on(timeline: Timeline, day: date) -> Succession | None:
    """The succession by which somebody is the partner that day; None for who signed."""
    before = [one for one in successions_of(timeline) if one.first_day <= day]
    return before[-1] if before else None


def _eve(act: PartnerSucceeded) -> date:
    return act.on - timedelta(days=1)


def _passes(timeline: Timeline, act: PartnerSucceeded) -> bool:
    data = timeline.data
    decided = data.decisions.get(f"{QUESTION}:{act.id}") or data.interpretations.get(QUESTION)
    return decided == "passes"
