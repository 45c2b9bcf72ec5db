"""Which rung, to whom, on a day: cases written by hand from the rules of a ladder."""

from datetime import date
from typing import Any

import pytest

from notifications.ladders import Followed, Ladder, Limit, Practice, Staff, Told, due, reached

# A Sunday: the last day a letter can be posted is the Friday before.
SUNDAY = Limit("notice_limit", date(2026, 6, 14), date(2026, 6, 12))
PRACTICE = Practice({"notice_limit": Ladder((120, 60, 15), "legal_officer")})
CLERK, LAWYER, OTHER_LAWYER, DIRECTOR, DELEGATE = 1, 2, 3, 4, 5
STAFF = Staff(
    {
        "back_office_agent": (CLERK,),
        "legal_officer": (LAWYER, OTHER_LAWYER),
        "director": (DIRECTOR,),
    },
    (DELEGATE,),
)


@pytest.mark.parametrize(
    ("day", "rung"),
    [
        ("2026-02-13", None),
        ("2026-02-14", 120),
        ("2026-04-14", 120),
        ("2026-04-15", 60),
        ("2026-05-29", 60),
        ("2026-05-30", 15),
        ("2026-06-11", 15),
        ("2026-06-12", 0),
        ("2026-06-14", 0),
        ("2026-06-15", None),
    ],
)
def test_the_highest_rung_reached(day: str, rung: int | None) -> None:
    assert reached(PRACTICE, SUNDAY, date.fromisoformat(day)) == rung


def test_the_time_a_letter_takes_brings_every_rung_but_the_last_forward() -> None:
    slow = PRACTICE._replace(preparation=10)
    assert reached(slow, SUNDAY, date(2026, 2, 3)) is None
    assert reached(slow, SUNDAY, date(2026, 2, 4)) == 120
    assert reached(slow, SUNDAY, date(2026, 6, 11)) == 15
    assert reached(slow, SUNDAY, date(2026, 6, 12)) == 0


def test_a_kind_without_ladder_is_never_announced() -> None:
    assert reached(PRACTICE, SUNDAY._replace(kind="other"), date(2026, 6, 12)) is None


def told_on(day: str, staff: Staff = STAFF, **followed: Any) -> list[tuple[int, int]]:
    facts = Followed((SUNDAY,), followed.get("follower"), followed.get("told", ()))
    return [(one.rung, one.user) for one in due(PRACTICE, facts, staff, date.fromisoformat(day))]


def once_told(*told: tuple[int, int], due_on: date = SUNDAY.due_on) -> tuple[Told, ...]:
    return tuple(Told("notice_limit", due_on, user, rung) for rung, user in told)


@pytest.mark.parametrize(
    ("day", "follower", "expected"),
    [
        ("2026-02-14", None, [(120, LAWYER), (120, OTHER_LAWYER)]),
        ("2026-02-14", CLERK, [(120, CLERK)]),
        ("2026-05-30", CLERK, [(15, CLERK), (15, DIRECTOR)]),
        ("2026-06-12", CLERK, [(0, CLERK), (0, DIRECTOR), (0, LAWYER), (0, OTHER_LAWYER)]),
        ("2026-06-12", None, [(0, LAWYER), (0, OTHER_LAWYER), (0, DIRECTOR)]),
    ],
    ids=["nobody follows it", "its follower", "their director too", "the lawyers too", "once each"],
)
def test_it_climbs(day: str, follower: int | None, expected: list[tuple[int, int]]) -> None:
    assert told_on(day, follower=follower) == expected


def test_a_colleague_takes_over_from_who_left() -> None:
    gone = 99
    assert told_on("2026-02-14", follower=gone) == [(120, LAWYER), (120, OTHER_LAWYER)]
    assert told_on("2026-02-20", follower=gone, told=once_told((120, gone))) == [
        (120, LAWYER),
        (120, OTHER_LAWYER),
    ]
    without_lawyers = Staff({"back_office_agent": (CLERK,), "director": (DIRECTOR,)})
    assert told_on("2026-02-14", without_lawyers) == [(120, DIRECTOR)]
    only_clerks = Staff({"back_office_agent": (CLERK,)})
    assert told_on("2026-06-12", only_clerks) == [(0, CLERK)]
    assert told_on("2026-06-12", Staff({})) == []


def test_a_delegate_stands_in_for_a_director_who_is_not_there() -> None:
    vacant = STAFF._replace(in_role={"back_office_agent": (CLERK,)})
    assert told_on("2026-05-30", vacant, follower=CLERK) == [(15, CLERK), (15, DELEGATE)]


def test_a_rung_is_told_once_and_a_lower_one_never_after_it() -> None:
    assert told_on("2026-02-20", follower=CLERK, told=once_told((120, CLERK))) == []
    assert told_on("2026-04-15", follower=CLERK, told=once_told((120, CLERK))) == [(60, CLERK)]
    # The caisse took a rung away meanwhile: the one told was nearer.
    assert told_on("2026-04-15", follower=CLERK, told=once_told((30, CLERK))) == []


def test_whoever_joins_later_begins_with_the_next_rung() -> None:
    assert told_on("2026-02-20", told=once_told((120, LAWYER))) == []


def test_a_convention_handed_over_is_told_to_its_new_follower() -> None:
    told = once_told((120, LAWYER), (120, OTHER_LAWYER))
    assert told_on("2026-02-20", follower=CLERK, told=told) == [(120, CLERK)]


def test_what_was_told_of_another_day_is_no_warning_of_this_one() -> None:
    told = once_told((120, CLERK), due_on=date(2026, 6, 13))
    assert told_on("2026-02-20", follower=CLERK, told=told) == [(120, CLERK)]
