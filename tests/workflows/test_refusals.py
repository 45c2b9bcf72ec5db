"""Bad input gets a clear refusal, in French, under the article that commands it, and changes
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from tests.workflows.acts_told import letter, signed, told
from tests.workflows.rulebook_contents import rulebook
from workflows.acts import Act
from workflows.recording import ActRefused, consider
from workflows.replay import replay
from workflows.rulebook import Rulebook
from workflows.timeline import Refusal

YEARLY = rulebook(
    effect__conditions=[], mutual_termination={"article": "C. civ. 1193", "basis": "law"}
)
WITHOUT_BREACH = rulebook(effect__conditions=[], breach=None)
WITH_CURE = rulebook(effect__conditions=[], breach__cure="express")
BOTH = ("caisse", "partner")
LATE = date(2028, 1, 1)


def refusal_of(rules: Rulebook, acts: Sequence[Act], new_act: Act) -> Refusal:
    """Why an act is not recorded; what was recorded stays as it was."""
    before = replay(rules, acts, LATE)
    with pytest.raises(ActRefused) as refused:
        consider(rules, acts, new_act)
    after = replay(rules, acts, LATE)
    assert (after.steps, after.terms) == (before.steps, before.terms)
    refusal = refused.value.refusal
    assert str(refused.value) == str(refusal)
    assert refusal.act is new_act
    # And had it been recorded all the same, by an older engine, it would change no step.
    replayed = replay(rules, [*acts, new_act], LATE)
    assert [step for step in replayed.steps if step.on <= LATE] == [
        step for step in before.steps if step.on <= LATE
    ]
    return refusal


RUNNING_BREACH = [*signed(), *letter("formal_notice", "2025-03-01", "2025-03-03", id="F1")]
ENDED = RUNNING_BREACH
"""The delay of 30 days is over on 2 April."""

CASES: dict[str, tuple[Rulebook, list[Act], Act, str, str]] = {
    "an act after the end": (
        YEARLY,
        ENDED,
        told("notice", "2025-05-01", letter="x", by="partner", form="registered_letter"),
        "after_the_end",
        "9-1",
    ),
    "a signature of nobody": (
        YEARLY,
        [],
        told("signature", "2025-01-15", party="voisin"),
        "unknown_party",
        "",
    ),
    "a second signature of the same party": (
        YEARLY,
        signed(),
        told("signature", "2025-02-01", party="caisse"),
        "already_signed",
        "",
    ),
    "a notice by nobody": (
        YEARLY,
        signed(),
        told("notice", "2025-05-01", letter="x", by="voisin", form="registered_letter"),
        "unknown_party",
        "9-1",
    ),
    "a notice of a convention not yet in force": (
        YEARLY,
        [],
        told("notice", "2025-05-01", letter="x", by="partner", form="registered_letter"),
        "not_in_this_state",
        "9-1",
    ),
    "a breach letter without breach clause": (
        WITHOUT_BREACH,
        signed(),
        told("formal_notice", "2025-05-01", letter="x", by="caisse", form="registered_letter"),
        "no_breach_clause",
        "",
    ),
    "a cure where the text knows none": (
        YEARLY,
        RUNNING_BREACH,
        told("cure", "2025-03-10"),
        "no_cure_clause",
        "9-2",
    ),
    "a cure of nothing": (
        WITH_CURE,
        signed(),
        told("cure", "2025-03-10"),
        "no_pending_formal_notice",
        "9-2",
    ),
    "a cure of one breach among two": (
        WITH_CURE,
        [*RUNNING_BREACH, *letter("formal_notice", "2025-03-02", "2025-03-04", id="F2")],
        told("cure", "2025-03-10"),
        "ambiguous_reference",
        "9-2",
    ),
    "a second act in one letter": (
        YEARLY,
        [*signed(), told("notice", "2025-03-01", letter="x", by="partner", form="email")],
        told("formal_notice", "2025-03-02", letter="x", by="partner", form="registered_letter"),
        "letter_already_used",
        "9-2",
    ),
    "a breach letter that left before the effect": (
        YEARLY,
        [told("letter_posted", "2025-01-10", letter="x"), *signed()],
        told("formal_notice", "2025-01-20", letter="x", by="caisse", form="registered_letter"),
        "letter_before_effect",
        "9-2",
    ),
    "a decision with an answer of its own": (
        YEARLY,
        signed(),
        told("decision", "2025-03-01", question="grey_zone:n", answer="oui", reasons="motifs"),
        "unknown_answer",
        "9-1",
    ),
    "a decision about no question": (
        YEARLY,
        signed(),
        told("decision", "2025-03-01", question="rien:n", answer="late", reasons="motifs"),
        "unknown_question",
        "",
    ),
    "a decision without reasons": (
        YEARLY,
        signed(),
        told("decision", "2025-03-01", question="grey_zone:n", answer="late", reasons="  "),
        "reasons_missing",
        "9-1",
    ),
    "a question decided twice": (
        YEARLY,
        [told("decision", "2025-03-01", question="grey_zone:n", answer="late", reasons="motifs")],
        told("decision", "2025-03-02", question="grey_zone:n", answer="in_time", reasons="motifs"),
        "already_decided",
        "9-1",
    ),
    "a notice withdrawn by one party alone": (
        YEARLY,
        [*signed(), *letter("notice", "2025-06-01")],
        told("notice_withdrawn", "2025-06-10", agreed_by=("partner",)),
        "agreement_incomplete",
        "9-1",
    ),
    "no notice to withdraw": (
        YEARLY,
        signed(),
        told("notice_withdrawn", "2025-06-10", agreed_by=BOTH),
        "no_such_notice",
        "9-1",
    ),
    "a notice in time that needs no confirmation": (
        YEARLY,
        [*signed(), *letter("notice", "2025-06-01")],
        told("notice_confirmed", "2025-06-10"),
        "no_such_notice",
        "9-1",
    ),
    "an end agreed by one party alone": (
        YEARLY,
        signed(),
        told(
            "mutual_termination",
            "2025-06-10",
            last_day=date(2025, 6, 30),
            agreed_by=("caisse",),
        ),
        "agreement_incomplete",
        "C. civ. 1193",
    ),
    "an end agreed in the past": (
        YEARLY,
        signed(),
        told("mutual_termination", "2025-06-10", last_day=date(2025, 6, 9), agreed_by=BOTH),
        "last_day_in_the_past",
        "C. civ. 1193",
    ),
    "an avenant of an unknown rule": (
        YEARLY,
        signed(),
        told("avenant", "2025-06-10", effective_on=date(2025, 6, 10), changes={"durée": "P2Y"}),
        "unknown_rule",
        "9-3",
    ),
    "an avenant that means nothing": (
        YEARLY,
        signed(),
        told("avenant", "2025-06-10", effective_on=date(2025, 6, 10), changes={"term.length": "x"}),
        "invalid_change",
        "9-3",
    ),
    "an avenant of nine thousand years": (
        YEARLY,
        signed(),
        told(
            "avenant",
            "2025-06-10",
            effective_on=date(2025, 6, 10),
            changes={"term.length": "P9000Y"},
        ),
        "invalid_change",
        "9-3",
    ),
    "a suspension that nothing allows": (
        YEARLY,
        signed(),
        told("suspension", "2025-06-10"),
        "no_suspension_clause",
        "",
    ),
    "a file closed while in force": (
        YEARLY,
        signed(),
        told("closing", "2025-06-10"),
        "not_in_this_state",
        "9-2",
    ),
    "a convention in force filed without effect": (
        YEARLY,
        signed(),
        told("abandonment", "2025-06-10", reason="sans objet"),
        "not_in_this_state",
        "9-1",
    ),
    "an annulment of nothing": (
        YEARLY,
        signed(),
        told("annulment", "2025-06-10", of="nulle-part", reason="erreur"),
        "nothing_to_annul",
        "",
    ),
    "an annulment of itself": (
        YEARLY,
        signed(),
        told("annulment", "2025-06-10", id="A", of="A", reason="erreur"),
        "nothing_to_annul",
        "",
    ),
    "an annulment without a reason": (
        YEARLY,
        [*signed(), told("suspension", "2025-06-01", id="S", visa="v1")],
        told("annulment", "2025-06-10", of="S", reason=" \n"),
        "reason_missing",
        "",
    ),
    "a replacement without a reason": (
        YEARLY,
        [*signed(), told("suspension", "2025-06-01", id="S", visa="v1")],
        told("annulment", "2025-06-10", of="S", replaced_by="S2", reason=""),
        "reason_missing",
        "",
    ),
    "a replacement by the very act that was wrong": (
        YEARLY,
        [*signed(), told("suspension", "2025-06-01", id="S", visa="v1")],
        told("annulment", "2025-06-10", of="S", replaced_by="S", reason="erreur"),
        "replaced_by_itself",
        "",
    ),
    "a signature dated tomorrow": (
        YEARLY,
        [],
        told("signature", "2025-01-16", party="caisse", recorded_on="2025-01-15"),
        "dated_in_the_future",
        "",
    ),
    "a reception dated tomorrow": (
        YEARLY,
        [*signed(), *letter("notice", "2025-06-01")],
        told("letter_delivered", "2025-06-04", letter="x", recorded_on="2025-06-03"),
        "dated_in_the_future",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_is_refused_with_its_reason_and_changes_nothing(case: str) -> None:
    rules, acts, new_act, code, article = CASES[case]
    refusal = refusal_of(rules, acts, new_act)
    assert (refusal.code, refusal.article) == (code, article)
    assert refusal.reason.endswith(".")
    assert len(refusal.reason.split()) > 4
    assert (f"(article {article})" in str(refusal)) == bool(article)


# Receptions and their postings, in both orders of recording.


@pytest.mark.parametrize("first", ["letter_posted", "letter_delivered"])
def test_a_reception_before_its_posting_is_refused_whichever_is_recorded_first(first: str) -> None:
    notice = told(
        "notice", "2025-06-01", letter="x", by="partner", form="registered_letter", id="N"
    )
    posted = told("letter_posted", "2025-06-10", letter="x", recorded_on="2025-06-12")
    delivered = told("letter_delivered", "2025-06-05", letter="x", recorded_on="2025-06-12")
    recorded, new_act = (posted, delivered) if first == "letter_posted" else (delivered, posted)
    with pytest.raises(ActRefused) as refused:
        consider(YEARLY, [*signed(), notice, recorded], new_act)
    refusal = refused.value.refusal
    assert refusal.code == "letter_out_of_order"
    assert refusal.act is new_act
    assert "5\N{NO-BREAK SPACE}juin 2025" in refusal.reason
    assert "10\N{NO-BREAK SPACE}juin 2025" in refusal.reason


def test_a_presentation_after_the_reception_is_refused() -> None:
    acts = [*signed(), *letter("notice", "2025-06-01", "2025-06-05", id="N")]
    name = acts[-1].letter  # type: ignore[attr-defined]
    new_act = told("letter_presented", "2025-06-08", letter=name)
    with pytest.raises(ActRefused) as refused:
        consider(YEARLY, acts, new_act)
    assert refused.value.refusal.code == "letter_out_of_order"


def test_a_letter_is_not_posted_twice() -> None:
    acts = [*signed(), *letter("notice", "2025-06-01", id="N")]
    name = acts[-1].letter  # type: ignore[attr-defined]
    refusal = refusal_of(YEARLY, acts, told("letter_posted", "2025-06-02", letter=name))
    assert refusal.code == "letter_moment_known"


def test_a_reception_on_a_sunday_is_no_error() -> None:
    sunday = "2025-06-08"
    acts = [*signed(), *letter("formal_notice", "2025-06-05", id="F")]
    name = acts[-1].letter  # type: ignore[attr-defined]
    timeline = consider(YEARLY, acts, told("letter_delivered", sunday, letter=name))
    assert timeline.refused == ()
    assert timeline.last_day_in_force == date(2025, 7, 8)


# What may be dated in the future.


@pytest.mark.parametrize(
    "new_act",
    [
        told("document_date", "2025-02-01", recorded_on="2025-01-15"),
        told("departure", "2025-02-01", recorded_on="2025-01-15", user="u1"),
        told("experiment", "2025-02-01", recorded_on="2025-01-20", until=date(2025, 3, 1)),
    ],
    ids=lambda act: act.kind,
)
def test_an_act_that_announces_may_be_dated_in_the_future(new_act: Act) -> None:
    rules = rulebook(effect__conditions=[], avenant__experiments_without_avenant=True)
    timeline = consider(rules, signed(), new_act)
    assert new_act in (*timeline.acts, *timeline.user_acts)


def test_an_avenant_signed_today_may_take_effect_later() -> None:
    avenant = told(
        "avenant", "2025-06-10", effective_on=date(2025, 9, 1), changes={"notice.length": "P2M"}
    )
    assert consider(YEARLY, signed(), avenant).refused == ()


def test_only_the_new_act_is_refused() -> None:
    """A backdated breach letter ends the convention before acts recorded earlier: they stay."""
    acts = [*signed(), *letter("notice", "2025-06-01", id="N")]
    formal_notice = told(
        "formal_notice",
        "2025-02-01",
        letter="x",
        by="caisse",
        form="registered_letter",
        recorded_on="2025-07-01",
    )
    delivered = told("letter_delivered", "2025-02-03", letter="x", recorded_on="2025-07-01")
    timeline = consider(YEARLY, [*acts, formal_notice], delivered)
    assert [(refusal.act.id, refusal.code) for refusal in timeline.refused] == [
        ("N", "after_the_end")
    ]
