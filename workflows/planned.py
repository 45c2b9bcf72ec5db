"""The dates of a life as lists of many lives show them: few words, and the same for those alike.

A planned deadline leaves out what tells one convention from another (its facts, its arithmetic, the
number of its term), so that conventions whose dates fall alike plan the same set, named by what it
holds. It is a cache of ``deadlines``: whoever acts on a date reads it from the life itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import orjson

from workflows import fold
from workflows.calendar import OutsideCalendar, add_months
from workflows.convention_state import ConventionState
from workflows.deadlines import Deadline, deadlines_of
from workflows.timeline import Circumstances, Timeline

MONTHS = 24
"""How far beyond the next change dates are planned: so far ahead on any day until then."""

_LAST = date(9000, 1, 1)
"""No later day is planned from: the calendar itself ends soon after."""

_SHORT_TITLES = {"term_end": "Dernier jour de la période"}
"""Where the title would tell the number of a term."""


class Planned(NamedTuple):
    """One deadline, without its explanation."""

    kind: str
    title: str
    due_on: date
    last_working_day: date
    article: str
    renewals: int
    """How many terms have to open before it means anything; 0 for what stands already."""
    other_reading: bool
    """Whether another defensible reading gives another date."""


def planned_of(timeline: Timeline) -> tuple[Planned, ...]:
    """The deadlines of a replayed life, up to ``MONTHS`` after its next change."""
    horizon, data = timeline.horizon, timeline.data
    if timeline.next_change_on is not None:
        horizon = max(horizon, add_months(min(timeline.next_change_on, _LAST), MONTHS))
    if horizon > timeline.horizon and data.next_on <= horizon:
        try:
            data = fold.fold(data.copy(), (), horizon)
        except OutsideCalendar:
            horizon, data = timeline.horizon, timeline.data
    further = Timeline(
        timeline.circumstances,
        timeline.acts,
        timeline.user_acts,
        data,
        timeline.as_of,
        timeline.known_at,
        horizon,
    )
    opened = [term.number for term in data.terms if term.first_day <= timeline.as_of]
    return tuple(_planned(worth_telling(further), max(opened, default=1)))


def worth_telling(timeline: Timeline) -> list[Deadline]:
    """The deadlines, without the advised day of a notice where it is the very day of the limit."""
    deadlines = deadlines_of(timeline)
    limits = {one.due_on for one in deadlines if one.kind == "notice_limit"}
    return [one for one in deadlines if one.kind != "notice_prudent" or one.due_on not in limits]


def planned_from(data: ConventionState, as_of: date) -> tuple[Planned, ...]:
    """The same of a state folded to ``as_of``, to which no act is to come."""
    circumstances = Circumstances(
        data.rulebook, (), (), partner_kind=data.partner_kind, holidays=data.holidays
    )
    horizon = add_months(as_of, MONTHS)
    projected = fold.fold(data.copy(), (), horizon)
    timeline = Timeline(circumstances, (), (), projected, as_of, None, horizon)
    return planned_of(timeline)


def _planned(deadlines: Sequence[Deadline], current_term: int) -> list[Planned]:
    return [
        Planned(
            one.kind,
            _SHORT_TITLES.get(one.kind, one.title),
            one.due_on,
            one.last_working_day,
            one.article,
            max(0, one.term - current_term),
            bool(one.competing),
        )
        for one in deadlines
    ]


def name_of(planned: Sequence[Planned]) -> UUID | None:
    """The name of a set: the beginning of the sha256 of all it holds; None for an empty one."""
    if not planned:
        return None
    return UUID(bytes=sha256(orjson.dumps([tuple(one) for one in planned])).digest()[:16])
