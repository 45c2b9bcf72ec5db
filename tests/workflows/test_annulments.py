"""A mistake undone, and the undoing itself undone: the act is then as it was recorded."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workflows.acts_told import signed, told
from tests.workflows.rulebook_contents import rulebook
from workflows.replay import replay

YEARLY = rulebook(effect__conditions=[])
LATE = date(2028, 1, 1)


@pytest.mark.parametrize(
    ("annulments", "suspended"), [(0, True), (1, False), (2, True), (3, False)]
)
def test_an_annulment_annulled_gives_the_act_back(annulments: int, suspended: bool) -> None:
    acts = [*signed(), told("suspension", "2025-02-01", id="S", visa="v1")]
    target = "S"
    for number in range(annulments):
        name = f"A{number}"
        acts.append(
            told("annulment", f"2025-02-{number + 2:02}", id=name, of=target, reason="erreur")
        )
        target = name
    assert bool(replay(YEARLY, acts, LATE).data.suspensions) is suspended


def test_an_annulment_and_its_own_annulment_recorded_at_once_leave_the_act() -> None:
    acts = [
        *signed(),
        told("suspension", "2025-02-01", id="S", visa="v1"),
        told("annulment", "2025-02-02", id="Z", of="S", reason="erreur"),
        told("annulment", "2025-02-02", id="B", of="Z", reason="erreur"),
    ]
    assert replay(YEARLY, acts, LATE).data.suspensions


def test_a_thousand_annulments_of_one_another_are_no_error() -> None:
    acts = [told("suspension", "2025-02-01", id="A0", visa="v1")]
    acts += [
        told("annulment", "2025-02-02", id=f"A{number}", of=f"A{number - 1}", reason="erreur")
        for number in range(1, 1_001)
    ]
    assert replay(YEARLY, acts, LATE).state == "draft"


def test_what_an_annulled_act_had_ended_goes_on() -> None:
    acts = [
        *signed(),
        told("formal_notice", "2025-03-01", letter="f", by="caisse", form="registered_letter"),
        told("letter_delivered", "2025-03-03", letter="f", id="D"),
    ]
    assert replay(YEARLY, acts, LATE).state == "terminated"
    undone = told("annulment", "2025-06-01", of="D", reason="accusé d’un autre courrier")
    assert replay(YEARLY, [*acts, undone], LATE).state == "active"


def test_of_two_annulments_of_one_act_the_second_is_refused() -> None:
    acts = [
        *signed(),
        told("suspension", "2025-02-01", id="S", visa="v1"),
        told("annulment", "2025-02-02", id="A", of="S", reason="erreur"),
        told("annulment", "2025-02-03", id="B", of="S", reason="erreur"),
    ]
    assert [refusal.act.id for refusal in replay(YEARLY, acts, LATE).refused] == ["B"]


def test_two_annulments_of_each_other_undo_nothing() -> None:
    acts = [
        *signed(),
        told("annulment", "2025-02-02", id="A", of="B", reason="erreur"),
        told("annulment", "2025-02-03", id="B", of="A", reason="erreur"),
    ]
    timeline = replay(YEARLY, acts, LATE)
    assert {refusal.act.id for refusal in timeline.refused} == {"A", "B"}
    assert timeline.state == "active"
