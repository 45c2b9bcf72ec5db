"""What holds for every rulebook and every life, however absurd the acts.

`HYPOTHESIS_PROFILE=thorough` tries many more lives than the suite does.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, given, settings

from tests.strategies.acts import Life, lives_of_one_type
from workflows import fold, snapshots
from workflows.acts import Annulment, Decision
from workflows.calendar import Term, notice_limits
from workflows.clock import civil_date
from workflows.convention_state import ConventionState
from workflows.question_kinds import QUESTION_KINDS
from workflows.timeline import Timeline

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
IN_FORCE = {"active", "notice_given", "termination_pending"}

RULEBOOKS = int(os.environ.get("RB", "40"))
"""Rulebooks a property is tried on, each with several lives."""


def holds_for(check: Callable[[Life], None]) -> Callable[[], None]:
    """Try a property on the random lives of random rulebooks."""

    @settings(max_examples=RULEBOOKS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(lives_of_one_type())
    def test(lives: list[Life]) -> None:
        for life in lives:
            check(life)

    test.__doc__ = check.__doc__
    return test


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


# The same facts give the same life.


def _told(timeline: Timeline) -> tuple[object, ...]:
    """All that a timeline says, in values that compare."""
    return (
        timeline.steps,
        timeline.terms,
        timeline.state,
        timeline.refused,
        [(question.raised, question.is_open) for question in timeline.questions],
        timeline.deadlines,
        timeline.warnings,
        timeline.anomalies,
        timeline.duties,
        timeline.access_intervals,
        timeline.next_change_on,
        timeline.data,
    )


@holds_for
def test_the_order_in_which_acts_are_given_does_not_matter(life: Life) -> None:
    told = _told(life.replayed())
    assert _told(life.replayed()) == told
    for shuffle in range(2):
        shuffled = list(life.acts)
        Random(life.chance + shuffle).shuffle(shuffled)
        again = _told(life.replayed(with_acts=shuffled))
        assert again == told


def _states(life: Life) -> Iterator[tuple[ConventionState, ConventionState]]:
    """The states of a fold by `apply` and `advance`, each with the one before it."""
    timeline = life.replayed()
    state = fold.initial(
        life.rulebook,
        timeline.acts,
        {interpretation.kind: interpretation.answer for interpretation in life.interpretations},
        life.holidays,
        life.partner_kind,
    )
    for number, act in enumerate(timeline.acts):
        if number % 2:
            before, state = state, fold.advance(state, act.legal_date)
            yield before, state
        before, state = state, fold.apply(state, act)
        yield before, state
    # By two strides, which ought to make no difference.
    for day in sorted({max(state.day, life.as_of), timeline.horizon}):
        before, state = state, fold.advance(state, day)
        yield before, state


@holds_for
def test_applying_acts_and_advancing_days_one_by_one_gives_the_state_of_replay(life: Life) -> None:
    replayed = life.replayed().data
    *_, (_, folded) = _states(life)
    for field in fields(ConventionState):
        if field.name != "refused":
            assert getattr(folded, field.name) == getattr(replayed, field.name), field.name
    # Replay adds the annulments of nothing, which are settled before the fold.
    assert folded.refused == replayed.refused[: len(folded.refused)]


@holds_for
def test_applying_and_advancing_leave_their_input_as_it_was(life: Life) -> None:
    timeline = life.replayed()
    state = fold.initial(life.rulebook, timeline.acts)
    for act in timeline.acts:
        before = state.copy()
        following = fold.advance(fold.apply(state, act), life.later)
        assert state == before
        state = fold.apply(state, act)
        assert following is not state


@holds_for
def test_a_state_survives_being_stored(life: Life) -> None:
    for _, state in _states(life):
        stored = json.dumps(snapshots.to_json(state))
        assert snapshots.from_json(json.loads(stored), life.rulebook) == state


@holds_for
def test_a_stored_state_goes_on_as_if_it_had_never_been_stored(life: Life) -> None:
    timeline = life.replayed()
    acts = timeline.acts
    state = fold.initial(
        life.rulebook,
        acts,
        {interpretation.kind: interpretation.answer for interpretation in life.interpretations},
        life.holidays,
        life.partner_kind,
    )
    stop = life.chance % (len(acts) + 1)
    for act in acts[:stop]:
        state = fold.apply(state, act)
    state = snapshots.from_json(snapshots.to_json(state), life.rulebook)
    for act in acts[stop:]:
        state = fold.apply(state, act)
    state = fold.advance(state, timeline.horizon)
    assert tuple(state.steps) == timeline.steps
    assert tuple(state.terms) == timeline.terms


# From when one looks, and what one knows.


@holds_for
def test_the_past_does_not_depend_on_how_late_one_looks(life: Life) -> None:
    """With no act after the day looked from."""
    past = [act for act in life.acts if act.legal_date <= life.as_of]
    early = life.replayed(life.as_of, with_acts=past)
    late = life.replayed(life.later + timedelta(days=life.chance * 30), with_acts=past)
    known = [step for step in late.steps if step.on <= life.as_of]
    assert tuple(known) == early.past_steps
    shared = bisect_right(late.steps, early.horizon, key=lambda step: step.on)
    assert late.steps[:shared] == early.steps


@holds_for
def test_an_act_to_come_changes_no_step_before_it(life: Life) -> None:
    """Except through a decision, an annulment, a cure or a letter's moments, which say what has
    always been true; so the acts to come are left out, not added."""
    if any(isinstance(act, Annulment | Decision) for act in life.acts):
        return
    past = [act for act in life.acts if act.legal_date <= life.as_of]
    steps = life.replayed(life.as_of, with_acts=past).past_steps
    with_announced = [
        act for act in life.acts if act.legal_date <= life.as_of or act.kind == "signature"
    ]
    assert life.replayed(life.as_of, with_acts=with_announced).past_steps == steps


@holds_for
def test_a_convention_is_a_draft_before_its_first_act(life: Life) -> None:
    dates = [act.legal_date for act in life.replayed().acts if act.legal_date > date.min]
    first = min(dates, default=life.as_of)
    before = life.replayed(first - ONE_DAY)
    assert before.state == "draft"
    assert before.past_steps == ()


@holds_for
def test_before_anything_is_known_there_is_only_a_draft(life: Life) -> None:
    known_at = min((act.recorded_at for act in life.acts), default=life.known_at) - ONE_SECOND
    timeline = life.replayed(known_at=known_at)
    assert (timeline.state, timeline.steps, timeline.terms) == ("draft", (), ())
    assert timeline.access_intervals == ()
    assert timeline.refused == ()


@holds_for
def test_what_is_recorded_later_is_not_known_yet(life: Life) -> None:
    known = [act for act in life.acts if act.recorded_at <= life.known_at]
    told = life.replayed(known_at=life.known_at)
    alone = life._replace(
        interpretations=tuple(
            each for each in life.interpretations if each.recorded_at <= life.known_at
        )
    ).replayed(with_acts=known)
    assert told.data == alone.data
    assert told.access_intervals == alone.access_intervals


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
    for before, state in _states(life):
        doubts = _open_doubts(before)
        if doubts and before.status in IN_FORCE and doubts & _open_doubts(state):
            assert state.status in IN_FORCE, doubts


@holds_for
def test_blocking_questions_are_asked_of_a_convention_in_force(life: Life) -> None:
    for before, state in _states(life):
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
