"""Whatever a rulebook says, its letters can be written, and those proposed are never refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings

from contracts.services.letters import LetterProposal, proposals
from templates_conventions.letter_assembly import letter_document
from templates_conventions.letter_checks import letter_faults
from tests.documents import FACTS, plain, text_of
from tests.strategies.lives import Life, holds_for
from tests.strategies.rulebooks import rulebooks
from workflows.french import date_in_words
from workflows.rulebook import Rulebook


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulebooks())
def test_the_letters_of_any_rulebook_can_be_written_or_are_refused_for_a_rule(
    rulebook: Rulebook,
) -> None:
    assert letter_faults(rulebook) == ()


@holds_for
def test_a_letter_that_is_proposed_can_be_written_and_shows_every_date_it_was_given(
    life: Life,
) -> None:
    timeline = life.replayed()
    for proposal in proposals(timeline):
        values = {**proposal.values, **typed(proposal)}
        text = text_of(
            letter_document(timeline.rulebook, proposal.code, FACTS, timeline.as_of, values)
        )
        for value in proposal.values.values():
            if isinstance(value, date):
                assert plain(date_in_words(value)) in text


def typed(proposal: LetterProposal) -> dict[str, Any]:
    """What a clerk types, made up."""
    samples: dict[str, Any] = {"list": ["exemple"], "date": date(2026, 1, 1)}
    return {
        asked.name: asked.choices[0] if asked.choices else samples.get(asked.kind, "exemple")
        for asked in proposal.asked
        if asked.required
    }
