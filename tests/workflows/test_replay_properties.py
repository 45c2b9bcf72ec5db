"""The same facts give the same life, whenever one looks and however one folds."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import fields
from datetime import date, timedelta
from random import Random

from tests.strategies.lives import Life, holds_for, states
from workflows import fold
from workflows.acts import Annulment, Decision
from workflows.convention_state import ConventionState
from workflows.timeline import Timeline

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)


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


@holds_for
def test_applying_acts_and_advancing_days_one_by_one_gives_the_state_of_replay(life: Life) -> None:
    replayed = life.replayed().data
    *_, (_, folded) = states(life)
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
