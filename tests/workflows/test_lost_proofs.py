"""A proof of reception that the post has lost: a doubt where the reception counts, only there."""

from datetime import date
from typing import Any

from tests.workflows.lives import CALAIS, PICARDIE, decision, life, making

FORMAL_NOTICE = {"id": "breach", "kind": "formal_notice", "by": "caisse", "letter": "l"} | {
    "form": "registered_letter",
    "posted_on": "2025-05-02",
}
LOST = {"id": "lost", "kind": "letter_proof_lost", "on": "2025-06-10", "letter": "l"}
PRESENTED = {"id": "shown", "kind": "letter_presented", "on": "2025-05-05", "letter": "l"}


def told(*more: dict[str, Any], on: str = "2025-06-20") -> Any:
    return life(PICARDIE, [*making("2024-10-17"), FORMAL_NOTICE, *more], on)


def blocking(timeline: Any) -> list[str]:
    return [one.kind for one in timeline.open_questions if one.blocking]


def test_a_breach_letter_whose_proof_is_lost_ends_nothing_before_a_lawyer_answers() -> None:
    asked = told(PRESENTED, LOST)
    assert blocking(asked) == ["lost_formal_notice_proof"]
    assert asked.state == "termination_pending"
    answer = decision("lost_formal_notice_proof:breach", "first_presentation", "2025-06-15")
    decided = told(PRESENTED, LOST, answer)
    assert (decided.state, decided.last_day_in_force) == ("terminated", date(2025, 6, 4))


def test_without_a_presentation_its_delay_does_not_run() -> None:
    timeline = told(LOST)
    assert blocking(timeline) == []
    assert (timeline.state, timeline.last_day_in_force) == ("active", None)


def test_a_proof_that_is_found_says_when_the_delay_runs_from() -> None:
    found = {"id": "found", "kind": "letter_delivered", "on": "2025-05-07", "letter": "l"}
    timeline = told(PRESENTED, LOST, found)
    assert blocking(timeline) == []
    assert timeline.last_day_in_force == date(2025, 6, 6)


def test_a_notice_that_counts_from_its_posting_does_not_need_the_proof() -> None:
    notice = {"id": "n", "kind": "notice", "by": "partner", "letter": "l"} | {
        "form": "registered_letter",
        "posted_on": "2025-05-02",
    }
    timeline = life(PICARDIE, [*making("2024-10-17"), notice, LOST], "2025-06-20")
    assert blocking(timeline) == []
    assert timeline.state == "notice_given"


def test_a_notice_that_counts_from_its_reception_is_qualified_then_proven() -> None:
    making_of_calais = [
        {"kind": "document_date", "on": "2024-12-31"},
        {"kind": "signature", "party": "partner", "on": "2024-12-31"},
        {"kind": "signature", "party": "caisse", "on": "2024-12-31"},
    ]
    notice = {"id": "n", "kind": "notice", "by": "caisse", "letter": "l"} | {
        "form": "registered_letter",
        "posted_on": "2025-05-02",
    }
    told = [*making_of_calais, notice, LOST]
    asked = life(CALAIS, told, "2025-06-20")
    assert blocking(asked) == ["notice_to_qualify"]
    found = {"id": "found", "kind": "letter_delivered", "on": "2025-05-06", "letter": "l"}
    proven = life(CALAIS, [*told, found], "2025-06-20")
    assert blocking(proven) == []
    assert proven.state == "notice_given"
