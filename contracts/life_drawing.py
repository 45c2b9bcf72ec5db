"""The life of a convention as one line: where each thing stands, in percent of the width.

Widths are relative so that the drawing fits any screen without shrinking its words. Whatever it
shows is said again in the lists below it, to which its marks lead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from contracts.life_lanes import running
from contracts.life_words import ENDS, ordinal
from workflows.acts import Avenant
from workflows.clock import civil_date
from workflows.deadlines import SET_BY_HAND
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.timeline import Timeline

if TYPE_CHECKING:
    from contracts.convention_life import ConventionLife

_PAST_SHOWN, _COMING_SHOWN = timedelta(days=760), timedelta(days=430)
_ONE_DAY = timedelta(days=1)
_MARKED = frozenset({"notice_limit", "breach_end", SET_BY_HAND})
"""The deadlines that the line itself shows."""
_BRANCH_TOP, _BRANCH_HEIGHT = 104, 40
_WIDE_ENOUGH = 16.0
"""Percent of the width under which two labels would touch on a narrow screen."""


class Bar(NamedTuple):
    """Something that lasts."""

    x: str
    width: str
    kind: str
    label: str = ""
    short_label: str = ""


class Mark(NamedTuple):
    """Something on one day; ``target`` is where the page says more of it."""

    x: str
    kind: str
    title: str
    target: str


class Label(NamedTuple):
    """A date written under the line."""

    x: str
    words: str
    anchor: str


class Lane(NamedTuple):
    """Something that runs beside the periods, under its sentence."""

    words: str
    bar: Bar
    text_y: str
    bar_y: str


class Branch(NamedTuple):
    """The life under one answer to the open question."""

    label: str
    bar: Bar
    end: Mark | None
    text_y: str
    bar_y: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything drawn."""

    bars: tuple[Bar, ...]
    access: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    lanes: tuple[Lane, ...]
    """Suspensions, force majeure, disputes, delays and notices."""
    branches: tuple[Branch, ...]
    today: str
    today_words: str
    """« aujourd’hui », or the day from which one looks."""
    today_anchor: str
    """Side on which these words fit."""
    height: str


class _Scale(NamedTuple):
    first: date
    last: date

    def at(self, day: date) -> float:
        part = (day - self.first).days / max((self.last - self.first).days, 1)
        return min(max(part, 0.0), 1.0) * 100

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last

    def bar(self, first: date, after: date, kind: str, label: str = "", short: str = "") -> Bar:
        x, end = self.at(first), self.at(after)
        return Bar(_percent(x), _percent(max(end - x, 0.0)), kind, label, short)


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def draw(
    life: ConventionLife, with_doubts: bool = True, beside: ConventionLife | None = None
) -> Drawing | None:
    """The drawing of a life; none while it has neither step nor effect.

    Without doubts, neither the answers that a lawyer weighs nor what they make provisional. On the
    same scale as the life ``beside`` it, so that the eye compares the two.
    """
    timeline = life.timeline
    if not timeline.steps:
        return None
    scale = _scale(timeline)
    if beside is not None and beside.timeline.steps:
        other = _scale(beside.timeline)
        scale = _Scale(min(scale.first, other.first), max(scale.last, other.last))
    today = scale.at(timeline.as_of)
    lanes = tuple(_lanes(timeline, scale))
    top = _BRANCH_TOP + _BRANCH_HEIGHT * len(lanes)
    branches = tuple(_branches(life, scale, top)) if with_doubts else ()
    return Drawing(
        tuple(_bars(timeline, scale)),
        tuple(_access(timeline, scale, with_doubts)),
        (
            *_step_marks(life, scale),
            *_avenant_marks(timeline, scale),
            *_deadline_marks(life, scale),
        ),
        tuple(_labels(timeline, scale)),
        lanes,
        branches,
        _percent(today),
        _now(life),
        "end" if today > 80 else "start" if today < 20 else "middle",
        str(top + _BRANCH_HEIGHT * len(branches)),
    )


def _now(life: ConventionLife) -> str:
    day = life.timeline.as_of
    return "aujourd’hui" if life.read_on in (None, day) else f"{day:%d/%m/%Y}"


def _scale(timeline: Timeline) -> _Scale:
    today = timeline.as_of
    first = max(timeline.steps[0].on, today - _PAST_SHOWN)
    last = today + _COMING_SHOWN
    end = timeline.last_day_in_force
    if end is not None:
        last = min(last, end + timedelta(days=60))
    last = max(last, today + timedelta(days=60))
    # Air before the first step, so that its mark is whole.
    return _Scale(min(first, last - timedelta(days=90)) - timedelta(days=15), last)


def _bars(timeline: Timeline, scale: _Scale) -> Iterator[Bar]:
    """The preparation, then each period, its part to come apart."""
    effect_on = timeline.effect_on
    made_on = effect_on or timeline.as_of
    if timeline.steps[0].on < made_on and made_on > scale.first:
        yield scale.bar(timeline.steps[0].on, made_on, "preparation")
    after_end = (timeline.last_day_in_force or date.max - _ONE_DAY) + _ONE_DAY
    for term in timeline.terms:
        after = min(term.next_first_day or date.max, after_end, scale.last)
        if after <= scale.first or term.first_day >= after:
            continue
        label, short = f"{ordinal(term.number)} période", ordinal(term.number)
        if after <= timeline.as_of:
            yield _labelled(scale.bar(term.first_day, after, "past", label, short))
        elif term.first_day >= timeline.as_of:
            yield _labelled(scale.bar(term.first_day, after, "coming", label, short))
        else:
            yield _labelled(scale.bar(term.first_day, timeline.as_of, "past", label, short))
            yield scale.bar(timeline.as_of, after, "coming")


def _labelled(bar: Bar) -> Bar:
    """The bar, without its words where they would not fit."""
    width = float(bar.width.rstrip("%"))
    if width < 5:
        return bar._replace(label="", short_label="")
    return bar if width >= _WIDE_ENOUGH else bar._replace(label="")


def _access(timeline: Timeline, scale: _Scale, with_doubts: bool) -> Iterator[Bar]:
    for interval in timeline.access_intervals:
        opens = civil_date(interval.opens_at)
        closes = scale.last if interval.closes_at is None else civil_date(interval.closes_at)
        kind = "provisional" if interval.provisional and with_doubts else "open"
        if closes > scale.first and opens < scale.last:
            yield scale.bar(opens, closes, kind)


def _step_marks(life: ConventionLife, scale: _Scale) -> Iterator[Mark]:
    shown = [line for line in life.steps if scale.shows(line.step.on)]
    for day, lines in groupby(shown, key=lambda line: line.step.on):
        same_day = list(lines)
        words = ", ".join(line.label for line in same_day)
        kind = "coming" if same_day[0].is_to_come else "past"
        title = f"{date_in_words(day)}{NO_BREAK_SPACE}: {words}"
        yield Mark(_percent(scale.at(day)), kind, title, same_day[0].anchor)


def _deadline_marks(life: ConventionLife, scale: _Scale) -> Iterator[Mark]:
    for line in life.deadlines:
        deadline = line.deadline
        if deadline.kind in _MARKED and scale.shows(deadline.due_on):
            title = f"{date_in_words(deadline.due_on)}{NO_BREAK_SPACE}: {deadline.title}"
            yield Mark(_percent(scale.at(deadline.due_on)), "limit", title, line.anchor)


def _avenant_marks(timeline: Timeline, scale: _Scale) -> Iterator[Mark]:
    refused = {refusal.act.id for refusal in timeline.refused}
    for act in timeline.acts:
        if isinstance(act, Avenant) and act.id not in refused and scale.shows(act.effective_on):
            day = date_in_words(act.effective_on)
            title = f"{day}{NO_BREAK_SPACE}: {act.label}"
            yield Mark(_percent(scale.at(act.effective_on)), "avenant", title, "avenants")


def _lanes(timeline: Timeline, scale: _Scale) -> Iterator[Lane]:
    shown = [
        one
        for one in running(timeline)
        if one.since <= scale.last and (one.until is None or one.until > scale.first)
    ]
    for place, one in enumerate(shown):
        top = _BRANCH_TOP + _BRANCH_HEIGHT * place
        bar = scale.bar(one.since, one.until or scale.last, one.kind)
        yield Lane(one.words, bar, str(top + 12), str(top + 20))


def _labels(timeline: Timeline, scale: _Scale) -> Iterator[Label]:
    days = [term.first_day for term in timeline.terms] or [timeline.steps[0].on]
    if timeline.last_day_in_force is not None:
        days.append(timeline.last_day_in_force + _ONE_DAY)
    previous = -_WIDE_ENOUGH
    for day in sorted(set(days)):
        x = scale.at(day)
        if not scale.shows(day) or x - previous < _WIDE_ENOUGH:
            continue
        if timeline.last_day_in_force is not None and day > timeline.last_day_in_force + _ONE_DAY:
            continue
        yield Label(_percent(x), f"{day:%d/%m/%Y}", "end" if x > 85 else "start")
        previous = x


def _branches(life: ConventionLife, scale: _Scale, top: int) -> Iterator[Branch]:
    """One line an answer of each open question that blocks, the others at their default."""
    for line in life.blocking:
        for outcome in line.question.kind_text.answers:
            branch = line.question.branches[outcome.code]
            end = branch.last_day_in_force
            after = scale.last if end is None else end + _ONE_DAY
            mark = None
            ends = "la convention continue"
            if end is not None:
                cause = ENDS.get(branch.end_cause, branch.end_cause)
                ends = f"fin le {date_in_words(end)}"
                mark = Mark(_percent(scale.at(after)), "end", f"{ends}, {cause}", line.anchor)
            yield Branch(
                f"{outcome.label}{NO_BREAK_SPACE}: {ends}",
                scale.bar(
                    max(line.question.on, scale.first), max(after, line.question.on), "branch"
                ),
                mark,
                str(top + 12),
                str(top + 20),
            )
            top += _BRANCH_HEIGHT
