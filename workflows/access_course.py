"""All the answers that dates give to one habilitation, from its first day on, until the next act.

An answer changes at midnight only, on days that are known as soon as an act is recorded. So they
are computed once, when a habilitation settles, by the very function that decides by replay, and
stored. The opening of another term changes no answer: a course without end stays right whether or
not a sweep runs.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from workflows.access import legal_days
from workflows.access_decision import NOT_HABILITATED, AccessDecision, decide_on, told
from workflows.habilitation_life import HabilitationLife, foreseen
from workflows.rulebook import Rulebook


class Span(NamedTuple):
    """The answer from a first day on, up to the first day of the next span."""

    since: date
    decision: AccessDecision


class CommittedHours(NamedTuple):
    """When the caisse commits to keep the service open: information, never a prohibition."""

    opens_at: time
    closes_at: time
    days_a_week: int


class ServiceTerms(NamedTuple):
    """What the convention says of the service itself, and an answer repeats."""

    hours: CommittedHours | None = None
    time_out_minutes: int | None = None
    """None where the text states no length."""
    territory_level: str = ""
    """What one connection reaches, as the rulebook names it."""
    territory_article: str = ""


class Course(NamedTuple):
    """What is stored of a habilitation for its decisions."""

    spans: tuple[Span, ...]
    terms: ServiceTerms

    def on(self, day: date) -> AccessDecision:
        """The answer on a civil day."""
        place = bisect_right(self.spans, day, key=_since)
        return self.spans[place - 1].decision if place else told(NOT_HABILITATED)

    def changes_after(self, day: date) -> tuple[date, ...]:
        """The days after ``day`` on which another answer begins, in order."""
        return tuple(span.since for span in self.spans if span.since > day)


def _since(span: Span) -> date:
    return span.since


def access_course(life: HabilitationLife) -> tuple[Span, ...]:
    """The answers that the life gives, each from its first day on; neighbours always differ.

    Before the first one nothing was granted. The whole life is told, so that the same acts make
    the same course on whatever day it is settled.
    """
    life = foreseen(life)
    spans: list[Span] = []
    before = told(NOT_HABILITATED)
    for day in sorted(set(_days_of_change(life))):
        decision = decide_on(life, day)
        if decision != before:
            spans.append(Span(day, decision))
            before = decision
    return tuple(spans)


def _days_of_change(life: HabilitationLife) -> Iterator[date]:
    """Every day on which ``decide_on`` may begin to say something else."""
    timeline = life.convention
    yield from (step.on for step in life.steps)
    # Another term gives and takes no right.
    yield from (step.on for step in timeline.steps if step.name != "renew")
    for days in legal_days(timeline):
        yield from (days.since, days.until or days.since)
    suspended = [(s.since, s.until) for s in timeline.data.suspensions]
    for since, until in (*suspended, *timeline.data.force_majeure):
        yield from (since, until or since)


def terms_of(rulebook: Rulebook, service: str) -> ServiceTerms:
    """What the rulebook says of the service; nothing of one that it does not know."""
    offer = next((offer for offer in rulebook.services if offer.code == service), None)
    if offer is None:
        return ServiceTerms()
    hours, territory = offer.hours, offer.territory
    return ServiceTerms(
        CommittedHours(hours.opens_at, hours.closes_at, hours.days_a_week) if hours else None,
        offer.time_out.after_minutes if offer.time_out else None,
        territory.level if territory else "",
        territory.article if territory else "",
    )


def course_of(life: HabilitationLife, service: str) -> Course:
    """The course of a habilitation to ``service``."""
    return Course(access_course(life), terms_of(life.convention.rulebook, service))


def written(course: Course) -> str:
    """The course as stored: codes and dates, no sentence; the same course is the same text."""
    hours = course.terms.hours
    told_hours = hours and [hours.opens_at.isoformat(), hours.closes_at.isoformat(), hours[2]]
    spans = [[_iso(since), *_row(decision)] for since, decision in course.spans]
    return json.dumps([spans, [told_hours, *course.terms[1:]]], separators=(",", ":"))


@lru_cache(maxsize=4096)
def read(text: str) -> Course:
    """The course that ``written`` made; most accounts of a portfolio share a few of them."""
    spans, (hours, *terms) = json.loads(text)
    return Course(
        tuple(
            Span(date.fromisoformat(since), told(code, article, _date(last_day), provisional))
            for since, code, article, last_day, provisional in spans
        ),
        ServiceTerms(hours and _hours(*hours), *terms),
    )


def _row(decision: AccessDecision) -> list[str | bool | None]:
    return [decision.code, decision.article, _iso(decision.last_day), decision.provisional]


def _hours(opens_at: str, closes_at: str, days_a_week: int) -> CommittedHours:
    return CommittedHours(time.fromisoformat(opens_at), time.fromisoformat(closes_at), days_a_week)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
