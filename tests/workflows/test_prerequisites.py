"""What holds on a day of the papers without which no access may be given."""

from datetime import date
from typing import Any

import pytest

from templates_conventions.catalogue import rulebook
from workflows.prerequisites import Paper, Prerequisite, conditions_of, prerequisites_on
from workflows.rulebook_types import PartnerKind

RSA = rulebook("rsacg-msa-provence-azur")
CCAS = PartnerKind.CCAS


def paper(first: str, last: str | None = None, **changes: Any) -> Paper:
    wanted = {
        "document": "delegation",
        "first_day": date.fromisoformat(first),
        "last_day": date.fromisoformat(last) if last else None,
        "received_on": date(2026, 1, 5),
        "outcome": "accepted",
    } | changes
    return Paper(**wanted)


def on(day: str, *papers: Paper) -> Prerequisite:
    [found] = prerequisites_on(RSA, CCAS, papers, date.fromisoformat(day))
    return found


@pytest.mark.parametrize(
    "code",
    [
        "psu-msa-picardie",
        "psu-msa-armorique",
        "qf-msa-ardeche-drome-loire",
        "mon-enfant-caf-pas-de-calais",
    ],
)
def test_the_other_conventions_want_no_paper_before_an_access(code: str) -> None:
    for kind in (None, *PartnerKind):
        assert prerequisites_on(rulebook(code), kind, (), date(2026, 1, 1)) == ()


def test_the_departement_itself_is_bound_by_no_delegation_every_other_body_is() -> None:
    assert conditions_of(RSA, PartnerKind.DEPARTEMENT) == ()
    for kind in (PartnerKind.CCAS, PartnerKind.CIAS, PartnerKind.ASSOCIATION, None):
        [condition] = conditions_of(RSA, kind)
        assert (condition.document, condition.article) == ("delegation", "3")


def test_nothing_given_is_missing_and_the_words_name_the_paper_and_its_article() -> None:
    found = on("2026-01-05")
    assert (found.standing, found.is_met, found.flags) == ("missing", False, True)
    assert found.words.replace("\u00a0", " ") == (
        "« Délégation du président du conseil départemental » (article 3) : elle manque."
    )


def test_a_paper_holds_on_its_first_and_on_its_last_day_and_not_around_them() -> None:
    given = paper("2026-01-10", "2026-06-30")
    days = ("2026-01-09", "2026-01-10", "2026-06-30", "2026-07-01")
    assert [on(day, given).standing for day in days] == ["not_yet", "held", "held", "ended"]
    assert on("2026-07-01", given).last_day == date(2026, 6, 30)
    assert "a pris fin le 30\u00a0juin 2026" in on("2026-07-01", given).words
    assert "à partir du 10\u00a0janvier 2026" in on("2026-01-09", given).words


def test_a_paper_without_last_day_holds_until_further_notice() -> None:
    found = on("2036-01-01", paper("2026-01-10"))
    assert (found.standing, found.last_day) == ("held", None)


def test_what_nobody_checked_holds_nothing() -> None:
    found = on("2026-02-01", paper("2026-01-10", outcome=""))
    assert (found.standing, found.in_hand) == ("to_check", True)
    assert "à vérifier par la caisse" in found.words


def test_what_was_refused_holds_nothing_and_another_is_awaited() -> None:
    assert on("2026-02-01", paper("2026-01-10", outcome="refused")).standing == "refused"
    again = (paper("2026-01-10", outcome="refused"), paper("2026-01-20"))
    assert on("2026-02-01", *again).standing == "held"


def test_papers_that_follow_each_other_are_covered_without_gap() -> None:
    following = (paper("2026-01-01", "2026-06-30"), paper("2026-07-01", "2026-12-31"))
    assert on("2026-03-01", *following).last_day == date(2026, 12, 31)
    with_a_gap = (paper("2026-01-01", "2026-06-30"), paper("2026-07-02", "2026-12-31"))
    assert on("2026-03-01", *with_a_gap).last_day == date(2026, 6, 30)
    between = on("2026-07-01", *with_a_gap)
    assert (between.standing, between.next_day) == ("ended", date(2026, 7, 2))


def test_a_shorter_paper_inside_a_longer_one_shortens_nothing() -> None:
    both = (paper("2026-01-01", "2026-12-31"), paper("2026-02-01", "2026-03-01"))
    assert on("2026-02-15", *both).last_day == date(2026, 12, 31)


def test_an_ended_paper_whose_follower_waits_to_be_checked_is_ended_and_in_hand() -> None:
    found = on("2026-07-01", paper("2026-01-01", "2026-06-30"), paper("2026-07-01", outcome=""))
    assert (found.standing, found.in_hand) == ("ended", True)
    assert "à vérifier" in found.words


def test_a_paper_for_another_service_or_of_another_kind_counts_for_nothing() -> None:
    service = RSA.services[0].code
    assert on("2026-02-01", paper("2026-01-01", service="autre")).standing == "missing"
    assert on("2026-02-01", paper("2026-01-01", document="autre")).standing == "missing"
    assert on("2026-02-01", paper("2026-01-01", service=service)).standing == "held"
