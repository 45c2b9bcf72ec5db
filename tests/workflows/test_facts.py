"""Facts from outside become acts of the engine, or a clear refusal naming every fault."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from workflows import facts
from workflows.acts import Act, Avenant, Departure, Experiment, FormalNotice, Notice
from workflows.clock import PARIS
from workflows.facts import FactError
from workflows.input_faults import Fault

NOTICE = {"kind": "notice", "by": "partner", "form": "registered_letter"}
ELECTRONIC = {**NOTICE, "form": "qualified_electronic_registered_letter"}
CURE = {"kind": "cure", "on": "2025-05-01"}


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=PARIS)


def moments(*given: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The acts read from facts: identifier, kind, day."""
    return [(act.id, act.kind, act.on.isoformat()) for act in facts.read(list(given)).acts]


def only(fact: dict[str, Any]) -> Act:
    (act,) = facts.read([fact]).acts
    return act


def faults_of(*given: Any) -> tuple[Fault, ...]:
    with pytest.raises(FactError) as refusal:
        facts.read(list(given))
    return refusal.value.faults


def said(*given: Any) -> str:
    """What is said of facts that hold one fault."""
    (fault,) = faults_of(*given)
    return str(fault).replace("\N{NO-BREAK SPACE}", " ")


# Letters.


def test_a_letter_becomes_its_notice_and_each_moment_of_its_postal_life() -> None:
    letter = {
        **NOTICE,
        "posted_on": "2025-10-10",
        "first_presented_on": "2025-10-13",
        "received_on": "2025-10-20",
        "outcome": "delivered",
    }

    assert moments(letter) == [
        ("1", "notice", "2025-10-10"),
        ("1.posted", "letter_posted", "2025-10-10"),
        ("1.presented", "letter_presented", "2025-10-13"),
        ("1.delivered", "letter_delivered", "2025-10-20"),
    ]
    assert {act.letter for act in facts.read([letter]).acts} == {"1"}  # type: ignore[attr-defined]


def test_a_breach_letter_known_by_its_reception_alone_starts_there() -> None:
    letter = {**NOTICE, "kind": "formal_notice", "received_on": "2025-03-01"}

    notice, delivered = facts.read([letter]).acts

    assert isinstance(notice, FormalNotice)
    assert (notice.on, delivered.kind) == (date(2025, 3, 1), "letter_delivered")


def test_the_notice_is_dated_on_the_earliest_day_known_of_its_letter() -> None:
    out_of_order = {**NOTICE, "posted_on": "2025-10-10", "received_on": "2025-10-08"}

    assert moments(out_of_order)[0] == ("1", "notice", "2025-10-08")


@pytest.mark.parametrize("letter", [NOTICE, ELECTRONIC])
def test_an_unclaimed_letter_comes_back_after_fifteen_days(letter: dict[str, Any]) -> None:
    unclaimed = {**letter, "first_presented_on": "2025-01-08", "outcome": "unclaimed"}

    assert moments(unclaimed)[-1] == ("1.unclaimed", "letter_unclaimed", "2025-01-23")


def test_an_unclaimed_letter_never_presented_waits_from_its_posting() -> None:
    unclaimed = {**ELECTRONIC, "posted_on": "2025-03-14", "outcome": "unclaimed"}

    assert moments(unclaimed)[-1] == ("1.unclaimed", "letter_unclaimed", "2025-03-29")


def test_a_return_recorded_before_the_fifteen_days_happened_that_day() -> None:
    unclaimed = {
        **NOTICE,
        "first_presented_on": "2025-01-08",
        "outcome": "unclaimed",
        "recorded_on": "2025-01-20",
    }

    assert moments(unclaimed)[-1] == ("1.unclaimed", "letter_unclaimed", "2025-01-20")


def test_a_letter_refused_without_date_was_refused_when_presented() -> None:
    refused = {**NOTICE, "first_presented_on": "2025-05-05", "outcome": "refused"}

    assert moments(refused)[-1] == ("1.refused", "letter_refused", "2025-05-05")


def test_an_instant_of_posting_is_dated_in_paris() -> None:
    assert moments({**ELECTRONIC, "posted_at": "2026-07-14T22:20:00Z"})[1] == (
        "1.posted",
        "letter_posted",
        "2026-07-15",
    )


def test_an_instant_and_a_day_of_posting_that_agree_are_one_posting() -> None:
    both = {**ELECTRONIC, "posted_on": "2026-07-15", "posted_at": "2026-07-15T00:20:00+02:00"}

    assert len(moments(both)) == 2


def test_a_letter_may_bear_a_name_that_later_acts_refer_to() -> None:
    later = {"kind": "letter_delivered", "on": "2025-10-20", "letter": "L1"}

    acts = facts.read([{**NOTICE, "posted_on": "2025-10-10", "letter": "L1"}, later]).acts

    assert {act.letter for act in acts} == {"L1"}  # type: ignore[attr-defined]


def test_a_notice_may_be_given_as_the_engine_knows_it() -> None:
    act = only({**NOTICE, "on": "2025-10-10", "letter": "L1"})

    assert isinstance(act, Notice)
    assert (act.on, act.letter) == (date(2025, 10, 10), "L1")


@pytest.mark.parametrize(
    ("letter", "problem"),
    [
        ({}, "courrier sans aucune date"),
        ({"outcome": "unclaimed"}, "courrier sans aucune date"),
        ({"posted_on": "2025-10-10", "outcome": "delivered"}, "sans date de remise"),
        ({"posted_on": "2025-10-10", "outcome": "refused"}, "sans date de refus"),
        (
            {"posted_on": "2025-10-10", "received_on": "2025-10-11", "outcome": "unclaimed"},
            "non réclamé (unclaimed), et pourtant reçu",
        ),
        (
            {"posted_on": "2026-07-14", "posted_at": "2026-07-15T00:20:00+02:00"},
            "2026-07-14 contredit posted_at, qui est le 2026-07-15 à Paris",
        ),
        ({"posted_at": "2026-07-15T00:20:00"}, "n’a pas de décalage horaire"),
        ({"posted_on": "2025-10-10", "outcome": "lost"}, "delivered, refused, unclaimed"),
        ({"posted_on": "2025-10-10", "arrived_on": "2025-10-12"}, "clé « arrived_on » inconnue"),
        ({"posted_on": "2025-10-10", "form": "pigeon"}, "reçu « pigeon »"),
    ],
)
def test_a_letter_that_lacks_or_contradicts_a_date_is_refused(
    letter: dict[str, Any], problem: str
) -> None:
    message = said({**NOTICE, **letter})

    assert message.startswith("événement n° 1 (notice)")
    assert problem in message
    assert "Attendu : " in message


# Other facts with names of their own.


def test_an_avenant_takes_effect_on_its_signature_unless_said_otherwise() -> None:
    act = only({"kind": "avenant", "signed_on": "2024-09-05", "changes": {"term.length": "P3Y"}})

    assert isinstance(act, Avenant)
    assert (act.on, act.effective_on) == (date(2024, 9, 5), date(2024, 9, 5))


def test_an_avenant_known_by_its_effect_alone_was_signed_that_day() -> None:
    act = only({"kind": "avenant", "effective_on": "2024-10-01"})

    assert act.on == date(2024, 10, 1)


def test_an_avenant_is_recorded_when_signed_though_it_takes_effect_later() -> None:
    act = only({"kind": "avenant", "signed_on": "2024-09-05", "effective_on": "2025-01-01"})

    assert act.recorded_at == noon(2024, 9, 5)
    assert act.legal_date == date(2025, 1, 1)


def test_an_avenant_without_any_date_is_refused() -> None:
    assert "avenant sans date" in said({"kind": "avenant", "changes": {}})


def test_an_experiment_goes_from_a_day_to_another() -> None:
    act = only({"kind": "experiment", "from": "2025-10-01", "to": "2025-11-30"})

    assert isinstance(act, Experiment)
    assert (act.on, act.until) == (date(2025, 10, 1), date(2025, 11, 30))


def test_an_experiment_without_end_names_the_key_that_its_author_knows() -> None:
    assert "to : clé absente" in said({"kind": "experiment", "from": "2025-10-01"})


def test_a_deliberation_counts_from_its_reception() -> None:
    fact = {"kind": "deliberation", "received_on": "2025-02-21"}

    assert only(fact).on == date(2025, 2, 21)
    assert only({"kind": "deliberation", "on": "2025-02-21"}).on == date(2025, 2, 21)


def test_a_departure_is_recorded_on_the_day_it_was_reported() -> None:
    fact = {"kind": "departure", "on": "2025-09-30", "reported_on": "2025-10-06"}
    act = only(fact)

    assert isinstance(act, Departure)
    assert (act.on, act.recorded_at) == (date(2025, 9, 30), noon(2025, 10, 6))
    assert only({**fact, "recorded_on": "2025-10-08"}).recorded_at == noon(2025, 10, 8)


def test_a_fact_about_a_user_who_is_not_named_is_about_the_only_one() -> None:
    assert only({"kind": "last_login", "on": "2025-01-10"}).user == "U1"  # type: ignore[attr-defined]


# Recording and identity.


def test_a_fact_is_recorded_at_noon_of_its_day_unless_said_otherwise() -> None:
    assert only(CURE).recorded_at == noon(2025, 5, 1)
    assert only({**CURE, "recorded_on": "2025-05-15"}).recorded_at == noon(2025, 5, 15)
    assert only({**CURE, "recorded_at": "2025-05-15T08:00:00Z"}).recorded_at == datetime(
        2025, 5, 15, 10, tzinfo=PARIS
    )


def test_every_moment_of_a_letter_was_recorded_with_it() -> None:
    letter = {
        **NOTICE,
        "posted_on": "2025-10-10",
        "received_on": "2025-10-13",
        "recorded_on": "2026-01-20",
    }

    assert {act.recorded_at for act in facts.read([letter]).acts} == {noon(2026, 1, 20)}


def test_what_has_not_happened_yet_cannot_have_been_recorded() -> None:
    message = said({**CURE, "recorded_on": "2025-04-30"})

    assert "1er mai 2025" in message
    assert "30 avril 2025" in message


def test_what_is_announced_may_be_recorded_before() -> None:
    fact = {"kind": "departure", "on": "2025-10-31", "recorded_on": "2025-10-06"}

    assert only(fact).recorded_at == noon(2025, 10, 6)


def test_two_ways_of_saying_when_it_was_recorded_are_one_too_many() -> None:
    fact = {**CURE, "recorded_on": "2025-05-15", "recorded_at": "2025-05-15T08:00:00Z"}

    assert "un seul des deux" in said(fact)


def test_facts_are_numbered_from_one_and_their_acts_know_where_they_come_from() -> None:
    read = facts.read([CURE, {**NOTICE, "posted_on": "2025-10-10"}, {**CURE, "id": "fin"}])

    assert [act.id for act in read.acts] == ["1", "2", "2.posted", "fin"]
    assert read.origins["2.posted"] == (2, "notice")


def test_an_identifier_serves_once() -> None:
    assert "désigne déjà l’événement n° 1" in said({**CURE, "id": "2"}, CURE)


@pytest.mark.parametrize("identifier", ["", "a b", "grey_zone:4", ".4", 4, "é", "x" * 41])
def test_an_identifier_is_plain(identifier: Any) -> None:
    assert "n’est pas un identifiant" in said({**CURE, "id": identifier})


# Faults.


@pytest.mark.parametrize(
    ("fact", "problem"),
    [
        ({"on": "2025-05-01"}, "événement n° 1 : kind : clé absente"),
        ({"kind": "curee", "on": "2025-05-01"}, "Peut-être « cure »"),
        ({"kind": ["cure"], "on": "2025-05-01"}, "inconnu"),
        ({"kind": "cure", "on": "2025-02-30"}, "« 2025-02-30 » n’existe pas"),
        ({"kind": "cure"}, "on : clé absente"),
        ({"kind": "cure", "on": "2025-05-01", "du": "x"}, "clé « du » inconnue"),
        ({"kind": "cnil", "on": "2025-05-01", "basis": "oubli"}, "basis : valeur refusée"),
        ({"kind": "signature", "on": "2025-05-01"}, "party : clé absente"),
        ({"kind": "cure", "on": "2025-05-01", "recorded_on": "demain"}, "recorded_on : « demain »"),
        ({"kind": "cure", "on": "2025-05-01", "recorded_at": "2025-05-01"}, "décalage horaire"),
        (3, "un événement est une table"),
    ],
)
def test_a_fact_that_cannot_be_read_says_where_and_why(fact: Any, problem: str) -> None:
    assert problem in said(fact)


def test_every_fault_of_every_fact_is_said_at_once() -> None:
    faults = faults_of(
        {"kind": "signature", "on": "2025-02-30", "partie": "caisse"},
        CURE,
        {**NOTICE, "form": "pigeon"},
    )

    assert [(fault.place, fault.key) for fault in faults] == [
        ("événement n° 1 (signature)", "on"),
        ("événement n° 1 (signature)", "party"),
        ("événement n° 1 (signature)", "partie"),
        ("événement n° 3 (notice)", "form"),
    ]


def test_facts_are_a_list() -> None:
    with pytest.raises(FactError, match="forment une liste"):
        facts.read({"acts": []})
