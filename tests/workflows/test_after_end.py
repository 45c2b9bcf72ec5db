"""What an ended convention leaves to be done, and the one thing to do next."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.lives import DROME, PICARDIE, breach, life, making
from workflows.after_end import AfterEnd, Next, after_end
from workflows.timeline import Timeline

MONTH = timedelta(days=30)


def terminated(code: str, as_of: str, *more: dict[str, Any]) -> Timeline:
    """Terminated for breach: the last day in force is 31 July 2025."""
    facts = [*making("2025-01-15"), breach("2025-07-01"), *more]
    return life(code, facts, as_of)


def todo(timeline: Timeline, accounts: int = 0, *asked: str) -> AfterEnd:
    found = after_end(timeline, accounts, [date.fromisoformat(day) for day in asked], MONTH)
    assert found is not None
    assert found.last_day_in_force == date(2025, 7, 31)
    return found


@pytest.mark.parametrize(
    ("as_of", "accounts", "asked", "next_thing"),
    [
        ("2025-08-01", 0, (), Next.ASK),
        ("2025-08-01", 2, (), Next.ASK),
        ("2025-08-01", 0, ("2025-07-31",), Next.ASK),
        ("2025-08-30", 0, ("2025-08-01",), Next.WAIT),
        ("2025-08-30", 2, ("2025-08-01",), Next.LOCK),
        ("2025-08-31", 2, ("2025-08-01",), Next.ASK_AGAIN),
        ("2025-08-31", 0, ("2025-08-20", "2025-08-01"), Next.WAIT),
    ],
)
def test_while_the_attestation_is_awaited_the_partner_comes_first(
    as_of: str, accounts: int, asked: tuple[str, ...], next_thing: Next
) -> None:
    assert todo(terminated(DROME, as_of), accounts, *asked).next is next_thing


def test_once_received_only_accounts_hold_the_file_open() -> None:
    done = {"kind": "duty_done", "on": "2025-08-10", "duty": "attestation"}
    timeline = terminated(DROME, "2025-08-12", done)
    assert todo(timeline, 1, "2025-08-01").next is Next.LOCK
    assert todo(timeline, 0, "2025-08-01").next is Next.CLOSE
    assert todo(timeline, 0, "2025-08-01").ask_again_on is None


def test_rules_that_ask_for_nothing_leave_the_closing_alone_and_what_lasts_is_told() -> None:
    found = todo(terminated(PICARDIE, "2025-08-01"))
    assert (found.next, found.awaits_attestation) == (Next.CLOSE, False)
    assert [(duty.code, duty.until) for duty in found.lasting] == [
        ("confidentiality", None),
        ("surviving_articles", None),
    ]


def test_nothing_is_left_before_the_end_nor_once_a_person_closed() -> None:
    assert after_end(terminated(DROME, "2025-07-31"), 0, (), MONTH) is None
    closed = {"kind": "closing", "on": "2025-08-10"}
    assert after_end(terminated(PICARDIE, "2025-08-12", closed), 0, (), MONTH) is None
