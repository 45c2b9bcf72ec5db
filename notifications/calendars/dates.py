"""The dates of a life as a calendar tells them: a day, a title without a name, an explanation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from workflows.deadlines import SET_BY_HAND, Deadline
from workflows.french import article_number, typeset, weekday_date
from workflows.planned import worth_telling
from workflows.timeline import Timeline

WORKED = "worked_"
"""Begins the kind of a last working day, told apart where it is not the limit itself."""

_POSTED = ("notice_limit", "notice_prudent")
"""Limits that a letter must meet: one acts on the last working day before them."""


_TITLES = {SET_BY_HAND: "Échéance posée à la main"}
"""In the place of words that a person typed: they may name somebody."""


class CalendarDate(NamedTuple):
    """One date of one convention."""

    kind: str
    slot: str
    """Which one of its kind, the same as long as it is the same date: its term, or its act."""
    day: date
    title: str
    explanation: str


def dates_of(timeline: Timeline, until: date) -> list[CalendarDate]:
    """Every date of a life that a calendar tells, up to a day before the horizon of the life."""
    found: list[CalendarDate] = []
    ranks = Counter[str]()
    for one in worth_telling(timeline):
        if one.due_on > until:
            break
        ranks[one.kind] += 1
        slot = one.act or (f"term-{one.term}" if one.term else f"rank-{ranks[one.kind]}")
        why = "\n".join(_explanation(timeline, one))
        title = _TITLES.get(one.kind, one.title) + _renewal_of(timeline, one)
        found.append(CalendarDate(one.kind, slot, one.due_on, typeset(title), typeset(why)))
        if one.kind in _POSTED and one.last_working_day != one.due_on:
            title = f"Dernier jour ouvré avant : {one.title[:1].lower()}{one.title[1:]}"
            why = f"La limite est le {weekday_date(one.due_on)} et ne se déplace pas.\n{why}"
            found.append(
                CalendarDate(
                    WORKED + one.kind, slot, one.last_working_day, typeset(title), typeset(why)
                )
            )
    return found


def _renewal_of(timeline: Timeline, one: Deadline) -> str:
    """What follows the last day of a term."""
    if one.kind != "term_end":
        return ""
    following = any(term.number == one.term + 1 for term in timeline.data.terms)
    return ", reconduite le lendemain" if following else ", fin de la convention"


def _explanation(timeline: Timeline, one: Deadline) -> Iterator[str]:
    opened = [term.number for term in timeline.data.terms if term.first_day <= timeline.as_of]
    if one.kind in _TITLES:
        yield f"{one.title}."
    if one.term > max(opened, default=1):
        yield f"Vaut si la convention est reconduite jusqu’à la {one.term}ᵉ période."
    yield f"{one.arithmetic}."
    for fact in one.inputs:
        yield f"{fact.label} : {fact.value}"
    if one.article:
        number = article_number(one.article)
        yield f"Fondement : {number}" if " " in number else f"Article {number}"
    if one.last_working_day != one.due_on:
        yield f"Dernier jour ouvré : {weekday_date(one.last_working_day)}"
    if one.competing:
        yield f"Autre lecture : {one.competing}"
