"""The conventions of a simulated year, and what must be told of them.

Computed from facts written by hand, day by day and in the plainest way, and from nothing of the
code under test: limits, reminders, confirmations of what binds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, LAST = date(2024, 3, 1), date(2025, 2, 28)
OUTAGE = (date(2024, 9, 24), date(2024, 10, 2))
"""Nine days on which nothing ran."""
DEPARTURE = date(2024, 8, 12)
"""Last day of a clerk who follows a fifth of the conventions."""
HOLIDAYS = {
    (2024, 4, 1), (2024, 5, 1), (2024, 5, 8), (2024, 5, 9), (2024, 5, 20), (2024, 7, 14),
    (2024, 8, 15), (2024, 11, 1), (2024, 11, 11), (2024, 12, 25), (2025, 1, 1), (2025, 4, 21),
    (2025, 5, 1), (2025, 5, 8), (2025, 5, 29),
}  # fmt: skip
"""Of metropolitan France, from the law (C. trav. L. 3133-1)."""
RUNGS = (120, 60, 15)
COURTESY = 30
LEAVING, STAYING, LAWYER, SECOND_LAWYER, DIRECTOR, INACTIVE = (
    f"{name}@caisse.example"
    for name in ("partante", "restant", "juriste1", "juriste2", "direction", "inactive")
)


@dataclass
class Fact:
    """One convention, as written by hand."""

    name: str
    """Of its partner, told in each mail about it."""
    effect_on: date
    follower: str
    contact: str
    notice_on: date | None
    """The day on which the partner posts its notice, well before the limit."""


def facts(size: int) -> list[Fact]:
    """Conventions of one year that took effect over 2023, each on a day from 2 to 28."""
    made = []
    for number in range(size):
        effect_on = date(2023, 1 + number % 12, 2 + number * 7 % 27)
        follower = (LEAVING, STAYING, "", "", "")[number % 5]
        limit = _limit_of(effect_on.replace(year=2024) - timedelta(days=1))
        if limit < FIRST + timedelta(days=150):
            limit = _limit_of(effect_on.replace(year=2025) - timedelta(days=1))
        gives = number % 7 == 3 and FIRST + timedelta(days=150) <= limit <= LAST
        made.append(
            Fact(
                f"Commune d’Essai numéro{number:05}",
                effect_on,
                follower,
                f"mairie{number:05}@essai.example",
                limit - timedelta(days=40) if gives else None,
            )
        )
    return made


def _limit_of(term_end: date) -> date:
    month = term_end.month - 3
    return date(term_end.year - (month < 1), month if month > 0 else month + 12, term_end.day)


def _worked(day: date) -> date:
    while day.weekday() >= 5 or (day.year, day.month, day.day) in HOLIDAYS:
        day -= timedelta(days=1)
    return day


def days_that_ran() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        if not OUTAGE[0] <= day <= OUTAGE[1]:
            yield day
        day += timedelta(days=1)


@dataclass
class Required:
    """One message that somebody must receive about a convention."""

    name: str
    recipient: str
    asked_on: date
    due_on: date


def required(of: list[Fact]) -> list[Required]:
    """Everything to be told, walking through the days that ran."""
    found: list[Required] = []
    for fact in of:
        told: dict[tuple[str, date, str], int] = {}
        recalled: set[date] = set()
        for today in days_that_ran():
            for kind, due_on in _deadlines(fact, today):
                rung = _rung(due_on, today)
                if rung is None:
                    continue
                follows = bool(fact.follower) and (fact.follower != LEAVING or today <= DEPARTURE)
                concerned = [fact.follower] if follows else [LAWYER, SECOND_LAWYER]
                if any(told.get((kind, due_on, who), 999) <= rung for who in concerned):
                    continue
                everybody = concerned + ([DIRECTOR] if rung <= 15 else [])
                everybody += [LAWYER, SECOND_LAWYER] if rung == 0 else []
                for who in dict.fromkeys(everybody):
                    if told.get((kind, due_on, who), 999) > rung:
                        told[kind, due_on, who] = rung
                        found.append(Required(fact.name, who, today, due_on))
            for kind, due_on in _deadlines(fact, today):
                soon = today >= due_on - timedelta(days=COURTESY)
                if kind == "notice_limit" and soon and due_on not in recalled:
                    recalled.add(due_on)
                    found.append(Required(fact.name, fact.contact, today, due_on))
    return found + confirmed(of)


def confirmed(of: list[Fact]) -> list[Required]:
    """What binds the partner, told once a day and on the day itself."""
    return [
        Required(fact.name, fact.contact, day, day)
        for fact in of
        for day in dict.fromkeys(map(_day_told, _steps(fact)))
    ]


def noticed(of: list[Fact]) -> Counter[tuple[str, str]]:
    """How many steps each colleague finds on the site about each partner."""
    found: Counter[tuple[str, str]] = Counter()
    for fact in of:
        for day in map(_day_told, _steps(fact)):
            present = [LEAVING, STAYING] if day <= DEPARTURE else [STAYING]
            for who in [fact.follower] if fact.follower in present else present:
                found[who, fact.name] += 1
    return found


def _steps(fact: Fact) -> Iterator[date]:
    """The days on which something binds the parties, in the year: the notice, as it is entered;
    a renewal each year, the last of them an end where the notice was given for it."""
    if fact.notice_on is not None:
        yield entered(fact.notice_on)
    for year in (2024, 2025):
        on = fact.effect_on.replace(year=year)
        if FIRST < on <= LAST:
            yield on
        if fact.notice_on is not None and fact.notice_on < on:
            return


def _day_told(on: date) -> date:
    return next(day for day in days_that_ran() if day >= on)


def _deadlines(fact: Fact, today: date) -> Iterator[tuple[str, date]]:
    """The limit of the running term, or its end once the notice was given."""
    for year in (2024, 2025, 2026):
        begins, ends = (fact.effect_on.replace(year=y) for y in (year - 1, year))
        term_end = ends - timedelta(days=1)
        if not begins <= today <= term_end:
            continue
        if fact.notice_on is None or today < fact.notice_on:
            if today <= _limit_of(term_end):
                yield "notice_limit", _limit_of(term_end)
        elif begins <= fact.notice_on:
            yield "term_end", term_end


def _rung(due_on: date, today: date) -> int | None:
    if today >= _worked(due_on):
        return 0
    reached = [days for days in RUNGS if today >= due_on - timedelta(days=days)]
    return min(reached) if reached else None


def entered(day: date) -> date:
    """What falls into the outage is entered after it."""
    return OUTAGE[1] + timedelta(days=1) if OUTAGE[0] <= day <= OUTAGE[1] else day
