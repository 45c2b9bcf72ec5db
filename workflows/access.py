"""When access is possible: derived from dates, at the moment of the question.

Access follows what was known at each moment. A fact learnt late closes access when it is recorded,
not before: the difference with the legal end is an anomaly, never a rewriting of history.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Literal, NamedTuple

from workflows.clock import civil_date, start_of_day
from workflows.convention import ENDED
from workflows.convention_state import Step
from workflows.question_kinds import QUESTION_KINDS, is_open
from workflows.timeline import Timeline


class AccessInterval(NamedTuple):
    """A time during which the convention gives access; ``closes_at`` is the first instant without.

    ``closes_at`` is None while no end is in sight. ``provisional``: a blocking question is open.
    """

    opens_at: datetime
    closes_at: datetime | None
    provisional: bool = False


class Days(NamedTuple):
    """Days of access, ``until`` being the first day without; None when there is none in sight."""

    since: date
    until: date | None
    provisional: bool = False


class Standing(NamedTuple):
    """What a convention makes of access on one day."""

    kind: Literal["before", "open", "suspended", "force_majeure", "over"]
    until: date | None = None
    """While open, the first day without access; None when there is none in sight."""
    provisional: bool = False


def standing_on(timeline: Timeline, day: date) -> Standing:
    """What the dates known to the timeline say of access on ``day``."""
    over = over_on(timeline)
    if over is not None and over <= day:
        return Standing("over")
    for days in legal_days(timeline):
        if days.since <= day and (days.until is None or day < days.until):
            return Standing("open", days.until, days.provisional)
    opened = _opened_on(timeline)
    if opened is None or day < opened:
        return Standing("before")
    if any(
        s.since <= day and (s.until is None or day < s.until) for s in timeline.data.suspensions
    ):
        return Standing("suspended")
    return Standing("force_majeure")


def over_on(timeline: Timeline) -> date | None:
    """The first day on which the convention gives nothing more; None when none is in sight."""
    step = last_step(timeline)
    return step.on if step else None


def last_step(timeline: Timeline) -> Step | None:
    """The step, past or projected, after which the convention gives nothing more."""
    return next(
        (s for s in timeline.steps if s.to_state in ENDED or s.to_state == "abandoned"), None
    )


def _opened_on(timeline: Timeline) -> date | None:
    return next((step.on for step in timeline.steps if step.name == "activate"), None)


def legal_days(timeline: Timeline) -> tuple[Days, ...]:
    """The days of access that the dates alone give, as known to the timeline."""
    opened, ended = _opened_on(timeline), over_on(timeline)
    if opened is None:
        return ()
    if opened == ended:
        return ()
    days = [Days(opened, ended)]
    for suspended in timeline.data.suspensions:
        days = _without(days, suspended.since, suspended.until)
    if timeline.rulebook.force_majeure and timeline.rulebook.force_majeure.access == "suspended":
        for since, until in timeline.data.force_majeure:
            days = _without(days, since, until)
    return tuple(_marked(days, _doubtful_from(timeline)))


def access_intervals_of(timeline: Timeline) -> tuple[AccessInterval, ...]:
    """Access as it was given, fact by recorded fact, then as the dates now foresee it."""
    from workflows.replay import replay_in

    recorded = sorted({act.recorded_at for act in timeline.circumstances.acts})
    if timeline.known_at is not None:
        recorded = [instant for instant in recorded if instant <= timeline.known_at]
    found: list[AccessInterval] = []
    for known_at, next_known_at in pairwise([*recorded, None]):
        if known_at is None:
            break
        belief = timeline
        # A belief reaches as far as it was held, or an end beyond its horizon would be lost.
        until = max(timeline.as_of, civil_date(next_known_at or known_at))
        if next_known_at is not None or until > timeline.as_of:
            belief = replay_in(timeline.circumstances, until, known_at)
        for days in legal_days(belief):
            opens_at = max(start_of_day(days.since), known_at)
            closes_at = None if days.until is None else start_of_day(days.until)
            if next_known_at is not None:
                closes_at = next_known_at if closes_at is None else min(closes_at, next_known_at)
            if closes_at is None or opens_at < closes_at:
                found.append(AccessInterval(opens_at, closes_at, days.provisional))
    return tuple(_joined(found))


def access_at(timeline: Timeline, instant: datetime) -> AccessInterval | None:
    """The interval that holds ``instant``; None when there is no access then."""
    for interval in timeline.access_intervals:
        if interval.opens_at <= instant and (
            interval.closes_at is None or instant < interval.closes_at
        ):
            return interval
    return None


def _doubtful_from(timeline: Timeline) -> date | None:
    raised = [
        question.on
        for question in timeline.data.questions
        if QUESTION_KINDS[question.kind].blocking and is_open(timeline.data, question)
    ]
    return min(raised, default=None)


def _without(days: list[Days], since: date, until: date | None) -> list[Days]:
    """The days less those from ``since`` on, up to and without ``until``."""
    left = []
    for span in days:
        end = span.until
        if span.since < since:
            left.append(Days(span.since, since if end is None else min(since, end)))
        if until is not None and (end is None or until < end):
            left.append(Days(max(span.since, until), end))
        elif end is not None and end <= since:
            continue
    return left


def _marked(days: list[Days], doubtful_from: date | None) -> list[Days]:
    if doubtful_from is None:
        return days
    marked = []
    for span in days:
        if span.since < doubtful_from and (span.until is None or doubtful_from < span.until):
            marked.append(Days(span.since, doubtful_from))
            marked.append(Days(doubtful_from, span.until, provisional=True))
        else:
            marked.append(span._replace(provisional=span.since >= doubtful_from))
    return marked


def _joined(intervals: list[AccessInterval]) -> list[AccessInterval]:
    """Intervals in order, those that touch made one."""
    joined: list[AccessInterval] = []
    for interval in sorted(intervals):
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.closes_at == interval.opens_at
            and last.provisional == interval.provisional
        ):
            joined[-1] = last._replace(closes_at=interval.closes_at)
        else:
            joined.append(interval)
    return joined
