"""The random rulebooks given to the properties of the engine are rulebooks one could sign."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.strategies.rulebooks import rulebooks
from workflows.rulebook import Rulebook
from workflows.rulebook_checks import check


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rulebooks())
def test_a_random_rulebook_passes_the_checks(rulebook: Rulebook) -> None:
    assert check(rulebook) == ()
