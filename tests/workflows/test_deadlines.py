"""Deadlines and what explains them."""

from datetime import date

from tests.workflows.lives import CALAIS, DROME, PICARDIE, breach, life, making, notice
from workflows.deadlines import Deadline
from workflows.timeline import Timeline


def only(timeline: Timeline, kind: str, term: int = 0) -> Deadline:
    """The one deadline of a kind, for a term if given."""
    (found,) = [d for d in timeline.deadlines if d.kind == kind and term in (0, d.term)]
    return found


def plain(text: str) -> str:
    """Words with ordinary spaces."""
    return text.replace("\u00a0", " ")


def test_the_advised_day_and_the_last_day_of_sending_differ_at_the_end_of_a_month() -> None:
    timeline = life(PICARDIE, making("2024-12-01"), "2025-06-01")

    advised, last = only(timeline, "notice_prudent", 1), only(timeline, "notice_limit", 1)

    assert (advised.due_on, last.due_on) == (date(2025, 8, 30), date(2025, 8, 31))
    # 30 and 31 August 2025 are a Saturday and a Sunday.
    assert advised.last_working_day == last.last_working_day == date(2025, 8, 29)
    assert advised.article == last.article == "9-1"
    assert plain(advised.arithmetic) == "30 novembre 2025 − 3 mois = 30 août 2025"
    assert plain(last.arithmetic).startswith("31 août 2025 + 3 mois = 30 novembre 2025")
    assert "1er septembre 2025" in plain(last.competing)


def test_where_reception_counts_the_deadline_says_so() -> None:
    facts = [
        {"kind": "document_date", "on": "2024-04-19"},
        {"kind": "signature", "party": "partner", "on": "2024-04-19"},
    ]

    limit = only(life(CALAIS, facts, "2024-06-01"), "notice_limit", 1)

    assert limit.title == "Dernier jour de réception d’une dénonciation"
    assert limit.due_on == date(2025, 1, 18)
    assert limit.article == "5"


def test_the_end_of_a_renewed_term_is_counted_from_the_anchor() -> None:
    timeline = life(PICARDIE, making("2024-02-29"), "2027-06-01")

    end = only(timeline, "term_end", 4)

    assert end.due_on == date(2028, 2, 28)
    assert plain(end.arithmetic) == "29 février 2024 + 4 ans − 1 jour = 28 février 2028"


def test_terms_already_over_are_no_deadline() -> None:
    timeline = life(PICARDIE, making("2024-01-15"), "2026-06-01")

    assert min(d.term for d in timeline.deadlines) == 3


def test_the_delay_of_a_breach_letter_names_its_other_reading_and_does_not_move() -> None:
    timeline = life(PICARDIE, [*making("2025-03-26"), breach("2025-10-12")], "2025-10-20")

    end = only(timeline, "breach_end")

    assert end.due_on == date(2025, 11, 11)
    assert end.last_working_day == date(2025, 11, 10)
    assert end.article == "9-2"
    assert "10 novembre 2025" in plain(end.competing)
    assert plain(end.arithmetic).startswith("12 octobre 2025 (jour exclu) + 30 jours = 11 novembre")


def test_the_alert_comes_earlier_where_the_effect_may_date_from_the_signature() -> None:
    timeline = life(PICARDIE, making("2025-01-20", cnil="2025-02-03"), "2025-03-01")

    assert only(timeline, "earliest_alert").due_on == date(2025, 10, 19)
    assert only(timeline, "notice_prudent", 1).due_on == date(2025, 11, 2)


def test_force_majeure_and_disputes_open_their_faculties_the_day_after() -> None:
    facts = [
        *making("2025-01-15"),
        {"kind": "force_majeure", "on": "2025-07-01"},
        {"kind": "dispute", "on": "2025-11-03"},
    ]

    timeline = life(DROME, facts, "2026-01-04")

    assert only(timeline, "force_majeure_faculty").due_on == date(2025, 8, 1)
    assert only(timeline, "court_possible").due_on == date(2026, 1, 3)
    assert only(timeline, "court_possible").article == "14"


def test_a_force_majeure_that_ends_in_time_opens_nothing() -> None:
    facts = [
        *making("2025-01-15"),
        {"kind": "force_majeure", "on": "2025-07-01"},
        {"kind": "force_majeure_ended", "on": "2025-07-20"},
    ]

    timeline = life(DROME, facts, "2025-09-01")

    assert "force_majeure_faculty" not in {d.kind for d in timeline.deadlines}


def test_an_electronic_letter_has_its_days_to_be_accepted_and_proved() -> None:
    letter = notice("2025-03-14", form="qualified_electronic_registered_letter")

    timeline = life(PICARDIE, [*making("2025-01-02"), letter], "2025-03-20")

    assert only(timeline, "letter_acceptance").due_on == date(2025, 3, 29)
    assert only(timeline, "letter_proof").due_on == date(2025, 3, 30)
    assert only(timeline, "letter_proof").article == "CPCE R.53-3"


def test_after_the_end_confidentiality_has_its_last_contractual_day_and_no_freedom_after() -> None:
    facts = [*making("2023-03-01"), notice("2023-10-02", "2023-10-04")]

    timeline = life(DROME, facts, "2024-04-01")

    deadline = only(timeline, "confidentiality_until")
    assert deadline.due_on == date(2029, 2, 28)
    assert "226-13" in deadline.competing
    assert [duty.code for duty in timeline.duties] == [
        "confidentiality",
        "attestation",
        "surviving_articles",
    ]


def test_nothing_falls_on_the_last_day_of_a_period_cut_short_nor_in_one_declined() -> None:
    cut = life(PICARDIE, [*making("2025-01-15"), breach("2025-07-01")], "2025-07-02")
    declined = life(PICARDIE, [*making("2025-01-15"), notice("2025-06-02")], "2025-07-02")

    assert [deadline.kind for deadline in cut.deadlines] == ["breach_end"]
    assert [deadline.kind for deadline in declined.deadlines] == ["term_end"]


def test_every_deadline_explains_itself() -> None:
    doubtful = {
        "id": "breach",
        "kind": "formal_notice",
        "by": "caisse",
        "form": "qualified_electronic_registered_letter",
        "first_presented_on": "2025-06-20",
    }
    facts = [
        *making("2025-01-15", cnil="2025-02-03"),
        doubtful,
        {"kind": "force_majeure", "on": "2025-07-01"},
        {"kind": "dispute", "on": "2025-07-01"},
    ]

    deadlines = life(DROME, facts, "2025-07-02").deadlines

    assert len({deadline.kind for deadline in deadlines}) == 8
    for deadline in deadlines:
        assert deadline.article, deadline
        assert deadline.title, deadline
        assert deadline.inputs, deadline
        assert deadline.arithmetic, deadline
