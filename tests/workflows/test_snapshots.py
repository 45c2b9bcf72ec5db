"""A life gone on from its snapshot is the life that its acts make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.strategies.lives import Life, holds_for, states
from tests.workflows.lives import DROME, PICARDIE, breach, life, making, notice
from workflows import snapshots
from workflows.advance import Advance, Advances, GoneOn
from workflows.convention_state import ConventionState
from workflows.journal_head import Head
from workflows.question_kinds import QUESTION_KINDS
from workflows.replay import folded, standing_answers
from workflows.snapshots import Setting, StaleSnapshot
from workflows.timeline import Timeline

HEAD = Head(3, "a" * 64, {"renew:2": 1})


def setting_of(timeline: Timeline) -> Setting:
    circumstances = timeline.circumstances
    return Setting(
        circumstances.rulebook,
        tuple(standing_answers(circumstances.interpretations).items()),
        circumstances.partner_kind,
        circumstances.holidays,
    )


def snapshot_of(timeline: Timeline) -> str:
    state = folded(timeline)
    assert state is not None
    return snapshots.write(state, HEAD)


def advance(snapshot: str, setting: Setting, as_of: date) -> GoneOn | None:
    return Advances(setting, as_of).gone_on(snapshot)


def read(snapshot: str, setting: Setting) -> tuple[ConventionState, Head]:
    lines = snapshots.split(snapshot, setting)
    return snapshots.read(setting, lines.course, lines.rest), snapshots.read_head(lines.head)


def cached(told: Timeline | Advance) -> tuple[object, ...]:
    return (
        told.state,
        told.effect_on,
        told.current_term,
        told.last_day_in_force,
        told.end_cause,
        told.next_change_on,
        [question for question in told.open_questions if QUESTION_KINDS[question.kind].blocking],
    )


def without_steps(state: ConventionState) -> ConventionState:
    twin = state.copy()
    twin.steps = []
    return twin


@holds_for
def test_a_state_survives_being_stored_its_steps_apart(random: Life) -> None:
    setting = setting_of(random.replayed())
    for _, state in states(random):
        if dict(setting.interpretations) == state.interpretations:
            stored = read(snapshots.write(state, HEAD), setting)
            assert stored == (without_steps(state), HEAD)


@holds_for
def test_going_on_from_any_day_is_replaying_to_any_later_day(random: Life) -> None:
    every = random.replayed()
    days = sorted({step.on for step in every.steps} | {random.as_of, random.later, every.horizon})
    for stop in days:
        past = [act for act in random.acts if act.legal_date <= stop]
        before = random.replayed(stop, with_acts=past)
        snapshot = snapshot_of(before)
        for day in (day for day in days if day > stop):
            gone_on = advance(snapshot, setting_of(before), day)
            if gone_on is None:
                continue
            replayed = random.replayed(day, with_acts=past)
            assert cached(gone_on.life) == cached(replayed)
            assert gone_on.life.steps == tuple(s for s in replayed.past_steps if s.on > stop)
            assert gone_on.snapshot(HEAD) == snapshot_of(replayed)


def yearly(as_of: str, *more: dict[str, object]) -> Timeline:
    return life(PICARDIE, [*making("2024-01-15"), *more], as_of)


def test_a_renewing_convention_is_gone_on_with() -> None:
    before = yearly("2024-06-01")
    gone_on = advance(snapshot_of(before), setting_of(before), date(2026, 3, 1))
    assert gone_on is not None
    assert [(step.name, step.on, step.term) for step in gone_on.life.steps] == [
        ("renew", date(2025, 1, 15), 2),
        ("renew", date(2026, 1, 15), 3),
    ]
    assert gone_on.life.next_change_on == date(2027, 1, 15)
    assert gone_on.head == HEAD


def test_an_end_is_gone_on_to() -> None:
    before = yearly("2024-10-01", notice("2024-09-02", "2024-09-04"))
    gone_on = advance(snapshot_of(before), setting_of(before), date(2025, 3, 1))
    assert gone_on is not None
    life = gone_on.life
    assert (life.state, life.last_day_in_force, life.next_change_on) == (
        "expired",
        date(2025, 1, 14),
        None,
    )


def test_what_must_be_projected_is_left_to_the_replay() -> None:
    """Under a breach letter the end is foreseen, and cached: no renewal may hide it."""
    before = yearly("2024-06-05", breach("2024-06-03"))
    assert advance(snapshot_of(before), setting_of(before), date(2024, 6, 10)) is None


def test_an_act_still_to_come_leaves_no_snapshot() -> None:
    announced = {"kind": "party_left", "on": "2024-09-01", "party": "partner"}
    assert folded(yearly("2024-08-31", announced)) is None
    assert folded(yearly("2024-09-01", announced)) is not None


@pytest.mark.parametrize("other", [{"holidays": "alsace_moselle"}, {"partner_kind": "commune"}])
def test_another_circumstance_makes_it_stale(other: dict[str, str]) -> None:
    before = yearly("2024-06-01")
    with pytest.raises(StaleSnapshot):
        read(snapshot_of(before), replace(setting_of(before), **other))


def test_another_rulebook_makes_it_stale() -> None:
    before = yearly("2024-06-01")
    other = life(DROME, making("2024-01-15"), "2024-06-01")
    with pytest.raises(StaleSnapshot):
        read(snapshot_of(before), setting_of(other))


def test_a_standing_interpretation_makes_it_stale() -> None:
    before = yearly("2024-06-01")
    answered = replace(setting_of(before), interpretations=(("grey_zone", "late"),))
    with pytest.raises(StaleSnapshot):
        read(snapshot_of(before), answered)


@pytest.mark.parametrize("written", ["", "[]", "{}", "null", "[1,2", '[["1"],[],{}]', "\n\n\n"])
def test_what_cannot_be_read_is_a_stale_one(written: str) -> None:
    with pytest.raises(StaleSnapshot):
        read(written, setting_of(yearly("2024-06-01")))


def test_a_field_that_cannot_be_read_makes_it_stale() -> None:
    before = yearly("2024-06-01")
    spoilt = snapshot_of(before).replace('"day":"2024-06-01"', '"day":"2024-06-31"')
    assert spoilt != snapshot_of(before)
    with pytest.raises(StaleSnapshot):
        read(spoilt, setting_of(before))


def test_the_day_after_is_the_same_however_many_snapshots_lie_between() -> None:
    step = timedelta(days=200)
    before, day = yearly("2024-06-01"), date(2024, 6, 1)
    text = snapshot_of(before)
    for _ in range(8):
        day += step
        gone_on = advance(text, setting_of(before), day)
        assert gone_on is not None
        text = gone_on.snapshot(HEAD)
    assert text == snapshot_of(yearly(day.isoformat()))
