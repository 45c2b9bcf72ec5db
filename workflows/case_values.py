"""What a worked case expects, value by value: each key computed from the replayed facts.

The keys and their meaning are those of a worked case; ``cases`` reads and compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypeVar

from workflows import calendar
from workflows.acts import NoticeConfirmed
from workflows.calendar import Duration, NoticeLimits, Term, notice_limits
from workflows.clock import PARIS, civil_date
from workflows.convention_state import FormalNoticeRecord, LetterRecord, NoticeRecord
from workflows.deadlines import Deadline
from workflows.facts import SOLE_USER, Facts
from workflows.habilitation import HabilitationState
from workflows.habilitation_fold import replay_user
from workflows.questions import Question
from workflows.rulebook import LetterForm, Rulebook
from workflows.situations import Situation
from workflows.timeline import Refusal, Timeline

_ONE_DAY = timedelta(days=1)
_Record = TypeVar("_Record")


class Examined:
    """The facts of a case, replayed, and all that its expectations are compared with."""

    def __init__(
        self, situation: Situation, rulebook: Rulebook, as_of: date, expected: Mapping[str, Any]
    ) -> None:
        self.situation = situation
        self.rulebook = rulebook
        self.as_of = as_of
        self.expected = expected
        self.timeline = situation.replayed(rulebook, as_of)

    @cached_property
    def rules(self) -> Rulebook:
        """The rules as amended by the facts."""
        return self.timeline.rulebook

    @cached_property
    def notice(self) -> NoticeRecord | None:
        """The last notice of the facts."""
        return _last(self.timeline.notices.values())

    @cached_property
    def formal_notice(self) -> FormalNoticeRecord | None:
        """The last breach letter of the facts."""
        return _last(self.timeline.formal_notices.values())

    @cached_property
    def term_number(self) -> int:
        """The term that the case speaks of, else that of the first notice, else the first."""
        if "period" in self.expected:
            return int(self.expected["period"]["n"])
        first = next(iter(self.timeline.notices.values()), None)
        return self.term_of_notice(first) if first is not None else 1

    @cached_property
    def term(self) -> Term | None:
        """That term, as the calendar gives it."""
        return self.timeline.term(self.term_number)

    def term_of_notice(self, notice: NoticeRecord) -> int:
        """The term against which a notice was judged, or in which it was sent."""
        sent = notice.counted_on
        if notice.term or sent is None:
            return notice.term or 1
        return sum(1 for term in self.timeline.terms if term.first_day <= sent) or 1

    @cached_property
    def limits(self) -> NoticeLimits | None:
        """The limits to give notice for that term."""
        last_day = self.term.last_day if self.term is not None else None
        if last_day is None or self.rules.notice is None:
            return None
        return notice_limits(last_day, self.rules.notice.length)

    @cached_property
    def question(self) -> Question | None:
        """The first blocking question open at the day of the case."""
        return next((q for q in self.timeline.open_questions if q.blocking), None)

    @cached_property
    def confirmed(self) -> Timeline:
        """The life in which the sender of the last notice maintains it for the next term."""
        notice = self.notice
        if notice is None:
            return self.timeline
        moments = [a.on for a in self.timeline.acts if getattr(a, "letter", "") == notice.letter]
        on = max(moments) + _ONE_DAY
        confirmation = NoticeConfirmed(
            id="confirmation",
            on=on,
            recorded_at=datetime.combine(on, time(12), tzinfo=PARIS),
            notice=notice.act,
        )
        facts = self.situation.facts
        more = Facts((*facts.acts, confirmation), facts.origins)
        return self.situation._replace(facts=more).replayed(self.rulebook, self.as_of)

    @cached_property
    def without_last_fact(self) -> Timeline:
        """The life without the last fact of the case."""
        facts = self.situation.facts
        last = max((origin.number for origin in facts.origins.values()), default=0)
        fewer = tuple(act for act in facts.acts if facts.origins[act.id].number != last)
        situation = self.situation._replace(facts=Facts(fewer, facts.origins))
        return situation.replayed(self.rulebook, self.as_of)

    @cached_property
    def user(self) -> HabilitationState:
        """The habilitation of the user whom the last fact about a user names."""
        users = [act.user for act in self.timeline.user_acts]
        return replay_user(self.timeline, users[-1] if users else SOLE_USER)

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """The acts refused: those of the convention, then those of its users."""
        by_id = {act.id: act for act in self.situation.facts.acts}
        users = dict.fromkeys(act.user for act in self.timeline.user_acts)
        of_users = [
            Refusal(by_id[r.act], r.code, r.reason, self.rules.article_of(r.rule))
            for user in users
            for r in replay_user(self.timeline, user).refused
        ]
        return (*self.timeline.refused, *of_users)

    @cached_property
    def refused_kinds(self) -> frozenset[str]:
        """Kinds of the facts of which something was refused."""
        origins = self.situation.facts.origins
        return frozenset(origins[refusal.act.id].kind for refusal in self.refusals)

    @cached_property
    def electronic_letter(self) -> LetterRecord | None:
        """The last electronic registered letter of the facts."""
        form = LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER
        return _last(r for r in self.timeline.data.letters.values() if r.form == form)

    @cached_property
    def deadlines(self) -> Sequence[Deadline]:
        """Every deadline of the life, those over at the day of the case included."""
        start = self.timeline.effect_on or self.as_of
        return self.situation.replayed(self.rulebook, min(start, self.as_of)).deadlines


def _last(records: Iterable[_Record]) -> _Record | None:
    found = list(records)
    return found[-1] if found else None


def accounts_close_on(timeline: Timeline) -> date | None:
    """The day on which the last account closes: that after the legal end, at midnight, or the day
    on which the fact that ends the convention was recorded, if that is later.

    Access suspended before the end does not close the accounts, which wait for the end.
    """
    if timeline.last_day_in_force is None:
        return None
    legally = timeline.last_day_in_force + _ONE_DAY
    closing = [i.closes_at for i in timeline.access_intervals if i.closes_at is not None]
    return max([legally, *(civil_date(instant) for instant in closing)])


def _period(case: Examined) -> dict[str, Any] | None:
    term = case.term
    if term is None:
        return None
    next_first_day = None if term.last_day is None else term.last_day + _ONE_DAY
    return {
        "n": term.number,
        "first_day": term.first_day,
        "last_day": term.last_day,
        "next_first_day": next_first_day,
    }


def _notice_limits(case: Examined) -> dict[str, Any] | None:
    return None if case.limits is None else case.limits._asdict()


def _last_working_day(case: Examined) -> date | None:
    if case.limits is None:
        return None
    return calendar.last_working_day(case.limits.prudent, case.timeline.data.holidays)


def _earliest_alert_on(case: Examined) -> date | None:
    anchor, length = case.timeline.data.earlier_anchor, case.rules.term.length
    if anchor is None or length is None or case.rules.notice is None or case.limits is None:
        return case.limits.prudent if case.limits is not None else None
    renewal = case.rules.term.renewal.length or length
    earlier = calendar.term(anchor, length, renewal, case.term_number)
    assert earlier.last_day is not None
    return notice_limits(earlier.last_day, case.rules.notice.length).prudent


def _deemed_received_on(case: Examined) -> date | None:
    letters = {record.act: record for record in (case.notice, case.formal_notice) if record}
    latest = _last(act.id for act in case.timeline.acts if act.id in letters)
    return letters[latest].deemed_received_on if latest is not None else None


def _renewed_on(case: Examined) -> date | None:
    number = 2 if case.notice is None else case.term_of_notice(case.notice) + 1
    opened = (s.on for s in case.timeline.steps if s.name == "renew" and s.term == number)
    return next(opened, None)


def _proposed_last_day(case: Examined) -> date | None:
    question = case.question
    if question is None or not question.kind_text.ending:
        return None
    return question.branches[question.kind_text.ending].last_day_in_force


def _ends(timeline: Timeline) -> dict[str, Any]:
    return {
        "last_day_in_force": timeline.last_day_in_force,
        "accounts_close_on": accounts_close_on(timeline),
        "end_cause": timeline.end_cause or None,
        "status_after": timeline.state,
    }


def _anomaly(case: Examined) -> dict[str, Any] | None:
    expected = case.expected["anomaly"]
    found = [
        {"kind": a.kind, "from": a.first_day, "to": a.last_day} for a in case.timeline.anomalies
    ]
    same_kind = [a for a in found if expected is not None and a["kind"] == expected.get("kind")]
    return next(iter(same_kind or found), None)


def _because(case: Examined) -> str | None:
    codes = [refusal.code for refusal in case.refusals]
    if case.expected["because"] in codes:
        return str(case.expected["because"])
    return ", ".join(codes) or None


def _dates_changed(case: Examined) -> bool:
    with_it, without_it = case.timeline, case.without_last_fact
    # The projection goes as far as the last act: only the days that both reach are compared.
    horizon = min(with_it.horizon, without_it.horizon)
    return _dates(with_it, horizon) != _dates(without_it, horizon)


def _dates(timeline: Timeline, horizon: date) -> object:
    terms = [term for term in timeline.terms if term.first_day <= horizon]
    length = timeline.rulebook.notice.length if timeline.rulebook.notice is not None else None
    return (
        timeline.effect_on,
        [(step.on, step.name, step.to_state) for step in timeline.steps if step.on <= horizon],
        [(term, _limits_of(term, length)) for term in terms],
        timeline.last_day_in_force,
        [(interval.opens_at, interval.closes_at) for interval in timeline.access_intervals],
    )


def _limits_of(term: Term, length: Duration | None) -> NoticeLimits | None:
    if term.last_day is None or length is None:
        return None
    return notice_limits(term.last_day, length)


def _confidentiality_until(case: Examined) -> date | None:
    return next((d.until for d in case.timeline.duties if d.code == "confidentiality"), None)


def _due_on(case: Examined, kind: str) -> date | None:
    return _last(d.due_on for d in case.timeline.deadlines if d.kind == kind)


def _acceptance(case: Examined) -> tuple[date, date, date] | None:
    letter = case.electronic_letter
    informed_on = (letter.presented_on or letter.posted_on) if letter is not None else None
    return None if informed_on is None else calendar.acceptance_window(informed_on)


def _acceptance_window(case: Examined) -> tuple[date, ...] | None:
    window = _acceptance(case)
    return None if window is None else window[:2]


def _proof_by(case: Examined) -> date | None:
    window = _acceptance(case)
    return None if window is None else window[2]


def _user_status(case: Examined) -> str:
    reached = [step.to_state for step in case.user.steps if step.on <= case.as_of]
    return reached[-1] if reached else "requested"


def _scope(case: Examined) -> dict[str, Any]:
    scope = case.user.scope
    return {
        "departement": scope.departement or None,
        "circonscription": scope.circonscription or None,
        "establishments": scope.establishments,
    }


COMPUTED: Mapping[str, Callable[[Examined], Any]] = {
    "effect_on": lambda case: case.timeline.effect_on,
    "period": _period,
    "notice_limits": _notice_limits,
    "last_working_day_before_limit": _last_working_day,
    "earliest_alert_on": _earliest_alert_on,
    "notice_verdict": lambda case: case.notice.verdict if case.notice else None,
    "flags": lambda case: frozenset(case.notice.flags if case.notice else ()),
    "question_for_lawyer": lambda case: case.question is not None,
    "deemed_received_on": _deemed_received_on,
    "renewed_on": _renewed_on,
    "if_confirmed": lambda case: _ends(case.confirmed),
    "status_after": lambda case: case.timeline.state,
    "last_day_in_force": lambda case: case.timeline.last_day_in_force,
    "accounts_close_on": lambda case: accounts_close_on(case.timeline),
    "proposed_last_day_in_force": _proposed_last_day,
    "end_cause": lambda case: case.timeline.end_cause or None,
    "anomaly": _anomaly,
    "refused": lambda case: bool(case.refusals),
    "because": _because,
    "refused_acts": lambda case: case.refused_kinds,
    "dates_changed": _dates_changed,
    "dormancy_warning_from": lambda case: case.user.dormancy_warning_from,
    "dormant_from": lambda case: case.user.dormant_from,
    "user_status_after": _user_status,
    "user_close_cause": lambda case: case.user.close_cause or None,
    "profile": lambda case: case.user.profile or None,
    "scope": _scope,
    "reach": lambda case: case.user.reach,
    "automatic": lambda case: case.user.dormancy_automatic,
    "confidentiality_until": _confidentiality_until,
    "faculty_to_terminate_from": lambda case: _due_on(case, "force_majeure_faculty"),
    "court_possible_from": lambda case: _due_on(case, "court_possible"),
    "user_account_closes_on": lambda case: case.user.closes_on,
    "reported_late_by_days": lambda case: case.user.reported_late_by_days,
    "warnings": lambda case: frozenset(warned.code for warned in case.timeline.warnings),
    "blocked": lambda case: bool(case.refusals),
    "acceptance_window": _acceptance_window,
    "proof_by": _proof_by,
}
"""Each key of the expectations, and how its value is found."""
