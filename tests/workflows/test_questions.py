"""Doubts: raised, shown in both branches, decided, answered beforehand."""

from datetime import date
from typing import Any

import pytest

from templates_conventions.catalogue import rulebook
from tests.workflows.lives import (
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
from workflows.clock import start_of_day
from workflows.facts import read
from workflows.question_kinds import QUESTION_KINDS
from workflows.replay import replay
from workflows.rulebook_types import PartnerKind
from workflows.timeline import Interpretation, Timeline

GREY = [*making("2025-01-15"), notice("2025-10-15", "2025-10-17")]
"""One day after the last day of sending; the day after would be late on any reading."""


def test_a_grey_notice_ends_nothing_while_nobody_has_decided() -> None:
    timeline = life(PICARDIE, GREY, "2026-03-01")

    (question,) = timeline.open_questions
    assert question.identity == "grey_zone:notice"
    assert question.blocking
    assert question.article == "9-1"
    assert timeline.state == "active"
    assert timeline.current_term is not None
    assert timeline.current_term.number == 2
    assert timeline.access_intervals[-1].provisional


def test_both_branches_of_a_question_are_shown() -> None:
    (question,) = life(PICARDIE, GREY, "2025-11-01").open_questions

    assert question.branches["in_time"].last_day_in_force == date(2026, 1, 14)
    assert question.branches["late"].last_day_in_force is None
    assert not question.branches["in_time"].open_questions


def test_a_decision_taken_after_the_end_finds_the_legal_end_and_the_access_given_since() -> None:
    facts = [*GREY, decision("grey_zone:notice", "in_time", "2026-03-01")]

    timeline = life(PICARDIE, facts, "2026-03-02")

    assert timeline.state == "expired"
    assert timeline.last_day_in_force == date(2026, 1, 14)
    assert [step.name for step in timeline.steps][-2:] == ["give_notice", "expire"]
    (anomaly,) = timeline.anomalies
    assert (anomaly.kind, anomaly.first_day, anomaly.last_day) == (
        "access_after_end",
        date(2026, 1, 15),
        date(2026, 3, 1),
    )


def test_a_decision_that_the_notice_is_late_lets_the_convention_go_on_without_doubt() -> None:
    facts = [*GREY, decision("grey_zone:notice", "late", "2025-12-01")]

    timeline = life(PICARDIE, facts, "2026-03-01")

    assert timeline.notices["notice"].verdict == "late"
    assert timeline.state == "active"
    assert not timeline.open_questions
    assert not timeline.access_intervals[-1].provisional


def test_a_standing_interpretation_answers_its_kind_before_the_question_is_raised() -> None:
    standing = Interpretation("grey_zone", "in_time", start_of_day(date(2024, 1, 1)))

    timeline = life(PICARDIE, GREY, "2026-03-01", (standing,))

    assert timeline.last_day_in_force == date(2026, 1, 14)
    assert not timeline.open_questions


def test_a_decision_prevails_over_a_standing_interpretation() -> None:
    standing = Interpretation("grey_zone", "in_time", start_of_day(date(2024, 1, 1)))
    facts = [*GREY, decision("grey_zone:notice", "late", "2025-11-01")]

    assert life(PICARDIE, facts, "2026-03-01", (standing,)).state == "active"


def test_a_decision_without_its_question_is_an_anomaly() -> None:
    facts = [
        *making("2025-01-15"),
        notice("2025-09-01", "2025-09-03"),
        decision("grey_zone:notice", "late", "2025-11-01"),
    ]

    timeline = life(PICARDIE, facts, "2025-12-01")

    assert timeline.state == "notice_given"
    assert [anomaly.kind for anomaly in timeline.anomalies] == ["decision_without_question"]


def test_a_second_decision_on_one_question_is_refused() -> None:
    facts = [
        *GREY,
        decision("grey_zone:notice", "late", "2025-11-01"),
        decision("grey_zone:notice", "in_time", "2025-11-02"),
    ]

    timeline = life(PICARDIE, facts, "2026-03-01")

    assert [refusal.code for refusal in timeline.refused] == ["already_decided"]
    assert timeline.state == "active"


def test_an_annulled_decision_leaves_the_question_open_again() -> None:
    first = decision("grey_zone:notice", "in_time", "2025-11-01") | {"id": "first"}
    annulment = {
        "kind": "annulment",
        "on": "2025-11-05",
        "of": "first",
        "reason": "Enregistrée sur une autre convention.",
    }

    timeline = life(PICARDIE, [*GREY, first, annulment], "2026-03-01")

    assert [question.kind for question in timeline.open_questions] == ["grey_zone"]
    assert timeline.state == "active"


def test_an_unclaimed_breach_letter_once_decided_runs_from_its_first_presentation() -> None:
    letter = {
        "id": "breach",
        "kind": "formal_notice",
        "by": "caisse",
        "form": "registered_letter",
        "first_presented_on": "2025-05-05",
        "outcome": "unclaimed",
    }
    asked = life(PICARDIE, [*making("2024-10-17"), letter], "2025-06-10")
    decided = life(
        PICARDIE,
        [
            *making("2024-10-17"),
            letter,
            decision("unclaimed_formal_notice:breach", "first_presentation", "2025-06-20"),
        ],
        "2025-06-30",
    )

    assert asked.state == "termination_pending"
    assert decided.state == "terminated"
    assert decided.last_day_in_force == date(2025, 6, 4)
    assert [(step.name, step.on) for step in decided.steps][-2:] == [
        ("begin_termination", date(2025, 5, 5)),
        ("terminate", date(2025, 6, 5)),
    ]


@pytest.mark.parametrize(("answer", "state"), [("cured", "active"), ("not_cured", "terminated")])
def test_an_ambiguous_cure_is_what_the_lawyer_says(answer: str, state: str) -> None:
    facts = [
        *making("2025-02-22")[:2],
        breach("2025-09-10"),
        {"id": "cure", "kind": "cure", "on": "2025-09-25"},
        decision("ambiguous_cure:cure", answer, "2025-10-20"),
    ]

    assert life(PROVENCE, facts, "2025-10-25").state == state


@pytest.mark.parametrize(("answer", "last_day"), [("cured", None), ("not_cured", date(2025, 6, 1))])
def test_a_cure_on_the_monday_after_a_sunday_is_what_the_lawyer_says(
    answer: str, last_day: date | None
) -> None:
    # 2 May + 30 days is Sunday 1 June 2025.
    facts = [
        *making("2024-11-14"),
        breach("2025-05-02"),
        {"id": "cure", "kind": "cure", "on": "2025-06-02"},
        decision("cure_on_next_working_day:cure", answer, "2025-06-10"),
    ]

    assert life(DROME, facts, "2025-06-11").last_day_in_force == last_day


def test_a_cure_on_the_tuesday_comes_too_late_and_is_refused() -> None:
    facts = [*making("2024-11-14"), breach("2025-05-02"), {"kind": "cure", "on": "2025-06-03"}]

    timeline = life(DROME, facts, "2025-06-11")

    assert timeline.last_day_in_force == date(2025, 6, 1)
    assert [refusal.code for refusal in timeline.refused] == ["after_the_end"]


def test_a_letter_in_transit_when_the_term_ends_is_judged_by_its_posting_once_decided() -> None:
    # Reception counts; posted on the last useful day, handed over after the term.
    facts = [
        {"kind": "document_date", "on": "2024-04-19"},
        {"kind": "signature", "party": "partner", "on": "2024-04-19"},
        {"kind": "signature", "party": "caisse", "on": "2024-04-19"},
        notice("2025-01-18", "2025-04-22"),
    ]
    asked = life(CALAIS, facts, "2025-05-01")
    decided = life(
        CALAIS,
        [*facts, decision("notice_to_qualify:notice", "in_time", "2025-05-02")],
        "2025-05-03",
    )

    assert asked.notices["notice"].verdict == "to_qualify"
    assert asked.state == "active"
    assert decided.last_day_in_force == date(2025, 4, 18)


def test_withdrawing_a_doubtful_notice_settles_its_question() -> None:
    withdrawn = {
        "kind": "notice_withdrawn",
        "on": "2025-11-30",
        "agreed_by": ["caisse", "partner"],
    }

    timeline = life(PICARDIE, [*GREY, withdrawn], "2026-03-01")

    assert not timeline.questions
    assert not timeline.access_intervals[-1].provisional


def test_a_condition_met_after_the_signature_shows_the_earlier_reading() -> None:
    timeline = life(PICARDIE, making("2025-01-20", cnil="2025-02-03"), "2025-03-01")

    (question,) = timeline.questions
    assert (question.kind, question.blocking) == ("earlier_effect", False)
    assert timeline.effect_on == date(2025, 2, 3)
    assert question.branches["retroactive"].effect_on == date(2025, 1, 20)


def test_the_other_reading_of_thirty_days_may_be_made_the_rule_of_a_caisse() -> None:
    standing = Interpretation(
        "other_reading_of_delay", "start_of_last_day", start_of_day(date(2024, 1, 1))
    )
    facts = [*making("2024-08-13"), breach("2025-03-01")]

    assert life(PICARDIE, facts, "2025-04-02").last_day_in_force == date(2025, 3, 31)
    assert life(PICARDIE, facts, "2025-04-02", (standing,)).last_day_in_force == date(2025, 3, 30)


BEFORE_DELIBERATION = [
    {"kind": "signature", "party": "partner", "on": "2025-02-20"},
    {"kind": "deliberation", "on": "2025-02-21", "id": "deliberation"},
]


def of_a_body(facts: list[dict[str, Any]], kind: str = "commune") -> Timeline:
    """A convention with a body of that kind, seen on 1 March 2025."""
    acts = read(facts).acts
    as_of = date(2025, 3, 1)
    return replay(rulebook(DROME), acts, as_of, partner_kind=PartnerKind(kind))


def test_a_mayor_who_signed_before_the_deliberation_is_a_question_and_no_nullity() -> None:
    timeline = of_a_body(BEFORE_DELIBERATION)
    (question,) = timeline.questions
    assert (question.kind, question.blocking) == ("signed_before_deliberation", False)
    assert {answer.code for answer in question.kind_text.answers} == {"stands", "sign_again"}
    (warned,) = [one for one in timeline.warnings if "deliberation" in one.code]
    assert "faire confirmer ou signer à nouveau" in warned.text
    assert {branch.state for branch in question.branches.values()} == {timeline.state}


@pytest.mark.parametrize(
    ("signed_on", "kind"), [("2025-02-21", "commune"), ("2025-02-20", "association")]
)
def test_signed_on_the_day_itself_or_by_a_private_body_asks_nothing(
    signed_on: str, kind: str
) -> None:
    facts = [{**BEFORE_DELIBERATION[0], "on": signed_on}, BEFORE_DELIBERATION[1]]
    assert not of_a_body(facts, kind).questions


@pytest.mark.parametrize(("answer", "said"), [("stands", ""), ("sign_again", "signer à nouveau")])
def test_the_lawyer_who_confirms_the_signature_ends_the_warning(answer: str, said: str) -> None:
    decided = {
        "kind": "decision",
        "on": "2025-02-25",
        "question": "signed_before_deliberation:deliberation",
        "answer": answer,
        "reasons": "motifs",
    }
    timeline = of_a_body([*BEFORE_DELIBERATION, decided])
    assert not timeline.open_questions
    warned = [one.text for one in timeline.warnings if "before_deliberation" in one.code]
    assert [said in text and "confirmer" not in text for text in warned] == ([True] if said else [])


@pytest.mark.parametrize("kind", sorted(QUESTION_KINDS))
def test_every_kind_of_question_has_two_readings_with_their_reasons(kind: str) -> None:
    text = QUESTION_KINDS[kind]
    codes = [answer.code for answer in text.answers]

    assert len(codes) == 2
    assert text.default in codes
    assert text.ending in ("", *codes)
    assert all(answer.reading.endswith(".") and answer.label for answer in text.answers)
    assert text.asked.endswith("?")
