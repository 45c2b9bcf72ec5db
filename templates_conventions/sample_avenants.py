"""Sample avenants: what each changes of the rules, facts or annexes of a type of convention."""

from __future__ import annotations

from templates_conventions.assembly import CannotAssemble
from templates_conventions.avenant_assembly import (
    Amendment,
    AvenantFacts,
    Writing,
    avenant_document,
)
from templates_conventions.avenant_types import (
    AvenantType,
    amendable_annexes,
    avenant_types,
    covers,
)
from templates_conventions.document import Document
from templates_conventions.sample_values import SampleAvenant, sample_values
from workflows.rulebook import Rulebook


def avenant(rulebook: Rulebook, sample: SampleAvenant, number: int) -> Document:
    """The document of a sample. Raises ``CannotAssemble`` where the rules leave it nothing."""
    kind = avenant_types()[sample.type]
    before = Writing(rulebook, sample_values().facts)
    after = amended(before, sample)
    was, will_be = before.facts.partner.name, after.facts.partner.name
    facts = AvenantFacts(
        number,
        kind,
        sample.effective_on,
        sample.reason,
        *((was, will_be) if was != will_be else ()),
    )
    return avenant_document(facts, before, after, sample_values().dated)


def amendment(rulebook: Rulebook) -> tuple[Writing, tuple[Amendment, ...]]:
    """The convention, and the sample avenants in effect on it one after the other."""
    start = current = Writing(rulebook, sample_values().facts)
    amendments: list[Amendment] = []
    for number, sample in enumerate(sample_values().avenants, start=1):
        try:
            current = amended(current, sample)
        except CannotAssemble:
            continue
        since = sample.effective_on or sample_values().consolidated_on
        amendments.append(Amendment(f"l’avenant n° {number}", since, current))
    return start, tuple(amendments)


def amended(before: Writing, sample: SampleAvenant) -> Writing:
    """What the text is written from once a sample has taken effect. Raises ``CannotAssemble``."""
    kind = avenant_types()[sample.type]
    rules = before.rulebook
    if sample.rules:
        rules = rules.amended(_change(rules, kind, sample))
    facts, annexes = before.facts, dict(before.annexes)
    if sample.facts:
        partner = facts.partner.model_copy(update=dict(sample.facts))
        facts = facts.model_copy(update={"partner": partner})
    if sample.annex:
        found = amendable_annexes(rules)
        if not found:
            raise CannotAssemble("Aucune annexe de cette convention ne change par un avenant.")
        annexes[found[0].code] = sample.annex
    return Writing(rules, facts, annexes)


def _change(rulebook: Rulebook, kind: AvenantType, sample: SampleAvenant) -> dict[str, object]:
    # A change of model asks for nothing: it moves to a version, of which this is the sample.
    asked = kind.asked_of(rulebook) or tuple(sample.rules)
    for pattern, value in sample.rules.items():
        for path in asked:
            if covers(pattern, path):
                return {path: value}
    raise CannotAssemble(
        f"Les règles de cette convention n’ont rien de ce que change un avenant « {kind.label} »."
    )
