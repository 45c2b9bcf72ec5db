"""What the fold of a convention's acts has reached so far: one serialisable state.

The state is plain data. Only ``convention`` and the modules of its acts change it, and only through
``fold.apply`` and ``fold.advance``, which work on a copy.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from workflows.calendar import Duration, HolidayCalendar, NoticeLimits, Term, notice_limits
from workflows.rulebook import Breach, Notice, Rulebook
from workflows.rulebook_types import PartnerKind

Verdict = Literal["", "in_time", "grey_zone", "late", "invalid_form", "to_qualify", "withdrawn"]
Standing = Literal["waiting", "running", "held", "cured", "withdrawn", "void"]
Outcome = Literal["", "delivered", "refused", "unclaimed", "undeliverable", "lost"]
"""``lost``: the proof of reception is, and may be found again."""


class Step(NamedTuple):
    """A change of state, or a renewal, dated on the first day of what it opens."""

    from_state: str
    to_state: str
    on: date
    name: str
    """The transition, as the lifecycle names it: ``renew``."""
    cause: str
    """Identifier of the act that caused it; empty when a date alone did."""
    rule: str
    """Path of the rule in the rulebook: ``term.renewal``."""
    term: int
    """Number of the term running on that day; 0 before the effect."""


class RaisedQuestion(NamedTuple):
    """A doubt that the rules met on a day."""

    kind: str
    act: str
    on: date

    @property
    def identity(self) -> str:
        """The same however often the timeline is computed, so that a decision survives it."""
        return f"{self.kind}:{self.act}"


class End(NamedTuple):
    """A day on which the convention is due to end."""

    last_day: date
    cause: str
    """``notice``, ``fixed_term``, ``breach``, ``mutual_agreement``, ``force_majeure``, …"""
    act: str


class RefusedAct(NamedTuple):
    """An act that the rules do not allow."""

    act: str
    code: str
    reason: str
    rule: str


class Suspended(NamedTuple):
    """A suspension of access; ``until`` is the first day on which it is lifted."""

    since: date
    until: date | None
    definitive: bool


class HandSetDeadline(NamedTuple):
    """A deadline set by a person where the text holds no clause, and that still stands."""

    act: str
    set_on: date
    due_on: date
    topic: str
    """The rule that the text lacks."""
    task: str
    ground: str


@dataclass(slots=True)
class LetterRecord:
    """The postal life of one letter, as known."""

    purpose: str = ""
    """``notice`` or ``formal_notice``; empty for a letter that binds nobody."""
    act: str = ""
    form: str = ""
    posted_on: date | None = None
    presented_on: date | None = None
    outcome: Outcome = ""
    outcome_on: date | None = None

    @property
    def received_on(self) -> date | None:
        """A refused letter counts as received: its addressee cannot profit from refusing."""
        return self.outcome_on if self.outcome in ("delivered", "refused") else None

    def counted_on(self, counts_from: str) -> date | None:
        """The day that a rule counts from, or the earliest later one known.

        A later day proves that the earlier one had passed, so it stands in for a missing proof.
        """
        if counts_from == "posting":
            return self.posted_on or self.presented_on or self.received_on
        if counts_from == "first_presentation":
            return self.presented_on or self.received_on
        return self.received_on


@dataclass(slots=True)
class NoticeRecord:
    """A notice and what the rules say of it."""

    act: str
    by: str
    form: str
    letter: str
    rule: Notice
    """The clause in force when it was given: a later avenant does not judge it."""
    verdict: Verdict = ""
    counted_on: date | None = None
    """The date that the verdict is about."""
    term: int = 0
    """Number of the term it was meant for."""
    term_last_day: date | None = None
    posting_verdict: Verdict = ""
    deemed_received_on: date | None = None
    received_on: date | None = None
    """Where the posting counts: a reception that comes after the limit is a risk."""
    never_received: bool = False
    confirmed: bool = False
    last_day: date | None = None
    """For a notice at any time: the last day in force that it commands."""

    @property
    def length(self) -> Duration:
        """Of the notice."""
        return self.rule.length

    @property
    def limits(self) -> NoticeLimits | None:
        """The last days for it; None for a notice that may be given at any time."""
        if self.term_last_day is None:
            return None
        return notice_limits(self.term_last_day, self.rule.length)

    @property
    def ends_term(self) -> int:
        """Number of the term at whose end it ends the convention; 0 when it ends none."""
        if self.last_day is not None:
            return 0
        if self.verdict == "in_time":
            return self.term
        if self.verdict == "late" and self.confirmed:
            return self.term + 1
        return 0

    @property
    def stands(self) -> bool:
        """Whether it is to end the convention."""
        return (self.last_day is not None and self.verdict == "in_time") or self.ends_term > 0

    @property
    def flags(self) -> tuple[str, ...]:
        """Risks of a notice in time: late or no reception, sent after the prudent limit."""
        limits = self.limits
        if self.verdict != "in_time" or limits is None or self.counted_on is None:
            return ()
        return tuple(
            flag
            for flag, raised in (
                ("after_prudent_limit", self.counted_on > limits.prudent),
                (
                    "late_reception_risk",
                    self.received_on is not None and self.received_on > limits.whole_months,
                ),
                ("never_received", self.never_received),
            )
            if raised
        )


@dataclass(slots=True)
class FormalNoticeRecord:
    """A breach letter and the delay it starts."""

    act: str
    by: str
    form: str
    letter: str
    rule: Breach
    """The clause in force when it was given: a later avenant does not judge it."""
    standing: Standing = "waiting"
    counted_on: date | None = None
    last_day: date | None = None
    deemed_received_on: date | None = None
    doubted_by: tuple[str, ...] = ()
    """The cures of which one may doubt that they stop it."""

    @property
    def pending(self) -> bool:
        """Whether it threatens the convention."""
        return self.standing in ("running", "held")


class KnownCure(NamedTuple):
    """A cure that the acts hold: read before the fold, for it may save a delay that ended on a
    day on which nobody works."""

    act: str
    on: date
    formal_notice: str


@dataclass(slots=True)
class ConventionState:
    """Everything that the acts so far have made of a convention."""

    rulebook: Rulebook
    """As signed."""
    rules: Rulebook
    """As amended since."""
    holidays: HolidayCalendar = HolidayCalendar.METROPOLITAN
    partner_kind: PartnerKind | None = None
    decisions: dict[str, str] = field(default_factory=dict)
    """Question identity to answer."""
    decided_by: dict[str, str] = field(default_factory=dict)
    """Question identity to the act that decides it."""
    interpretations: dict[str, str] = field(default_factory=dict)
    """Question kind to standing answer."""
    cures: tuple[KnownCure, ...] = ()
    letter_days: dict[tuple[str, str], date] = field(default_factory=dict)
    """Letter and moment (``posted``, ``presented``, ``unclaimed``) to its day, from all the acts: a
    later one may not come before it, in whatever order the two were recorded."""

    # What follows from the fields below, found once after each act.
    held: bool = False
    """Whether a blocking question is open."""
    early_end: End | None = None
    """The earliest end that is not the end of a term."""
    ending_terms: dict[int, str] = field(default_factory=dict)
    """Number of a term to the notice that ends it."""

    goes_on: bool = False
    """Whether nothing but the renewals of its terms is to come."""
    due: End | None = None
    """The end that falls due on ``next_on``; None when another term opens."""

    status: str = "draft"
    day: date = date.min
    """The day that the fold has reached."""
    next_on: date = date.max
    """The next day on which a date alone changes something."""

    signatures: dict[str, date] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    successor: str = ""
    """Number of the partner who last took the place of the one who signed; empty while nobody
    has."""
    document_date: date | None = None
    validated_on: date | None = None
    cnil_on: date | None = None
    cnil_act: str = ""
    documents: dict[str, tuple[date, date | None]] = field(default_factory=dict)
    requested_on: date | None = None
    deliberation_on: date | None = None

    effect_on: date | None = None
    """First day on which the convention binds, once it is certain."""
    effect_act: str = ""
    effect_after_last_day: bool = False
    """Signed so late that the fixed last day was over: it cannot take effect."""
    earlier_anchor: date | None = None
    """The day from which a retroactive reading of the condition counts."""
    signed_on: date | None = None
    anchor: date | None = None
    base_number: int = 1
    first_length: Duration | None = None
    """Length of the term that starts at the anchor; None where a date ends it, or nothing."""
    terms: list[Term] = field(default_factory=list)
    renewal_agreed_for: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)

    letters: dict[str, LetterRecord] = field(default_factory=dict)
    notices: dict[str, NoticeRecord] = field(default_factory=dict)
    formal_notices: dict[str, FormalNoticeRecord] = field(default_factory=dict)
    agreed_ends: list[End] = field(default_factory=list)

    suspensions: list[Suspended] = field(default_factory=list)
    force_majeure: list[tuple[date, date | None]] = field(default_factory=list)
    disputes: list[tuple[date, date | None]] = field(default_factory=list)
    experiments: list[tuple[date, date]] = field(default_factory=list)
    hand_set: list[HandSetDeadline] = field(default_factory=list)

    last_day_in_force: date | None = None
    end_cause: str = ""
    duties_done: dict[str, date] = field(default_factory=dict)

    questions: list[RaisedQuestion] = field(default_factory=list)
    moot: list[str] = field(default_factory=list)
    """Identities of the questions that no longer matter."""
    steps: list[Step] = field(default_factory=list)
    refused: list[RefusedAct] = field(default_factory=list)

    def copy(self) -> ConventionState:
        """An independent copy: nothing done to it is seen here."""
        twin = copy(self)
        for name in _CONTAINERS:
            setattr(twin, name, getattr(self, name).copy())
        for name in ("letters", "notices", "formal_notices"):
            setattr(twin, name, {key: copy(value) for key, value in getattr(self, name).items()})
        twin.letter_days = self.letter_days.copy()
        return twin


_CONTAINERS = (
    "ending_terms",
    "decisions",
    "decided_by",
    "interpretations",
    "signatures",
    "left",
    "documents",
    "terms",
    "changes",
    "agreed_ends",
    "suspensions",
    "force_majeure",
    "disputes",
    "experiments",
    "hand_set",
    "duties_done",
    "questions",
    "moot",
    "steps",
    "refused",
)
