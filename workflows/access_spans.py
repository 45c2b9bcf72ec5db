"""From when until when a habilitation gives access, as its dates say.

Pure: what ``access_decision`` answers about one day, these days tell as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

from workflows import habilitation_fold
from workflows.access import Days, legal_days
from workflows.habilitation import HabilitationState
from workflows.habilitation_life import HabilitationLife
from workflows.replay import user_acts_known

_OPEN = frozenset({"granted", "credentials_sent", "active"})


def spans(life: HabilitationLife) -> tuple[Days, ...]:
    """The days of access, in order: the convention's and the user's own, where both are open.

    Two that touch are two where one is provisional and the other is not.
    """
    of_user = _open_days(life)
    common = [_common(given, own) for given in legal_days(life.convention) for own in of_user]
    return tuple(sorted(days for days in common if days is not None))


def span_on(life: HabilitationLife, day: date) -> Days | None:
    """The days of access without a break that hold ``day``; None when there is none that day.

    ``provisional`` is that of the day itself.
    """
    found = spans(life)
    place = next((n for n, days in enumerate(found) if _holds(days, day)), None)
    if place is None:
        return None
    first = last = place
    while first and found[first - 1].until == found[first].since:
        first -= 1
    while last + 1 < len(found) and found[last].until == found[last + 1].since:
        last += 1
    return Days(found[first].since, found[last].until, found[place].provisional)


def held_on(
    life: HabilitationLife, day: date, known_at: datetime | None = None
) -> HabilitationState:
    """What the habilitation was on ``day``: its profile and its territory may change later.

    ``known_at`` is the instant at which the life was replayed.
    """
    known, _ = user_acts_known(life.acts, known_at)
    until_then = [act for act in known if act.on <= day]
    return habilitation_fold.fold(habilitation_fold.initial(life.convention), until_then, day)


def _holds(days: Days, day: date) -> bool:
    return days.since <= day and (days.until is None or day < days.until)


def _open_days(life: HabilitationLife) -> list[Days]:
    """The days on which the user's own right is open, whatever the convention says."""
    return list(
        _joined(
            Days(step.on, after.on if after else None)
            for step, after in pairwise([*life.steps, None])
            if step is not None and step.to_state in _OPEN
        )
    )


def _joined(several: Iterable[Days]) -> list[Days]:
    joined: list[Days] = []
    for days in several:
        if joined and joined[-1].until == days.since:
            joined[-1] = joined[-1]._replace(until=days.until)
        elif days.since != days.until:
            joined.append(days)
    return [days for days in joined if days.since != days.until]


def _common(one: Days, other: Days) -> Days | None:
    since = max(one.since, other.since)
    ends = [end for end in (one.until, other.until) if end is not None]
    until = min(ends, default=None)
    if until is not None and until <= since:
        return None
    return Days(since, until, one.provisional)
