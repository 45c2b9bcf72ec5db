"""The letters of a convention, filled from its life: no date is typed by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.models import Convention, PublishedRulebook, User
from contracts.services.documents import issue
from contracts.services.letters import (
    LetterProposal,
    chosen,
    letter_proposal,
    letters_today,
    proposals,
    proposed_document,
)
from contracts.services.rulebooks import publish
from templates_conventions.assembly import CannotAssemble
from templates_conventions.catalogue import rulebook
from templates_conventions.document import Document
from templates_conventions.letter_assembly import letter_document
from tests.documents import FACTS, plain, text_of
from tests.portfolio import an_act, record
from tests.templates_conventions.matrix import ADL, CAF, FIVE, PIC, RSA
from workflows.replay import replay
from workflows.timeline import Timeline

LETTER = "lettre recommandée avec avis de réception"


def to_send(convention: Convention) -> list[str]:
    return [one.code for one in letters_today(convention) if one.to_send]


def names(proposal: LetterProposal) -> list[str]:
    return [asked.name for asked in proposal.asked]


@pytest.fixture
def life(today: Callable[[str], None]) -> Callable[..., Timeline]:
    """The life of a convention of some type, in force since 15 January 2024, without a database."""

    def of(code: str, as_of: str, *more: tuple[str, str, dict[str, Any]]) -> Timeline:
        today("2028-01-01")
        facts = [
            ("cnil", "2024-01-12", {"basis": "transmission"}),
            ("document_date", "2024-01-15", {}),
            ("signature", "2024-01-13", {"party": "partner"}),
            ("signature", "2024-01-15", {"party": "caisse"}),
            *more,
        ]
        acts = [an_act(kind, on, **fields) for kind, on, fields in facts]
        return replay(rulebook(code), acts, date.fromisoformat(as_of))

    return of


def letter_of(timeline: Timeline, code: str) -> Document:
    """A letter to which nothing needs to be typed."""
    values = chosen(timeline, code).values
    return letter_document(timeline.rulebook, code, FACTS, timeline.as_of, values)


def breach_letter(received: str, by: str = "caisse") -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """A breach letter posted on 1 May 2026 and received on a day."""
    common = {"letter": "L1"}
    return (
        (
            "formal_notice",
            "2026-05-01",
            common | {"by": by, "form": "registered_letter"},
        ),
        ("letter_posted", "2026-05-01", common),
        ("letter_delivered", received, common),
    )


@pytest.mark.django_db
def test_a_draft_may_leave_for_signature_and_once_sent_it_must(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> None:
    today("2024-01-10")
    opened = draft()
    assert [one.code for one in letters_today(opened)] == ["envoi-signature"]
    assert to_send(opened) == []
    record(opened, "sent_for_signature", "2024-01-10")
    assert to_send(opened) == ["envoi-signature"]


@pytest.mark.django_db
def test_a_letter_issued_for_its_occasion_is_no_longer_to_send(
    convention: Convention, agent: User, today: Callable[[str], None]
) -> None:
    today("2024-09-20")
    assert to_send(convention) == ["rappel-partenaire-denonciation"]
    reminder = letter_proposal(convention, "rappel-partenaire-denonciation")
    issue(convention, proposed_document(convention, reminder, {}), agent)
    assert to_send(convention) == []
    done = next(one for one in letters_today(convention) if one.code == reminder.code)
    assert done.issued_on == date(2024, 9, 20)
    today("2025-09-20")
    assert to_send(convention) == ["rappel-partenaire-denonciation"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "reminded"),
    [("2024-09-13", False), ("2024-09-14", True), ("2024-10-14", True), ("2024-10-15", False)],
)
def test_the_partner_is_reminded_from_a_month_before_the_limit_until_it(
    convention: Convention, today: Callable[[str], None], day: str, reminded: bool
) -> None:
    today(day)
    assert ("rappel-partenaire-denonciation" in to_send(convention)) == reminded


@pytest.mark.django_db
def test_the_reminder_explains_its_dates_from_the_article_and_the_sum(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2024-09-20")
    reminder = letter_proposal(convention, "rappel-partenaire-denonciation")
    assert reminder.values["legal_on"] == date(2024, 10, 14)
    assert reminder.values["term_last_day"] == date(2025, 1, 14)
    assert names(reminder) == []
    text = text_of(proposed_document(convention, reminder, {}))
    assert "14 octobre 2024 + 3 mois = 14 janvier 2025" in text
    assert "(article 9-1)" in text
    assert "un juriste tranche" not in text


@pytest.mark.django_db
def test_a_date_that_the_file_knows_cannot_be_typed(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2024-09-20")
    notice = letter_proposal(convention, "denonciation")
    with pytest.raises(CannotAssemble, match="vient du dossier et ne se tape pas"):
        proposed_document(convention, notice, {"last_day_in_force": date(2024, 12, 31)})


@pytest.mark.django_db
@pytest.mark.parametrize("breach", ["Dossier 2951099126111 93", "dossiers 295109912611193"])
def test_a_social_security_number_is_refused_in_what_is_typed(
    convention: Convention, breach: str
) -> None:
    letter = letter_proposal(convention, "mise-en-demeure")
    with pytest.raises(CannotAssemble, match="numéro de sécurité sociale") as refused:
        proposed_document(convention, letter, {"obligation": "4-3", "breach": breach})
    assert "2951099126111" not in str(refused.value)


@pytest.mark.django_db
def test_an_avenant_changes_the_letters_that_follow_it(
    convention: Convention, today: Callable[[str], None]
) -> None:
    record(
        convention,
        "avenant",
        "2024-02-01",
        effective_on="2024-02-01",
        changes={"notice.length": "P2M"},
    )
    today("2024-10-20")
    reminder = letter_proposal(convention, "rappel-partenaire-denonciation")
    assert reminder.values["legal_on"] == date(2024, 11, 14)
    assert "+ 2 mois" in text_of(proposed_document(convention, reminder, {}))


@pytest.mark.django_db
@pytest.mark.parametrize("code", FIVE)
def test_every_letter_that_makes_sense_can_be_written_once_typed(
    draft: Callable[..., Convention], today: Callable[[str], None], code: str
) -> None:
    published: PublishedRulebook = publish(rulebook(code))[0]
    today("2024-01-15")
    opened = draft(rulebook_code=published.code)
    record(opened, "prior_request", "2024-01-05")
    record(opened, "cnil", "2024-01-12", basis="transmission", reference="T-1")
    record(opened, "document_date", "2024-01-15")
    record(opened, "signature", "2024-01-13", party="partner")
    record(opened, "signature", "2024-01-15", party="caisse")
    today("2024-09-20")
    if published.rulebook.suspension is not None:
        record(opened, "suspension", "2024-09-18")
    proposed = letters_today(opened)
    assert {"rappel-partenaire-denonciation", "denonciation"} <= {one.code for one in proposed}
    assert ("mise-en-demeure" in {one.code for one in proposed}) == (code != CAF)
    for proposal in proposed:
        assert text_of(proposed_document(opened, proposal, typed(proposal)))


def typed(proposal: LetterProposal) -> dict[str, Any]:
    """What a clerk types into a letter, made up."""
    return {
        asked.name: {"list": ["exemple"], "date": date(2024, 10, 1)}.get(
            asked.kind, asked.choices[0] if asked.choices else "exemple"
        )
        for asked in proposal.asked
        if asked.required
    }


# Without a database: what the life says.


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (PIC, ["obligation", "breach"]),
        (ADL, ["obligation", "breach", "repair"]),
        (RSA, ["obligation", "breach", "repair"]),
    ],
)
def test_of_a_breach_letter_only_what_no_fact_knows_is_asked(
    life: Callable[..., Timeline], code: str, asked: list[str]
) -> None:
    letter = chosen(life(code, "2026-05-01"), "mise-en-demeure")
    assert names(letter) == asked
    assert letter.values["form"] == LETTER
    assert letter.values["earliest_last_day"] == date(2026, 5, 31)
    assert "1er mai 2026 + 30 jours = 31 mai 2026 (article 9-2)" in plain(
        letter.values["explanation"]
    )


def test_the_articles_offered_for_a_breach_are_those_of_the_convention(
    life: Callable[..., Timeline],
) -> None:
    obligation = chosen(life(PIC, "2026-05-01"), "mise-en-demeure").asked[0]
    assert {"4-3", "6-1", "9-2"} <= set(obligation.choices)
    assert "13.1" not in obligation.choices


def test_a_notice_after_the_limit_is_for_the_next_term(life: Callable[..., Timeline]) -> None:
    before = chosen(life(PIC, "2026-10-14"), "denonciation")
    after = chosen(life(PIC, "2026-10-15"), "denonciation")
    assert (before.values["limit_on"], before.values["last_day_in_force"]) == (
        date(2026, 10, 14),
        date(2027, 1, 14),
    )
    assert (after.values["limit_on"], after.values["last_day_in_force"]) == (
        date(2027, 10, 14),
        date(2028, 1, 14),
    )
    assert before.values["closed_on"] == date(2027, 1, 15)


def test_the_notice_of_a_type_with_a_limited_confidentiality_says_until_when(
    life: Callable[..., Timeline],
) -> None:
    assert chosen(life(ADL, "2026-05-01"), "denonciation").values["confidentiality_until"] == date(
        2032, 1, 14
    )
    assert "confidentiality_until" not in chosen(life(PIC, "2026-05-01"), "denonciation").values


def test_a_convention_ended_by_breach_has_its_termination_letter(
    life: Callable[..., Timeline],
) -> None:
    ended = life(ADL, "2026-06-15", *breach_letter("2026-05-06"))
    due = [one for one in proposals(ended) if one.to_send]
    assert [one.code for one in due] == ["resiliation", "demande-attestation"]
    values = due[0].values
    assert values["ground"] == "breach"
    assert values["last_day_in_force"] == date(2026, 6, 5)
    assert values["closed_on"] == date(2026, 6, 6)
    assert values["confidentiality_until"] == date(2031, 6, 5)
    assert "6 mai 2026 (jour exclu) + 30 jours = 5 juin 2026" in plain(values["explanation"])
    assert "L’article 6-1 ne fixe pas de jour" in due[1].values["explanation"].replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_damages_are_kept_by_the_party_that_was_wronged(life: Callable[..., Timeline]) -> None:
    by_us = life(PIC, "2026-06-15", *breach_letter("2026-05-06"))
    by_them = life(PIC, "2026-06-15", *breach_letter("2026-05-06", by="partner"))
    ours, theirs = (text_of(letter_of(one, "resiliation")) for one in (by_us, by_them))
    assert "par notre lettre, pour inexécution" in ours
    assert "Nous gardons le droit de demander réparation" in ours
    assert "par votre lettre, pour inexécution" in theirs
    assert "Nous gardons le droit de demander réparation" not in theirs


@pytest.mark.django_db
def test_no_binding_letter_leaves_while_a_blocking_question_is_open(
    convention: Convention, today: Callable[[str], None]
) -> None:
    today("2024-10-16")
    common = {"letter": "N1"}
    record(convention, "notice", "2024-10-15", **common, by="partner", form="registered_letter")
    record(convention, "letter_posted", "2024-10-15", **common)
    held = letter_proposal(convention, "mise-en-demeure")
    assert held.held_by == "Dénonciation dans la zone grise"
    with pytest.raises(CannotAssemble) as refused:
        proposed_document(convention, held, {"obligation": "4-3", "breach": "exemple"})
    assert "Faites-la trancher d’abord" in str(refused.value)
    assert letter_proposal(convention, "rappel-partenaire-denonciation").held_by == ""


def test_the_attestation_once_received_is_no_longer_asked(life: Callable[..., Timeline]) -> None:
    done = ("duty_done", "2026-06-10", {"duty": "attestation"})
    ended = life(ADL, "2026-06-15", *breach_letter("2026-05-06"), done)
    assert [one.code for one in proposals(ended) if one.to_send] == ["resiliation"]


def test_a_convention_that_was_not_renewed_has_its_letter_of_end(
    life: Callable[..., Timeline],
) -> None:
    common = {"letter": "N1"}
    ended = life(
        RSA,
        "2027-01-20",
        ("notice", "2026-09-01", common | {"by": "partner", "form": "registered_letter"}),
        ("letter_posted", "2026-09-01", common),
        ("letter_delivered", "2026-09-03", common),
    )
    (letter,) = [one for one in proposals(ended) if one.to_send]
    assert letter.code == "fin-convention"
    assert letter.values["cause"] == "une partie a choisi de ne pas la renouveler"
    assert letter.values["last_day_in_force"] == date(2027, 1, 14)
    assert "15 janvier 2024 + 3 ans − 1 jour = 14 janvier 2027" in plain(
        letter.values["explanation"]
    )
    assert names(letter) == []


def test_an_agreed_end_says_so(life: Callable[..., Timeline]) -> None:
    ended = life(
        CAF,
        "2026-04-02",
        (
            "mutual_termination",
            "2026-03-01",
            {"last_day": "2026-03-31", "agreed_by": ["caisse", "partner"]},
        ),
    )
    (letter,) = [one for one in proposals(ended) if one.to_send]
    assert (letter.code, letter.values["ground"]) == ("resiliation", "mutual_agreement")
    assert plain(letter.values["explanation"]) == (
        "Les parties sont convenues de ce dernier jour, le 31 mars 2026 (C. civ. 1193)."
    )


def test_a_suspension_has_its_letter_then_its_lifting(life: Callable[..., Timeline]) -> None:
    suspended = ("suspension", "2026-05-04", {})
    lifted = ("suspension_lifted", "2026-05-11", {})
    during = [one for one in proposals(life(PIC, "2026-05-05", suspended)) if one.to_send]
    assert [one.code for one in during] == ["suspension"]
    assert during[0].values == {"suspended_on": date(2026, 5, 4), "nature": "temporary"}
    assert names(during[0]) == ["reason"]
    later = [one for one in proposals(life(PIC, "2026-05-12", suspended, lifted)) if one.to_send]
    assert [one.code for one in later] == ["levee-suspension"]
    assert later[0].values["lifted_on"] == date(2026, 5, 11)


def test_a_departure_has_its_letter_of_the_end_of_one_access(
    life: Callable[..., Timeline],
) -> None:
    left = life(
        ADL,
        "2026-05-12",
        ("granted", "2026-02-01", {"user": "U1"}),
        ("departure", "2026-05-10", {"user": "U1"}),
    )
    (letter,) = [one for one in proposals(left) if one.to_send]
    assert (letter.code, letter.occasion.about) == ("suppression-utilisateur", "U1")
    assert letter.values["cause"] == "departure"
    assert "article 4-4" in plain(letter.values["explanation"])
    assert names(letter) == ["user"]


@pytest.mark.parametrize(
    ("code", "letter", "problem"),
    [
        (CAF, "mise-en-demeure", "n’a pas de règle « breach »"),
        (PIC, "demande-attestation", "n’a pas de règle « survival.attestation »"),
        (PIC, "fin-convention", "rien ne l’appelle au 1er mai 2026"),
        (PIC, "adieu", "Courrier inconnu : « adieu »"),
    ],
)
def test_a_letter_that_makes_no_sense_says_why(
    life: Callable[..., Timeline], code: str, letter: str, problem: str
) -> None:
    with pytest.raises(CannotAssemble) as refused:
        chosen(life(code, "2026-05-01"), letter)
    assert problem in plain(str(refused.value))
