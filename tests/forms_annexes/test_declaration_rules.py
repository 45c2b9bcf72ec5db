"""What the rulebooks say of declaring, and how the hours of a breach are counted."""

from datetime import datetime, timedelta

import pytest

from forms_annexes.declarations.breach_clock import clock_from
from forms_annexes.declarations.kinds import kind_of, kinds
from forms_annexes.declarations.offers import Situation, offers, why_not
from templates_conventions.catalogue import rulebook
from workflows.clock import PARIS
from workflows.rulebook import Rulebook

FIVE = (
    "psu-msa-picardie",
    "psu-msa-armorique",
    "qf-msa-ardeche-drome-loire",
    "rsacg-msa-provence-azur",
    "mon-enfant-caf-pas-de-calais",
)


def rules(code: str) -> Rulebook:
    return rulebook(code)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("code", "kind", "article"),
    [
        (FIVE[0], "right_request", "article 6-3 de la convention"),
        (FIVE[2], "right_request", "article 6-3 de la convention"),
        (FIVE[2], "address", "article 13.7 de la convention"),
        (FIVE[2], "attestation", "article 6-1 de la convention"),
        (FIVE[2], "notice", "article 9-2 de la convention"),
        (FIVE[3], "breach", "article 6-2 de la convention"),
        (FIVE[0], "breach", "RGPD, article 33"),
        (FIVE[0], "address", ""),
    ],
)
def test_each_kind_cites_the_article_of_the_convention_where_it_has_one(
    code: str, kind: str, article: str
) -> None:
    assert kind_of(kind).article(rules(code)) == article


@pytest.mark.parametrize(
    ("code", "asked"),
    [(FIVE[0], ["address"]), (FIVE[2], ["address", "letter_number", "letter_posted_on"])],
)
def test_the_registered_letter_is_asked_where_the_convention_wants_it(
    code: str, asked: list[str]
) -> None:
    assert [one.code for one in kind_of("address").asked(rules(code))] == asked


@pytest.mark.parametrize(
    ("code", "state", "possible"),
    [
        (FIVE[0], "draft", {"address", "signatory"}),
        (
            FIVE[0],
            "active",
            {"breach", "right_request", "address", "signatory", "avenant", "notice"},
        ),
        (FIVE[3], "active", {"breach", "address", "signatory", "avenant", "notice"}),
        (FIVE[4], "active", {"breach", "address", "signatory", "avenant", "notice"}),
        # The other party's notice keeps nobody from giving one's own.
        (
            FIVE[0],
            "notice_given",
            {"breach", "right_request", "address", "signatory", "avenant", "notice"},
        ),
        (FIVE[0], "expired", {"breach", "right_request", "address", "signatory"}),
        (FIVE[2], "expired", {"breach", "right_request", "address", "signatory", "attestation"}),
        (FIVE[2], "closed", {"breach", "right_request"}),
        (FIVE[2], "abandoned", set()),
    ],
)
def test_only_what_is_possible_now_is_offered(code: str, state: str, possible: set[str]) -> None:
    awaited = state == "expired" and code == FIVE[2]
    situation = Situation(rules(code), state, attestation_awaited=awaited)
    assert {one.kind.code for one in offers(situation) if not one.why_not} == possible


@pytest.mark.parametrize("code", FIVE)
def test_everything_not_offered_is_explained_by_a_sentence(code: str) -> None:
    for state in ("draft", "active", "terminated", "closed"):
        for offer in offers(Situation(rules(code), state, whole_partner=False)):
            assert offer.why_not == "" or offer.why_not.endswith(".")


def test_a_list_of_users_is_answered_while_it_waits() -> None:
    waiting = Situation(rules(FIVE[0]), "active", review_open=True)
    assert why_not(kind_of("review"), waiting) == ""


def test_one_attestation_and_one_intention_to_give_notice_at_a_time() -> None:
    known = Situation(rules(FIVE[0]), "active", in_progress={"notice": "N-1", "avenant": "N-2"})
    assert "N-1" in why_not(kind_of("notice"), known)
    assert why_not(kind_of("avenant"), known) == ""


def test_no_kind_shares_its_address_with_another() -> None:
    slugs = [kind.slug for kind in kinds()]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2024-02-01T09:30", "encore 72 heures"),
        ("2024-02-01T09:31", "encore 71 heures"),
        ("2024-02-04T08:45", "moins d’une heure"),
        ("2024-02-04T09:30", "moins d’une heure"),
        ("2024-02-04T09:31", "dépassées depuis moins d’une heure"),
        ("2024-02-05T10:00", "dépassées depuis 24 heures"),
    ],
)
def test_the_hours_of_a_breach_are_whole_hours(now: str, words: str) -> None:
    found = clock_from(at("2024-02-01T09:30"), at(now))
    assert found.words.replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("since", "until"),
    [
        # The night of 31 March 2024 has an hour less, that of 27 October 2024 one more.
        ("2024-03-30T12:00", "2024-04-02T13:00"),
        ("2024-10-26T12:00", "2024-10-29T11:00"),
    ],
)
def test_seventy_two_hours_pass_over_a_change_of_hour(since: str, until: str) -> None:
    found = clock_from(at(since), at(since))
    assert found.ends_at == at(until)
    assert found.ends_at.timestamp() - at(since).timestamp() == timedelta(hours=72).total_seconds()
