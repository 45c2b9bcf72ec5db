"""Another legal person takes the partner's place: who is the party, and nothing else moves."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from tests.workflows.acts_told import letter, signed, told
from tests.workflows.rulebook_contents import rulebook
from workflows.acts import Act
from workflows.clock import PARIS
from workflows.parties import succession_on, successions_of
from workflows.recording import ActRefused, consider
from workflows.replay import replay
from workflows.timeline import Timeline

DAY = date(2026, 3, 1)
SIGNED = signed()
CLAUSE = {"article": "13.5", "consent": "prior_written"}


def succession(on: str = "2026-01-01", *parties: str, passes: str = "by_law", **own: Any) -> Act:
    predecessor, successor = parties or ("1", "2")
    return told(
        "succession", on, predecessor=predecessor, successor=successor, passes=passes, **own
    )


def parties(timeline: Timeline) -> list[tuple[str, str]]:
    return [(one.successor, one.first_day.isoformat()) for one in successions_of(timeline)]


@pytest.fixture
def told_to() -> Callable[..., Timeline]:
    """The life of a convention signed on 15 January 2025, with some more acts."""

    def told_to(*acts: Act, clause: bool = False, **options: Any) -> Timeline:
        content = {"provisions__assignment": CLAUSE} if clause else {}
        return replay(rulebook(effect__conditions=[], **content), [*SIGNED, *acts], DAY, **options)

    return told_to


def test_nothing_of_the_life_moves(told_to: Callable[..., Timeline]) -> None:
    notice = letter("notice", "2025-09-01", "2025-09-03")
    for others in ((), notice):
        without, taken_over = told_to(*others), told_to(*others, succession("2025-06-01"))
        assert taken_over.steps == without.steps
        assert taken_over.terms == without.terms
        assert taken_over.state == without.state
        assert [one.due_on for one in taken_over.deadlines] == [
            one.due_on for one in without.deadlines
        ]
        assert taken_over.access_intervals == without.access_intervals
        assert not taken_over.open_questions
        assert parties(taken_over) == [("2", "2025-06-01")]


def test_one_after_another_and_read_by_the_day(told_to: Callable[..., Timeline]) -> None:
    timeline = told_to(succession(), succession("2026-02-01", "2", "3"))
    read = [
        one.successor if (one := succession_on(timeline, date.fromisoformat(day))) else ""
        for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01")
    ]
    assert read == ["", "2", "2", "3"]
    first, second = successions_of(timeline)
    assert (first.last_day, second.last_day) == (date(2026, 1, 31), None)
    at_once = told_to(succession(id="a"), succession("2026-01-01", "2", "3", id="b"))
    assert parties(at_once) == [("3", "2026-01-01")]


def test_what_was_not_known_yet_is_not_read(told_to: Callable[..., Timeline]) -> None:
    late = succession("2026-01-01", recorded_on="2026-02-10")
    before = datetime(2026, 2, 1, tzinfo=PARIS)
    assert parties(told_to(late)) == [("2", "2026-01-01")]
    assert parties(told_to(late, known_at=before)) == []


def test_annulled_it_never_was(told_to: Callable[..., Timeline]) -> None:
    wrong = succession(id="wrong")
    annulled = told("annulment", "2026-02-01", of="wrong", reason="Autre commune.")
    assert parties(told_to(wrong, annulled)) == []


def test_announced_it_is_the_next_change(told_to: Callable[..., Timeline]) -> None:
    coming = succession("2026-04-01", recorded_on="2026-02-01")
    timeline = told_to(coming)
    assert timeline.next_change_on == date(2026, 4, 1)
    assert succession_on(timeline, DAY) is None
    assert parties(timeline) == [("2", "2026-04-01")]


@pytest.mark.parametrize(
    ("acts", "clause", "code"),
    [
        ([succession("2025-01-15")], False, "signed_since"),
        ([succession("2026-01-01", "2", "2")], False, "same_partner"),
        ([succession(), succession("2026-02-01", "1", "3")], False, "not_the_party"),
        ([succession(passes="by_agreement")], True, "consent_missing"),
        (
            [succession(passes="by_agreement", consented_on=date(2026, 1, 2))],
            True,
            "consent_missing",
        ),
    ],
)
def test_what_no_text_allows_is_refused(acts: list[Act], clause: bool, code: str) -> None:
    content = {"provisions__assignment": CLAUSE} if clause else {}
    rules = rulebook(effect__conditions=[], **content)
    with pytest.raises(ActRefused) as refused:
        consider(rules, [*signed(), *acts[:-1]], acts[-1])
    assert refused.value.refusal.code == code
    assert ("13.5" in str(refused.value)) == (code == "consent_missing")


def test_a_draft_passes_to_nobody() -> None:
    with pytest.raises(ActRefused, match="pas encore signée"):
        consider(rulebook(effect__conditions=[]), [], succession())


@pytest.mark.parametrize("passes", ["as_a_whole", "by_agreement"])
def test_a_doubt_is_a_lawyers_and_the_partner_stays_until_the_answer(
    told_to: Callable[..., Timeline], passes: str
) -> None:
    doubtful = succession(passes=passes, id="doubtful")
    timeline = told_to(doubtful)
    (question,) = timeline.open_questions
    assert question.identity == "consent_to_succession:doubtful"
    assert not question.blocking
    assert parties(timeline) == []

    def decided(answer: str) -> list[tuple[str, str]]:
        said = {"question": question.identity, "answer": answer, "reasons": "Lu."}
        return parties(told_to(doubtful, told("decision", "2026-02-01", **said)))

    assert decided("passes") == [("2", "2026-01-01")]
    assert decided("consent_needed") == []
    agreed = succession(passes=passes, consented_on=date(2025, 12, 1))
    assert parties(told_to(agreed, clause=True)) == [("2", "2026-01-01")]


def test_a_merger_that_a_statute_commands_needs_no_consent(
    told_to: Callable[..., Timeline],
) -> None:
    timeline = told_to(succession(), clause=True)
    assert parties(timeline) == [("2", "2026-01-01")]
    assert not timeline.questions
