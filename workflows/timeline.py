"""The life of a convention: what has happened, what is to come, and what is in doubt.

An immutable view over the state that a replay reached. What costs time (deadlines and their words,
access, branches of a question) is computed when it is read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from workflows import making
from workflows.acts import Act, UserAct
from workflows.calendar import HolidayCalendar, Term
from workflows.convention import TRANSITIONS, ConventionStatus
from workflows.convention_state import ConventionState, FormalNoticeRecord, NoticeRecord, Step
from workflows.french import article_number
from workflows.rulebook import Rulebook
from workflows.rulebook_types import PartnerKind

if TYPE_CHECKING:
    from workflows.access import AccessInterval
    from workflows.deadlines import Deadline
    from workflows.findings import Anomaly, Duty, Warned
    from workflows.planned import Planned
    from workflows.questions import Question


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A standing answer to a kind of question, for all conventions of a rulebook."""

    kind: str
    answer: str
    recorded_at: datetime
    author: str = ""
    reasons: str = ""


class Circumstances(NamedTuple):
    """All that a replay depends on, besides the days from which one looks."""

    rulebook: Rulebook
    acts: tuple[Act, ...]
    interpretations: tuple[Interpretation, ...] = ()
    partner_kind: PartnerKind | None = None
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN


class Refusal(NamedTuple):
    """An act that the rules do not allow, and why."""

    act: Act
    code: str
    reason: str
    article: str

    def __str__(self) -> str:
        source = f" (article {article_number(self.article)})" if self.article else ""
        return f"{self.act.label} : {self.reason}{source}"


class Timeline:
    """The result of a replay. Dates are civil dates in Paris."""

    def __init__(
        self,
        circumstances: Circumstances,
        acts: Sequence[Act],
        user_acts: Sequence[UserAct],
        data: ConventionState,
        as_of: date,
        known_at: datetime | None,
        horizon: date,
    ) -> None:
        self.circumstances = circumstances
        self.acts = acts
        """The acts known about the convention, in legal order, mistakes corrected."""
        self.user_acts = user_acts
        """The acts known about its named users, in legal order."""
        self.data = data
        self.as_of = as_of
        self.known_at = known_at
        self.horizon = horizon

    @property
    def rulebook(self) -> Rulebook:
        """The rules, amended by the avenants in effect at the horizon."""
        return self.data.rules

    # State and steps.

    @property
    def steps(self) -> tuple[Step, ...]:
        """Past and projected steps, in order."""
        return tuple(self.data.steps)

    @cached_property
    def _past(self) -> int:
        return bisect_right(self.data.steps, self.as_of, key=lambda step: step.on)

    @property
    def past_steps(self) -> tuple[Step, ...]:
        """Steps up to ``as_of``, that day included."""
        return tuple(self.data.steps[: self._past])

    @property
    def projected_steps(self) -> tuple[Step, ...]:
        """Steps after ``as_of``, if nothing else happens."""
        return tuple(self.data.steps[self._past :])

    @property
    def state(self) -> str:
        """State at ``as_of``."""
        return self.data.steps[self._past - 1].to_state if self._past else "draft"

    @property
    def state_label(self) -> str:
        """The state in the words of this convention."""
        return self.label_of(self.state)

    def label_of(self, state: str) -> str:
        """A state in the words of this convention."""
        return self.rulebook.labels.states.get(state) or str(ConventionStatus(state).label)

    def label_of_step(self, step: Step) -> str:
        """What happened at a step, in French."""
        if step.name == "renew":
            express = self.rulebook.term.renewal.kind == "express"
            label = "Renouvellement convenu" if express else TRANSITIONS[step.name].label
            return f"{label}, {step.term}ᵉ période"
        return TRANSITIONS[step.name].label

    def article_of(self, step: Step) -> str:
        """The article that commands a step."""
        return self.rulebook.article_of(step.rule)

    @cached_property
    def next_change_on(self) -> date | None:
        """The next day on which something changes by itself: a step, or an act announced."""
        coming = [step.on for step in self.data.steps[self._past : self._past + 1]]
        coming += [act.legal_date for act in self.acts if act.legal_date > self.as_of][:1]
        if not coming and self.data.next_on < date.max:
            # A long term ends beyond the horizon of the projection.
            coming = [self.data.next_on]
        return min(coming, default=None)

    # Effect, terms, end.

    @property
    def effect_on(self) -> date | None:
        """First day on which the convention binds."""
        return self.data.effect_on

    @property
    def terms(self) -> tuple[Term, ...]:
        """Terms opened up to the horizon, each with the last day that the calendar gives it."""
        return tuple(self.data.terms)

    @property
    def current_term(self) -> Term | None:
        """The term running at ``as_of``; the last one once the convention has ended.

        None before it takes effect, even where its terms then begin in the past.
        """
        if all(step.name != "activate" for step in self.past_steps):
            return None
        running = [term for term in self.data.terms if term.first_day <= self.as_of]
        return running[-1] if running else None

    def term(self, number: int) -> Term | None:
        """Term ``number`` as the calendar gives it, whatever ends the convention earlier."""
        if not self.data.terms or number < 1:
            return None
        data = self.data.copy()
        while len(data.terms) < number:
            if data.terms[-1].last_day is None or data.rules.term.renewal.length is None:
                return None
            data.terms.append(making.next_term(data))
        return data.terms[number - 1]

    @property
    def last_day_in_force(self) -> date | None:
        """The last day, past or projected; None while no end is in sight."""
        return self.data.last_day_in_force

    @property
    def end_cause(self) -> str:
        """Why it ends: ``notice``, ``fixed_term``, ``breach``, ``mutual_agreement``, …"""
        return self.data.end_cause

    @property
    def notices(self) -> Mapping[str, NoticeRecord]:
        """Notices by the identifier of their act, with their verdicts."""
        return self.data.notices

    @property
    def formal_notices(self) -> Mapping[str, FormalNoticeRecord]:
        """Breach letters by the identifier of their act."""
        return self.data.formal_notices

    @cached_property
    def refused(self) -> tuple[Refusal, ...]:
        """Acts that the rules do not allow."""
        by_id = {act.id: act for act in self.circumstances.acts}
        return tuple(
            Refusal(by_id[r.act], r.code, r.reason, self.rulebook.article_of(r.rule))
            for r in self.data.refused
        )

    # What is computed when read.

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Doubts raised up to the horizon, decided or open."""
        from workflows.questions import questions_of

        return questions_of(self)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Doubts raised by ``as_of`` that nobody has answered."""
        return tuple(q for q in self.questions if q.is_open and q.on <= self.as_of)

    @cached_property
    def folded(self) -> ConventionState | None:
        """The state at ``as_of``, nothing projected; None while an act is yet to come."""
        from workflows.replay import folded

        return folded(self)

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Every legal date to watch, each with its explanation."""
        from workflows.deadlines import deadlines_of

        return deadlines_of(self)

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """The same as lists of many lives show them."""
        from workflows.planned import planned_of

        return planned_of(self)

    @cached_property
    def warnings(self) -> tuple[Warned, ...]:
        """What a person should look at, and blocks nothing."""
        from workflows.findings import warnings_of

        return warnings_of(self)

    @cached_property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What should not have been: access given after the end, a decision without question."""
        from workflows.findings import anomalies_of

        return anomalies_of(self)

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """What still binds after the end."""
        from workflows.findings import duties_of

        return duties_of(self)

    @cached_property
    def access_intervals(self) -> tuple[AccessInterval, ...]:
        """When access was possible, given what was known then, and when it will be."""
        from workflows.access import access_intervals_of

        return access_intervals_of(self)
