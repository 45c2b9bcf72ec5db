"""What holds of the terms, steps, ends and questions of every life, however absurd the acts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from tests.strategies.lives import Life, holds_for, states
from workflows.calendar import Term, notice_limits
from workflows.clock import civil_date
from workflows.convention_state import ConventionState
from workflows.question_kinds import QUESTION_KINDS

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
IN_FORCE = {"active", "notice_given", "termination_pending"}


# Terms and limits.


@holds_for
def test_terms_tile_the_calendar(life: Life) -> None:
    """Numbered from 1, each begins the day after the one before and ends no earlier than it begins,
    except that an avenant may cut the last one short on the day before it begins."""
    terms = life.replayed().terms
    assert [term.number for term in terms] == list(range(1, len(terms) + 1))
    for term, following in pairwise(terms):
        assert term.last_day is not None
        assert term.first_day <= term.last_day
        assert following.first_day == term.last_day + ONE_DAY
    for term in terms[-1:]:
        assert term.last_day is None or term.first_day <= term.last_day


@holds_for
def test_limits_of_a_notice_are_in_order(life: Life) -> None:
    timeline = life.replayed()
    notice = timeline.rulebook.notice
    for term in timeline.terms:
        if notice is not None and term.last_day is not None:
            limits = notice_limits(term.last_day, notice.length)
            assert limits.prudent <= limits.whole_months <= limits.upper
    limits_of_terms = {
        (deadline.term, deadline.kind): deadline.due_on for deadline in timeline.deadlines
    }
    for (term_number, kind), due_on in limits_of_terms.items():
        if kind == "notice_prudent":
            assert due_on <= limits_of_terms[term_number, "notice_limit"]


# Steps and ends.


@holds_for
def test_steps_follow_one_another(life: Life) -> None:
    steps = life.replayed().steps
    assert all(step.from_state == "draft" for step in steps[:1])
    for step, following in pairwise(steps):
        assert step.on <= following.on
        assert step.to_state == following.from_state


@holds_for
def test_each_renewal_opens_the_next_term_on_its_first_day(life: Life) -> None:
    timeline = life.replayed()
    opened = {term.number: term.first_day for term in timeline.terms}
    renewals = [step for step in timeline.steps if step.name == "renew"]
    assert [step.term for step in renewals] == sorted({step.term for step in renewals})
    for step in renewals:
        # An avenant may have rebuilt the terms since, never a term already begun.
        assert opened[step.term] == step.on


@holds_for
def test_no_end_comes_before_its_start(life: Life) -> None:
    timeline = life.replayed()
    last_day = timeline.last_day_in_force
    ends = [
        step
        for step in timeline.steps
        if step.from_state in IN_FORCE and step.to_state not in IN_FORCE
    ]
    assert len(ends) <= 1
    assert (last_day is None) == (not ends)
    for step in ends:
        assert timeline.effect_on is not None
        assert last_day is not None
        assert timeline.effect_on <= last_day < step.on


@holds_for
def test_nothing_ends_while_a_blocking_question_is_open(life: Life) -> None:
    for before, state in states(life):
        doubts = _open_doubts(before)
        if doubts and before.status in IN_FORCE and doubts & _open_doubts(state):
            assert state.status in IN_FORCE, doubts


@holds_for
def test_blocking_questions_are_asked_of_a_convention_in_force(life: Life) -> None:
    for before, state in states(life):
        if before.day == state.day and before.status not in IN_FORCE:
            assert _open_doubts(state) <= _open_doubts(before)


def _open_doubts(state: ConventionState) -> set[str]:
    return {
        question.identity
        for question in state.questions
        if QUESTION_KINDS[question.kind].blocking
        and question.identity not in state.decisions
        and question.kind not in state.interpretations
        and question.identity not in state.moot
    }


@holds_for
def test_a_breach_letter_is_held_only_by_a_question_that_someone_can_answer(life: Life) -> None:
    data = life.replayed().data
    doubts = _open_doubts(data)
    for record in data.formal_notices.values():
        if record.standing == "held" and data.status in IN_FORCE:
            raised_by = {record.act, *record.doubted_by}
            assert {doubt.partition(":")[2] for doubt in doubts} & raised_by


@holds_for
def test_a_notice_that_stands_ends_the_convention_at_its_term(life: Life) -> None:
    data = life.replayed().data
    if data.status not in IN_FORCE or _open_doubts(data):
        return
    for record in data.notices.values():
        if record.stands and record.last_day is None and data.terms[-1].last_day is not None:
            assert data.terms[-1].number <= record.ends_term


@holds_for
def test_an_act_that_is_refused_changes_nothing(life: Life) -> None:
    timeline = life.replayed()
    for refusal in timeline.refused[:2]:
        without = life.replayed(with_acts=[act for act in life.acts if act != refusal.act])
        horizon = min(timeline.horizon, without.horizon)
        assert [step for step in without.steps if step.on <= horizon] == [
            step for step in timeline.steps if step.on <= horizon
        ], refusal
        assert _until(without.terms, horizon) == _until(timeline.terms, horizon), refusal


def _until(terms: tuple[Term, ...], horizon: date) -> list[Term]:
    return [term for term in terms if term.first_day <= horizon]


@holds_for
def test_every_refusal_says_why_in_french_and_cites_a_rule_that_exists(life: Life) -> None:
    for refusal in life.replayed().refused:
        assert refusal.reason.endswith(".")
        assert refusal.reason[0].isupper() or refusal.reason[0] == "«"
        assert refusal.act in life.acts


# What is shown.


@holds_for
def test_nothing_changes_before_the_next_change(life: Life) -> None:
    timeline = life.replayed()
    next_on = timeline.next_change_on
    last_quiet_day = life.later if next_on is None else next_on - ONE_DAY
    if last_quiet_day > life.as_of:
        quiet = life.replayed(last_quiet_day)
        assert (quiet.state, quiet.current_term) == (timeline.state, timeline.current_term)
        assert quiet.next_change_on == next_on or next_on is None
    if next_on is not None:
        assert next_on > life.as_of
        changed = life.replayed(next_on)
        stays = (changed.state, changed.current_term) == (timeline.state, timeline.current_term)
        announced = any(act.legal_date == next_on for act in timeline.acts)
        assert announced or not stays


@holds_for
def test_access_is_given_only_by_a_convention_believed_in_force(life: Life) -> None:
    intervals = life.replayed().access_intervals
    recorded = sorted({act.recorded_at for act in life.acts})
    for interval, following in pairwise(intervals):
        assert interval.closes_at is not None
        assert interval.closes_at <= following.opens_at
    for interval in intervals:
        assert interval.closes_at is None or interval.opens_at < interval.closes_at
        moments = [interval.opens_at]
        moments += [] if interval.closes_at is None else [interval.closes_at - ONE_SECOND]
        for moment in moments:
            known_at = max(instant for instant in recorded if instant <= moment)
            belief = life.replayed(civil_date(moment), known_at)
            assert belief.state in IN_FORCE


@holds_for
def test_everything_shown_can_be_shown(life: Life) -> None:
    """Branches of questions, deadlines and labels included, nothing is raised."""
    timeline = life.replayed()
    for question in timeline.questions:
        assert set(question.branches) == {answer.code for answer in question.kind_text.answers}
        assert question.article or question.kind == "other_reading_of_delay"
    for deadline in timeline.deadlines:
        assert deadline.arithmetic
        assert deadline.last_working_day <= deadline.due_on
    assert timeline.state_label
    for step in timeline.steps:
        assert timeline.label_of_step(step)
