"""What runs beside the periods of a convention, each with its own days: one lane a kind of thing.

A suspension, a force majeure or a dispute does not stop the term; a delay or a notice leads to its
end. Each lane has its sentence, which is its text equivalent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from workflows.french import date_in_words
from workflows.timeline import Timeline

_ONE_DAY = timedelta(days=1)


class Running(NamedTuple):
    """Something that lasts, from its first day up to and without ``until``; None: no end yet."""

    since: date
    until: date | None
    kind: str
    """`suspension`, `event` or `delay`."""
    words: str


def running(timeline: Timeline) -> tuple[Running, ...]:
    """All that runs or ran beside the periods, the earliest first."""
    return tuple(sorted(_running(timeline), key=lambda one: (one.since, one.words)))


def _running(timeline: Timeline) -> Iterator[Running]:
    data, rules = timeline.data, timeline.rulebook
    for suspended in data.suspensions:
        yield _told(suspended.since, suspended.until, "suspension", "Accès suspendu")
    for since, until in data.force_majeure:
        yield _told(since, until, "event", "Force majeure")
    for since, until in data.disputes:
        yield _told(since, until, "event", "Différend")
    for record in timeline.formal_notices.values():
        if record.counted_on is not None and record.last_day is not None and record.pending:
            after = record.last_day + _ONE_DAY
            yield _told(record.counted_on, after, "delay", "Délai de résiliation")
    last_day = timeline.last_day_in_force
    for notice in timeline.notices.values():
        if notice.stands and notice.counted_on is not None and last_day is not None:
            label = rules.labels.notice
            words = f"{label[:1].upper()}{label[1:]}"
            if notice.counted_on <= last_day:
                yield _told(notice.counted_on, last_day + _ONE_DAY, "delay", words)


def _told(since: date, until: date | None, kind: str, what: str) -> Running:
    if until is None:
        return Running(since, None, kind, f"{what} depuis le {date_in_words(since)}")
    last = date_in_words(until - _ONE_DAY)
    return Running(since, until, kind, f"{what} du {date_in_words(since)} au {last}")
