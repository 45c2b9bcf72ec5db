"""The right of one named user, under its convention."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.lives import CALAIS, DROME, PICARDIE, PROVENCE, life, making, notice
from workflows.habilitation import HabilitationState
from workflows.habilitation_fold import replay_user


def user(kind: str, on: str, **more: Any) -> dict[str, Any]:
    """A fact about the user U1."""
    return {"kind": kind, "user": "U1", "on": on} | more


def habilitation(code: str, facts: list[dict[str, Any]], as_of: str) -> HabilitationState:
    """The habilitation of U1."""
    return replay_user(life(code, facts, as_of), "U1")


def names(state: HabilitationState) -> list[str]:
    """The steps it went through."""
    return [step.name for step in state.steps]


def test_granted_notified_used_then_closed_with_the_convention() -> None:
    facts = [
        *making("2025-01-15"),
        user("granted", "2025-01-20"),
        user("credentials_sent", "2025-01-21"),
        user("last_login", "2025-01-22"),
        notice("2025-09-01", "2025-09-03"),
    ]

    state = habilitation(PICARDIE, facts, "2026-02-01")

    assert names(state) == ["grant", "send_credentials", "log_in", "close"]
    assert (state.closes_on, state.close_cause) == (date(2026, 1, 15), "convention")


def test_a_departure_told_late_closes_on_the_day_it_is_known() -> None:
    facts = [*making("2025-01-15"), user("departure", "2025-09-30", reported_on="2025-10-06")]

    state = habilitation(DROME, facts, "2025-10-07")

    assert state.closes_on == date(2025, 10, 6)
    assert state.reported_late_by_days == 6
    assert state.left_on == date(2025, 9, 30)


def test_a_departure_announced_closes_on_its_day() -> None:
    facts = [*making("2025-01-15"), user("departure", "2025-10-31", reported_on="2025-10-06")]

    assert habilitation(DROME, facts, "2025-10-07").closes_on == date(2025, 10, 31)


def test_want_of_use_is_a_faculty_from_the_day_after_the_completed_months() -> None:
    facts = [*making("2024-10-02")[:2], user("last_login", "2025-01-10")]

    state = habilitation(PROVENCE, facts, "2025-12-01")

    assert state.dormant_from == date(2025, 10, 11)
    assert state.dormancy_automatic is False
    assert state.status == "active"


def test_a_user_who_never_logged_in_counts_from_the_notification() -> None:
    facts = [
        *making("2024-10-02")[:2],
        user("granted", "2024-10-02"),
        user("credentials_sent", "2024-10-31"),
    ]

    # 31 October + 9 months = 31 July; the day after.
    assert habilitation(PROVENCE, facts, "2025-12-01").dormant_from == date(2025, 8, 1)


def test_closing_for_want_of_use_waits_for_the_completed_months() -> None:
    facts = [*making("2024-10-02")[:2], user("last_login", "2025-01-10")]

    early = habilitation(PROVENCE, [*facts, user("dormancy_closure", "2025-10-10")], "2025-12-01")
    in_time = habilitation(PROVENCE, [*facts, user("dormancy_closure", "2025-10-11")], "2025-12-01")

    assert [refusal.code for refusal in early.refused] == ["not_yet_dormant"]
    assert early.status == "active"
    assert (in_time.status, in_time.close_cause) == ("closed", "dormancy")


def test_where_the_text_is_silent_there_is_no_closing_for_want_of_use() -> None:
    facts = [*making("2025-01-15"), user("dormancy_closure", "2026-01-20")]

    state = habilitation(PICARDIE, facts, "2026-02-01")

    assert state.dormant_from is None
    assert [refusal.code for refusal in state.refused] == ["no_dormancy_clause"]


def test_credentials_sent_again_begin_nothing_anew() -> None:
    facts = [
        *making("2025-01-15"),
        user("granted", "2025-01-20"),
        user("credentials_sent", "2025-01-21"),
        user("credentials_sent", "2025-02-03"),
    ]

    state = habilitation(PICARDIE, facts, "2025-03-01")

    assert (state.status, state.notified_on) == ("credentials_sent", date(2025, 1, 21))
    assert (names(state), state.refused) == (["grant", "send_credentials"], [])


def test_a_lifted_suspension_gives_back_what_was() -> None:
    facts = [
        *making("2025-01-15"),
        user("granted", "2025-01-20"),
        user("credentials_sent", "2025-01-21"),
        user("user_suspended", "2025-02-01"),
        user("user_suspension_lifted", "2025-02-10"),
    ]

    state = habilitation(PICARDIE, facts, "2025-03-01")

    assert state.status == "credentials_sent"
    assert names(state) == ["grant", "send_credentials", "suspend", "lift"]


def test_a_suspension_of_the_convention_closes_nobodys_right() -> None:
    facts = [*making("2025-01-15"), user("granted", "2025-01-20")]
    suspended = {"kind": "suspension", "on": "2025-02-01"}

    during = habilitation(PICARDIE, [*facts, suspended], "2025-03-01")
    ended = habilitation(PICARDIE, [*facts, suspended, notice("2025-09-01")], "2026-03-01")

    assert (during.status, during.closes_on) == ("granted", None)
    assert (ended.closes_on, ended.close_cause) == (date(2026, 1, 15), "convention")


def test_nothing_is_granted_after_the_end_of_the_convention() -> None:
    facts = [*making("2025-01-15"), notice("2025-09-01"), user("granted", "2026-01-15")]

    state = habilitation(PICARDIE, facts, "2026-03-01")

    assert [refusal.code for refusal in state.refused] == ["convention_over"]


def test_lost_credentials_close_the_right_except_where_the_user_helps_himself() -> None:
    lost = user("credentials_lost", "2025-03-07")
    partner_signed = [
        {"kind": "document_date", "on": "2025-01-15"},
        {"kind": "signature", "party": "partner", "on": "2025-01-15"},
    ]

    closed = habilitation(PICARDIE, [*making("2025-01-15"), lost], "2025-04-01")
    kept = habilitation(CALAIS, [*partner_signed, lost], "2025-04-01")

    assert (closed.status, closed.close_cause) == ("closed", "credentials_lost")
    assert kept.status == "granted"


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (user("last_login", "2025-05-01"), "not_in_this_state"),
        (user("granted", "2025-05-01"), "not_in_this_state"),
        (user("departure", "2025-05-01"), "not_in_this_state"),
    ],
)
def test_nothing_happens_to_a_closed_habilitation(fact: dict[str, Any], code: str) -> None:
    facts = [
        *making("2025-01-15"),
        user("granted", "2025-01-20"),
        user("credentials_lost", "2025-03-07"),
        fact,
    ]

    state = habilitation(PICARDIE, facts, "2025-06-01")

    assert [refusal.code for refusal in state.refused] == [code]
    assert state.closes_on == date(2025, 3, 7)


def test_a_user_suspension_without_clause_needs_the_visa_of_the_legal_service() -> None:
    facts = [
        {"kind": "document_date", "on": "2025-01-15"},
        {"kind": "signature", "party": "partner", "on": "2025-01-15"},
    ]

    without = habilitation(CALAIS, [*facts, user("user_suspended", "2025-02-01")], "2025-03-01")
    under_visa = habilitation(
        CALAIS, [*facts, user("user_suspended", "2025-02-01", visa="JUR-7")], "2025-03-01"
    )

    assert [refusal.code for refusal in without.refused] == ["no_suspension_clause"]
    assert under_visa.status == "suspended"
