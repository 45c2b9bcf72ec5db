"""Deadlines set by hand: only where the text says nothing, explained by their ground, lifted."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.lives import CALAIS, PICARDIE, life, making

SET: dict[str, Any] = {
    "kind": "deadline_set",
    "id": "posee",
    "on": "2025-02-01",
    "topic": "breach",
    "task": "Réponse du partenaire à la mise en demeure",
    "due_on": "2025-03-03",
    "ground": "C. civ. 1225",
}
MADE = [
    {"kind": "prior_request", "on": "2025-01-10"},
    {"kind": "document_date", "on": "2025-01-15"},
    *making("2025-01-15"),
]
LIFTED: dict[str, Any] = {
    "kind": "deadline_lifted",
    "on": "2025-02-20",
    "of": "posee",
    "reason": "Réponse reçue",
}


def by_hand(timeline: Any) -> list[Any]:
    return [one for one in timeline.deadlines if one.kind == "set_by_hand"]


def test_a_deadline_set_by_hand_is_explained_by_its_ground_and_moves_no_date() -> None:
    without = life(CALAIS, MADE, "2025-02-10")
    timeline = life(CALAIS, [*MADE, SET], "2025-02-10")

    (found,) = by_hand(timeline)
    assert (found.title, found.due_on) == (SET["task"], date(2025, 3, 3))
    told = {one.label: one.value.replace("\u00a0", " ") for one in found.inputs}
    assert told == {
        "Ce dont le texte ne dit rien": "Résiliation pour inexécution",
        "Fondement": "C. civ. 1225",
        "Posée le": "1er février 2025",
    }
    assert timeline.steps == without.steps
    assert timeline.next_change_on == without.next_change_on
    assert found.kind in {one.kind for one in timeline.planned}


def test_a_deadline_that_is_lifted_stands_no_more() -> None:
    facts = [*MADE, SET, LIFTED]
    assert by_hand(life(CALAIS, facts, "2025-02-21")) == []
    twice = life(CALAIS, [*facts, LIFTED | {"id": "encore", "on": "2025-02-21"}], "2025-02-22")
    assert [refusal.code for refusal in twice.refused] == ["no_such_deadline"]


@pytest.mark.parametrize(
    ("rulebook", "changes", "code"),
    [
        (PICARDIE, {}, "ruled_by_the_text"),
        (CALAIS, {"topic": "notice"}, "ruled_by_the_text"),
        (CALAIS, {"due_on": "2025-01-31"}, "due_before_set"),
    ],
)
def test_a_deadline_is_refused_where_the_text_rules_or_when_it_is_past_already(
    rulebook: Any, changes: dict[str, str], code: str
) -> None:
    timeline = life(rulebook, [*MADE, SET | changes], "2025-02-10")
    assert [refusal.code for refusal in timeline.refused] == [code]
    assert by_hand(timeline) == []
