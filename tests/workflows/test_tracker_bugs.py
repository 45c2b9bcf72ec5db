"""Bugs of other trackers that a replay must be free of, each under the name of its report."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workflows.acts_told import letter, signed, told
from tests.workflows.rulebook_contents import content, rulebook
from workflows.replay import replay
from workflows.rulebook import Rulebook
from workflows.timeline import Timeline

YEARLY = rulebook(effect__conditions=[])


def limits(timeline: Timeline) -> list[date]:
    """The prudent limits to come, in order."""
    return [each.due_on for each in timeline.deadlines if each.kind == "notice_prudent"]


def test_glpi_23084_notice_is_counted_from_the_renewed_term_not_from_the_first() -> None:
    """Renewed to 28 August 2026, notice of two months: 28 June 2026, and not 2025."""
    rules = rulebook(effect__conditions=[], notice__length="P2M")
    timeline = replay(rules, signed("2024-08-29"), date(2025, 9, 15))
    assert timeline.current_term is not None
    assert timeline.current_term.last_day == date(2026, 8, 28)
    assert limits(timeline)[0] == date(2026, 6, 28)


@pytest.fixture
def three_years_then_one() -> Rulebook:
    """Thirty-six months, then twelve."""
    return rulebook(effect__conditions=[], term__length="P36M", term__renewal__length="P12M")


def test_glpi_6004_the_first_term_is_not_as_short_as_a_renewal(
    three_years_then_one: Rulebook,
) -> None:
    """From 1 August 2020: the first end is 31 July 2023, and its limit three months before."""
    timeline = replay(three_years_then_one, signed("2020-08-01"), date(2021, 9, 5))
    assert timeline.terms[0].last_day == date(2023, 7, 31)
    assert limits(timeline)[0] == date(2023, 4, 30)


def test_glpi_15893_a_renewal_is_not_as_long_as_the_first_term(
    three_years_then_one: Rulebook,
) -> None:
    """From 1 August 2020: the second end is 31 July 2024, and not 2026."""
    timeline = replay(three_years_then_one, signed("2020-08-01"), date(2023, 8, 1))
    assert timeline.terms[1].last_day == date(2024, 7, 31)
    assert limits(timeline)[0] == date(2024, 4, 30)


def test_bcapps_10353_a_notice_in_days_is_counted_in_days() -> None:
    """Sixty days before 31 December 2026 is 1 November, and not the end of October."""
    rules = rulebook(effect__conditions=[], notice__length="P60D")
    timeline = replay(rules, signed("2026-01-01"), date(2026, 6, 1))
    assert limits(timeline)[0] == date(2026, 11, 1)
    for posted_on, verdict in (("2026-11-01", "in_time"), ("2026-11-03", "late")):
        acts = [*signed("2026-01-01"), *letter("notice", posted_on, id="N")]
        assert replay(rules, acts, date(2027, 2, 1)).notices["N"].verdict == verdict


def test_clamped_dates_do_not_drift() -> None:
    """Monthly terms from 31 January: 28 February, then 31 March again, and not the 28th."""
    rules = rulebook(
        effect__conditions=[], term__length="P1M", term__renewal__length="P1M", notice=None
    )
    terms = replay(rules, signed("2025-01-31"), date(2025, 5, 1)).terms
    assert [term.first_day for term in terms[:4]] == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
        date(2025, 4, 30),
    ]


def test_a_convention_of_29_february_finds_its_day_again() -> None:
    terms = replay(YEARLY, signed("2024-02-29"), date(2028, 3, 1)).terms
    assert [term.first_day for term in terms[:5]] == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_one_renewal_a_run_an_outage_of_three_years_loses_no_renewal() -> None:
    """Looked at once, three terms later: three renewals, each at its own date."""
    timeline = replay(YEARLY, signed("2022-01-15"), date(2025, 2, 1))
    renewals = [step.on for step in timeline.past_steps if step.name == "renew"]
    assert renewals == [date(2023, 1, 15), date(2024, 1, 15), date(2025, 1, 15)]


def test_equal_today_a_day_without_a_run_changes_nothing_to_the_next() -> None:
    """What is due is due on and after its day, never on that day only."""
    acts = [*signed("2024-01-15"), *letter("notice", "2024-06-01")]
    for as_of in (date(2025, 1, 15), date(2025, 1, 16), date(2026, 7, 1)):
        timeline = replay(YEARLY, acts, as_of)
        assert timeline.state == "expired"
        assert timeline.past_steps[-1].on == date(2025, 1, 15)


def test_apilos_status_changes_on_the_effective_date_not_on_the_day_of_the_decision() -> None:
    """Agreed on 10 June for 30 September: in force until then, ended on 1 October."""
    rules = rulebook(
        effect__conditions=[], mutual_termination={"article": "C. civ. 1193", "basis": "law"}
    )
    agreement = told(
        "mutual_termination",
        "2025-06-10",
        last_day=date(2025, 9, 30),
        agreed_by=("caisse", "partner"),
    )
    acts = [*signed(), agreement]
    states = {
        day: replay(rules, acts, date.fromisoformat(day)).state
        for day in ("2025-06-10", "2025-09-30", "2025-10-01")
    }
    assert states == {"2025-06-10": "active", "2025-09-30": "active", "2025-10-01": "terminated"}


def test_apilos_a_notice_leaves_the_convention_in_force_until_its_term() -> None:
    acts = [*signed("2025-01-15"), *letter("notice", "2025-06-01")]
    assert replay(YEARLY, acts, date(2026, 1, 14)).state == "notice_given"
    assert replay(YEARLY, acts, date(2026, 1, 15)).state == "expired"


def test_apilos_an_avenant_applies_from_its_effect_not_from_its_signature() -> None:
    avenant = told(
        "avenant", "2025-02-01", effective_on=date(2025, 9, 1), changes={"notice.length": "P6M"}
    )
    before = [*signed("2025-01-15"), avenant, *letter("notice", "2025-08-30", id="N")]
    after = [*signed("2025-01-15"), avenant, *letter("notice", "2025-09-02", id="N")]
    assert replay(YEARLY, before, date(2025, 10, 1)).notices["N"].verdict == "in_time"
    assert replay(YEARLY, after, date(2025, 10, 1)).notices["N"].verdict == "late"


def test_an_avenant_does_not_judge_a_letter_already_posted() -> None:
    """Posted under three months' notice, received under six; and so for the delay of a breach."""
    received = rulebook(effect__conditions=[], notice__counts_from="reception")
    longer = told(
        "avenant", "2025-09-02", effective_on=date(2025, 9, 2), changes={"notice.length": "P6M"}
    )
    acts = [*signed("2025-01-15"), *letter("notice", "2025-09-01", "2025-09-03", id="N"), longer]
    assert replay(received, acts, date(2025, 10, 1)).notices["N"].verdict == "in_time"

    slower = told(
        "avenant", "2025-09-02", effective_on=date(2025, 9, 2), changes={"breach.delay": "P60D"}
    )
    acts = [*signed("2025-01-15"), *letter("formal_notice", "2025-09-01", "2025-09-03"), slower]
    assert replay(YEARLY, acts, date(2025, 9, 10)).last_day_in_force == date(2025, 10, 3)


# Signed is not « every date is filled », and two is not the number of signers.


def three_parties() -> Rulebook:
    table = content(effect__conditions=[])
    table["parties"].append({"role": "national_body", "designation": "l’organisme national"})
    return Rulebook.model_validate(table)


def test_two_signatures_of_three_do_not_make_a_convention_signed() -> None:
    acts = [*signed("2025-01-15", "caisse", "partner"), told("document_date", "2025-01-15")]
    timeline = replay(three_parties(), acts, date(2025, 3, 1))
    assert timeline.state == "draft"
    assert timeline.effect_on is None


def test_the_third_signature_of_three_does_whatever_their_order() -> None:
    acts = [
        *signed("2025-01-20", "national_body"),
        *signed("2025-01-15", "caisse", "partner"),
    ]
    timeline = replay(three_parties(), acts, date(2025, 3, 1))
    assert (timeline.state, timeline.effect_on) == ("active", date(2025, 1, 20))


def test_sending_again_erases_no_signature() -> None:
    acts = [
        told("sent_for_signature", "2025-01-02"),
        *signed("2025-01-10", "partner"),
        told("sent_for_signature", "2025-01-12"),
        *signed("2025-01-15", "caisse"),
    ]
    timeline = replay(YEARLY, acts, date(2025, 3, 1))
    assert (timeline.state, timeline.effect_on) == ("active", date(2025, 1, 15))


def test_dates_alone_without_signatures_make_nothing() -> None:
    acts = [told("document_date", "2025-01-15"), told("validation", "2025-01-15")]
    assert replay(YEARLY, acts, date(2025, 3, 1)).state == "draft"


# What was refused stays refused.


def test_a_notice_in_the_wrong_form_ends_nothing_even_confirmed() -> None:
    """A denied request is not granted by a later button."""
    signed_acts = signed("2025-01-15")
    notice = told("notice", "2025-06-01", id="N", letter="x", by="partner", form="email")
    confirmed = told("notice_confirmed", "2025-06-10", notice="N")
    timeline = replay(YEARLY, [*signed_acts, notice, confirmed], date(2027, 2, 1))
    assert timeline.state == "active"
    assert [refusal.act.id for refusal in timeline.refused] == [confirmed.id]


def test_late_approve_an_act_after_the_end_does_not_reopen_what_has_ended() -> None:
    """Acts that come after the end, or are recorded after it, do not put it back in force."""
    acts = [*signed("2024-01-15"), *letter("notice", "2024-06-01", id="N")]
    late = [
        told("cnil", "2025-02-01", basis="transmission"),
        told("notice_withdrawn", "2025-02-02", agreed_by=("caisse", "partner")),
        told("renewal_agreed", "2025-02-03"),
        told("suspension_lifted", "2025-02-04"),
        *signed("2025-02-05"),
    ]
    timeline = replay(YEARLY, [*acts, *late], date(2025, 3, 1))
    assert timeline.state == "expired"
    assert timeline.access_intervals == replay(YEARLY, acts, date(2025, 3, 1)).access_intervals


# The engine's own, found by trying to break it.


def test_a_long_term_is_not_out_of_sight() -> None:
    """The next change of a convention of five years lies beyond the horizon of the projection."""
    rules = rulebook(effect__conditions=[], term__length="P5Y", term__renewal__length="P5Y")
    assert replay(rules, signed("2025-01-15"), date(2025, 2, 1)).next_change_on == date(2030, 1, 15)


def test_access_does_not_outlive_an_end_beyond_the_horizon() -> None:
    """Looked at from long ago, with a fact recorded long after the end."""
    rules = rulebook(effect__conditions=[], term__renewal={"article": "9-1", "kind": "none"})
    acts = [*signed("2020-01-15"), told("address_change", "2020-02-01", by="partner")]
    acts.append(told("cnil", "2020-01-20", basis="transmission", recorded_on="2026-01-01"))
    intervals = replay(rules, acts, date(2018, 1, 1)).access_intervals
    assert [str(interval.closes_at)[:10] for interval in intervals] == ["2021-01-15"]


def test_a_letter_received_after_the_end_raises_no_doubt() -> None:
    """Posted in time, then the convention is ended by agreement before the letter arrives."""
    rules = rulebook(
        effect__conditions=[],
        notice__counts_from="reception",
        mutual_termination={"article": "C. civ. 1193", "basis": "law"},
    )
    agreement = told(
        "mutual_termination",
        "2025-10-01",
        last_day=date(2025, 10, 14),
        agreed_by=("caisse", "partner"),
    )
    acts = [*signed("2025-01-15"), *letter("notice", "2025-10-14", "2025-10-17"), agreement]
    timeline = replay(rules, acts, date(2025, 11, 1))
    assert timeline.state == "terminated"
    assert timeline.open_questions == ()


def test_a_cure_answered_too_late_leaves_its_question_answered() -> None:
    """Day 30 is Saturday 1 November, cured on Monday, and the lawyer says it is too late."""
    rules = rulebook(effect__conditions=[], breach__cure="express")
    acts = [
        *signed("2025-01-15"),
        *letter("formal_notice", "2025-10-01", "2025-10-02"),
        told("cure", "2025-11-03", id="C"),
        told(
            "decision",
            "2025-11-10",
            question="cure_on_next_working_day:C",
            answer="not_cured",
            reasons="Le délai est contractuel.",
        ),
    ]
    timeline = replay(rules, acts, date(2025, 12, 1))
    assert timeline.last_day_in_force == date(2025, 11, 1)
    assert [(q.identity, q.is_open) for q in timeline.questions] == [
        ("cure_on_next_working_day:C", False)
    ]
    assert "decision_without_question" not in {each.kind for each in timeline.anomalies}


def test_a_notice_whose_term_passed_under_a_question_ends_the_convention_once_it_is_gone() -> None:
    acts = [
        *signed("2025-01-15"),
        *letter("notice", "2025-09-01", id="N"),
        told("formal_notice", "2025-12-01", letter="f", by="caisse", form="registered_letter"),
        told("letter_presented", "2025-12-03", letter="f"),
        told("letter_unclaimed", "2025-12-20", letter="f"),
    ]
    held = replay(YEARLY, acts, date(2026, 3, 1))
    assert held.state == "termination_pending"
    assert held.last_day_in_force is None
    withdrawn = replay(
        YEARLY, [*acts, told("formal_notice_withdrawn", "2026-02-01")], date(2026, 3, 1)
    )
    assert (withdrawn.state, withdrawn.end_cause) == ("expired", "notice")
    assert withdrawn.last_day_in_force == date(2026, 1, 14)


def test_an_unclaimed_notice_of_which_the_posting_is_unknown_can_still_be_decided() -> None:
    rules = rulebook(effect__conditions=[], notice__counts_from="reception")
    acts = [
        *signed("2025-01-15"),
        told("notice", "2025-09-03", id="N", letter="n", by="partner", form="registered_letter"),
        told("letter_presented", "2025-09-03", letter="n"),
        told("letter_unclaimed", "2025-09-19", letter="n"),
    ]
    answer = told(
        "decision",
        "2025-10-01",
        question="notice_to_qualify:N",
        answer="in_time",
        reasons="Réputée reçue à la première présentation.",
    )
    assert replay(rules, acts, date(2025, 10, 2)).notices["N"].verdict == "to_qualify"
    assert replay(rules, [*acts, answer], date(2025, 10, 2)).last_day_in_force == date(2026, 1, 14)
