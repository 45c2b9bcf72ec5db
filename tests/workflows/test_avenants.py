"""Avenants: what they change, from when, and what they may not do."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.lives import DROME, PICARDIE, decision, life, making, notice


def avenant(signed: str, changes: dict[str, Any], effective: str | None = None) -> dict[str, Any]:
    """An amendment signed by all parties."""
    return {
        "kind": "avenant",
        "signed_on": signed,
        "effective_on": effective or signed,
        "changes": changes,
    }


def test_a_longer_term_is_counted_from_the_start_of_the_running_one() -> None:
    facts = [*making("2024-01-10"), avenant("2026-03-05", {"term.length": "P3Y"})]

    timeline = life(DROME, facts, "2026-04-01")

    # The third term had begun on 10 January 2026.
    term = timeline.term(3)
    assert term is not None
    assert (term.first_day, term.last_day) == (date(2026, 1, 10), date(2029, 1, 9))
    following = timeline.term(4)
    assert following is not None
    assert following.last_day == date(2030, 1, 9)


def test_before_its_effect_an_avenant_changes_nothing() -> None:
    signed_early = avenant("2025-05-01", {"notice.length": "P1M"}, effective="2025-11-01")

    early = life(
        PICARDIE, [*making("2025-01-15"), signed_early, notice("2025-10-20")], "2026-02-01"
    )
    late = life(PICARDIE, [*making("2025-01-15"), signed_early, notice("2025-11-20")], "2026-02-01")

    assert early.notices["notice"].verdict == "late"
    assert late.notices["notice"].verdict == "in_time"
    assert late.last_day_in_force == date(2026, 1, 14)


def test_a_rule_that_is_not_the_terms_leaves_the_terms_alone() -> None:
    facts = [*making("2024-02-29"), avenant("2025-06-01", {"notice.length": "P2M"})]

    term = life(PICARDIE, facts, "2025-07-01").term(4)

    assert term is not None
    assert term.last_day == date(2028, 2, 28)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"term.lenght": "P3Y"}, "unknown_rule", "term.lenght"),
        ({"term.length": "trois ans"}, "invalid_change", "trois ans"),
        ({"notice.counts_from": "departure"}, "invalid_change", "posting"),
        ({"notice.article": " "}, "invalid_change", "notice.article"),
    ],
)
def test_an_avenant_that_gives_no_sound_rule_is_refused_in_french(
    changes: dict[str, Any], code: str, words: str
) -> None:
    timeline = life(DROME, [*making("2024-01-10"), avenant("2024-09-05", changes)], "2024-10-01")

    (refusal,) = timeline.refused
    assert refusal.code == code
    assert words in refusal.reason
    assert "Input should" not in refusal.reason
    assert "Value error" not in refusal.reason
    assert timeline.term(1) == life(DROME, making("2024-01-10"), "2024-10-01").term(1)


def test_an_avenant_may_not_end_the_running_term_in_the_past() -> None:
    facts = [*making("2024-01-10"), avenant("2024-09-05", {"term.length": "P6M"})]

    (refusal,) = life(DROME, facts, "2024-10-01").refused

    assert refusal.code == "term_already_over"


LONGER = [
    *making("2025-01-15"),
    notice("2025-09-01", "2025-09-03"),
    avenant("2025-10-01", {"term.length": "P2Y"}),
]


def test_a_term_changed_after_a_notice_asks_whether_the_notice_still_holds() -> None:
    timeline = life(PICARDIE, LONGER, "2027-02-01")

    (question,) = timeline.open_questions
    assert question.identity == "notice_before_avenant:notice"
    assert question.blocking
    assert timeline.state == "notice_given"
    assert timeline.last_day_in_force is None
    assert question.branches["stands"].last_day_in_force == date(2027, 1, 14)
    assert question.branches["given_up"].state == "active"


@pytest.mark.parametrize(("answer", "state"), [("stands", "expired"), ("given_up", "active")])
def test_the_lawyer_says_what_becomes_of_the_notice(answer: str, state: str) -> None:
    facts = [*LONGER, decision("notice_before_avenant:notice", answer, "2025-11-01")]

    assert life(PICARDIE, facts, "2027-02-01").state == state


def test_an_avenant_that_leaves_the_term_alone_asks_nothing() -> None:
    facts = [*LONGER[:-1], avenant("2025-10-01", {"notice.length": "P2M"})]

    timeline = life(PICARDIE, facts, "2026-02-01")

    assert not timeline.questions
    assert timeline.last_day_in_force == date(2026, 1, 14)
