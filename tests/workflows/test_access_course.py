"""All the answers of a habilitation told at once, held against a replay on each single day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.strategies.lives import Life, holds_for
from tests.workflows.lives import (
    ARMORIQUE,
    CALAIS,
    DROME,
    PICARDIE,
    PROVENCE,
    breach,
    decision,
    life,
    making,
    notice,
)
from workflows import acts, habilitation_life
from workflows.access_course import Course, access_course, course_of, read, written
from workflows.access_decision import (
    ACCESS_SUSPENDED,
    CONVENTION_NOT_IN_EFFECT,
    CONVENTION_OVER,
    FORCE_MAJEURE,
    HABILITATION_CLOSED,
    HABILITATION_SUSPENDED,
    NOT_HABILITATED,
    PERMITTED,
    AccessDecision,
    decide,
    decide_on,
)
from workflows.acts import Act
from workflows.clock import PARIS, civil_date, start_of_day
from workflows.facts import read as read_facts
from workflows.habilitation_life import HabilitationLife
from workflows.replay import replay_in
from workflows.timeline import Timeline

ONE_DAY = timedelta(days=1)


def right(timeline: Timeline, *facts: dict[str, Any]) -> HabilitationLife:
    """The right of one user, granted before anything else unless told."""
    told = [{"user": "U1"} | fact for fact in facts]
    if not any(fact["kind"] == "granted" for fact in told):
        first = min(act.on for act in timeline.acts)
        told.insert(0, {"user": "U1", "kind": "granted", "on": first.isoformat()})
    return habilitation_life.replay(timeline, read_facts(told).acts, timeline.as_of)


def course(life: HabilitationLife) -> Course:
    """Its course, written and read again."""
    service = life.convention.rulebook.services[0].code
    return read(written(course_of(life, service)))


def on_its_day(life: HabilitationLife, day: date) -> AccessDecision:
    """What a replay on that very day answers, with what is known to ``life``."""
    timeline = replay_in(life.convention.circumstances, day, life.convention.known_at)
    again = habilitation_life.replay(timeline, life.acts, day, life.convention.known_at)
    return decide_on(again, day)


def agree(told: AccessDecision, replayed: AccessDecision) -> bool:
    """Whether two answers are one; a replay does not see an end beyond its horizon."""
    same = (told.code, told.article, told.provisional, told.permit)
    if same != (replayed.code, replayed.article, replayed.provisional, replayed.permit):
        return False
    return told.last_day == replayed.last_day or (replayed.last_day is None and told.permit)


EVENTFUL: dict[str, tuple[str, list[dict[str, Any]], list[dict[str, Any]], set[str]]] = {
    "suspended twice, a notice, a departure": (
        PICARDIE,
        [
            *making("2024-01-15", cnil="2024-02-05"),
            {"kind": "suspension", "on": "2024-03-01"},
            {"kind": "suspension_lifted", "on": "2024-03-20"},
            notice("2024-09-01", "2024-09-03"),
        ],
        [
            {"kind": "user_suspended", "on": "2024-05-02"},
            {"kind": "user_suspension_lifted", "on": "2024-05-10"},
        ],
        {
            NOT_HABILITATED,
            CONVENTION_NOT_IN_EFFECT,
            PERMITTED,
            ACCESS_SUSPENDED,
            HABILITATION_SUSPENDED,
            CONVENTION_OVER,
        },
    ),
    "a late notice, which a question keeps open": (
        ARMORIQUE,
        [*making("2024-01-15"), notice("2024-10-15", "2024-10-17")],
        [],
        {NOT_HABILITATED, PERMITTED},
    ),
    "a breach letter, and the departure of the user before its end": (
        DROME,
        [*making("2024-01-15"), breach("2024-06-03")],
        [{"kind": "departure", "on": "2024-06-20", "reported_on": "2024-06-12"}],
        {NOT_HABILITATED, PERMITTED, HABILITATION_CLOSED, CONVENTION_OVER},
    ),
    "an end agreed three years ahead": (
        PROVENCE,
        [
            *making("2024-01-15")[:2],
            {
                "kind": "mutual_termination",
                "on": "2024-02-01",
                "last_day": "2027-02-28",
                "agreed_by": ["partner", "caisse"],
            },
        ],
        [],
        {NOT_HABILITATED, PERMITTED, CONVENTION_OVER},
    ),
    "signed by the supplier, renewed without end": (
        CALAIS,
        [
            {"kind": "document_date", "on": "2024-04-19"},
            {"kind": "signature", "party": "partner", "on": "2024-04-29"},
        ],
        [{"kind": "credentials_sent", "on": "2024-05-02"}],
        {NOT_HABILITATED, PERMITTED},
    ),
}


@pytest.mark.parametrize("name", EVENTFUL)
def test_the_course_answers_every_day_as_a_replay_on_that_day(name: str) -> None:
    code, facts, about_the_user, codes = EVENTFUL[name]
    settled = right(life(code, facts, "2024-10-20"), *about_the_user)
    told = course(settled)

    days = [date(2024, 1, 1) + number * ONE_DAY for number in range(430)]
    # Beyond the horizon of a replay made on the day of the settlement, too.
    days += [date(year, 2, 28) + n * ONE_DAY for year in (2026, 2027, 2028) for n in range(-2, 3)]
    disagreeing = [day for day in days if not agree(told.on(day), on_its_day(settled, day))]

    assert disagreeing == []
    assert {told.on(day).code for day in days} >= codes - {CONVENTION_OVER}
    assert (CONVENTION_OVER in codes) == (told.spans[-1].decision.code == CONVENTION_OVER)


def _about_a_user(drawn: Life) -> Iterator[Act]:
    """Acts of one user, where the chance of the life puts them, recorded some days later."""
    days = sorted({act.on for act in drawn.acts} | {drawn.as_of})
    kinds: tuple[tuple[type[acts.UserAct], dict[str, Any]], ...] = (
        (acts.Granted, {}),
        (acts.UserSuspended, {"visa": "V-1"}),
        (acts.UserSuspensionLifted, {}),
        (acts.LastLogin, {}),
        (acts.Departure, {}),
    )
    for number, (kind, fields) in enumerate(kinds[: 1 + drawn.chance % 5]):
        on = days[(drawn.chance * (number + 1)) % len(days)] if number else days[0]
        recorded = datetime.combine(on + (drawn.chance % 3) * ONE_DAY, time(12), tzinfo=PARIS)
        yield kind(id=f"u{number}", on=on, recorded_at=recorded, user="U1", **fields)


def _answers_as_a_replay(drawn: Life) -> None:
    known_at = drawn.known_at
    about_the_user = tuple(_about_a_user(drawn))
    settled_on = civil_date(known_at)
    timeline = drawn.replayed(settled_on, known_at)
    settled = habilitation_life.replay(timeline, about_the_user, settled_on, known_at)
    told = course_of(settled, "")
    assert read(written(told)) == told
    days = {settled_on, drawn.later, settled_on + timedelta(days=1100)}
    days |= {day for span in told.spans for day in (span.since - ONE_DAY, span.since)}
    days |= {step.on for step in settled.convention.steps}
    for day in sorted(day for day in days if day >= settled_on)[:10]:
        replayed = on_its_day(settled, day)
        assert agree(told.on(day), replayed), (day, told.on(day), replayed)


test_any_course_answers_as_a_replay_on_the_day = holds_for(_answers_as_a_replay)


def test_a_term_longer_than_the_projection_is_seen_to_its_end() -> None:
    timeline = life(
        PROVENCE,
        [
            *making("2024-01-15")[:2],
            {
                "kind": "mutual_termination",
                "on": "2024-02-01",
                "last_day": "2027-02-28",
                "agreed_by": ["partner", "caisse"],
            },
        ],
        "2024-02-02",
    )
    told = course(right(timeline))
    assert told.on(date(2024, 2, 2)).last_day == date(2027, 2, 28)
    assert told.changes_after(date(2024, 2, 2)) == (date(2027, 3, 1),)
    assert told.on(date(2027, 3, 1)).code == CONVENTION_OVER


def test_renewals_without_end_leave_the_course_as_it_is() -> None:
    young, old = (life(PICARDIE, making("2024-01-15"), day) for day in ("2024-02-01", "2031-06-01"))
    assert written(course(right(young))) == written(course(right(old)))
    assert course(right(young)).changes_after(date(2024, 2, 1)) == ()


def test_a_question_that_blocks_leaves_the_access_open_without_end() -> None:
    facts = [*making("2024-01-15"), notice("2024-10-15", "2024-10-17")]
    told = course(right(life(PICARDIE, facts, "2024-10-20")))
    assert (told.on(date(2024, 10, 20)).provisional, told.on(date(2024, 1, 20)).provisional) == (
        True,
        False,
    )
    far = told.on(date(2030, 1, 1))
    assert (far.permit, far.provisional, far.last_day) == (True, True, None)


def test_a_decision_taken_back_brings_the_answers_back() -> None:
    facts = [*making("2024-01-15"), notice("2024-10-15", "2024-10-17")]
    timeline = life(PICARDIE, facts, "2024-11-10")
    (question,) = timeline.open_questions
    told = decision(question.identity, "in_time", "2024-11-02") | {"id": "decided"}
    ended = course(right(life(PICARDIE, [*facts, told], "2024-11-10")))
    annulled = {"kind": "annulment", "on": "2024-11-10", "of": "decided", "reason": "Erreur"}
    again = course(right(life(PICARDIE, [*facts, told, annulled], "2024-11-10")))
    assert ended.spans[-1].decision.code == CONVENTION_OVER
    assert again == course(right(timeline))


def test_force_majeure_shuts_the_access_where_the_rules_say_so() -> None:
    facts = [
        *making("2024-01-15"),
        {"kind": "force_majeure", "on": "2024-05-02", "by": "partner"},
        {"kind": "force_majeure_ended", "on": "2024-05-21"},
    ]
    open_throughout = life(DROME, facts, "2024-06-01")
    rules = open_throughout.circumstances.rulebook
    assert rules.force_majeure is not None
    shut = rules.model_copy(
        update={"force_majeure": rules.force_majeure.model_copy(update={"access": "suspended"})}
    )
    timeline = replay_in(
        open_throughout.circumstances._replace(rulebook=shut), open_throughout.as_of
    )
    days = [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 20), date(2024, 5, 21)]
    assert [course(right(open_throughout)).on(day).permit for day in days] == [True] * 4
    settled = right(timeline)
    assert [course(settled).on(day).code for day in days] == [
        PERMITTED,
        FORCE_MAJEURE,
        FORCE_MAJEURE,
        PERMITTED,
    ]
    assert all(agree(course(settled).on(day), on_its_day(settled, day)) for day in days)


@pytest.mark.parametrize("changes_hour", [date(2024, 3, 31), date(2024, 10, 27)])
def test_the_nights_of_both_changes_of_hour_change_answers_at_their_own_midnights(
    changes_hour: date,
) -> None:
    agreed = {"kind": "mutual_termination", "on": "2024-02-01", "agreed_by": ["partner", "caisse"]}
    facts = [*making("2024-01-15"), agreed | {"last_day": changes_hour.isoformat()}]
    settled = right(life(PICARDIE, facts, "2024-02-01"))
    told = course(settled)
    for midnight, permitted in (
        (start_of_day(changes_hour), (True, True)),
        (start_of_day(changes_hour + ONE_DAY), (True, False)),
    ):
        # Arithmetic on the time line, not on the clock of the wall.
        before = (midnight.astimezone(UTC) - timedelta(microseconds=1)).astimezone(PARIS)
        instants = (before, midnight)
        assert civil_date(before) == civil_date(midnight) - ONE_DAY
        assert tuple(decide(settled, instant).permit for instant in instants) == permitted
        assert tuple(told.on(civil_date(instant)).permit for instant in instants) == permitted
    assert told.on(changes_hour).valid_until == start_of_day(changes_hour + ONE_DAY)


def test_neighbouring_spans_never_say_the_same() -> None:
    code, facts, about_the_user, _ = EVENTFUL["suspended twice, a notice, a departure"]
    spans = access_course(right(life(code, facts, "2024-10-20"), *about_the_user))
    assert all(a.decision != b.decision for a, b in pairwise(spans))
    assert [span.since for span in spans] == sorted({span.since for span in spans})
