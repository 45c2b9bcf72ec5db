"""The consolidated convention: its rules and its text on any day, as its avenants made them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from contracts.models import Avenant, Convention
from contracts.services.documents import facts_of
from templates_conventions.avenant_assembly import Amendment, Writing, consolidated_document
from templates_conventions.document import Document
from templates_conventions.facts import DocumentFacts, PartyFacts
from templates_conventions.texts import has_text
from workflows import acts, clock
from workflows.amending import amended, in_effect
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.rule_changes import RuleChange, described
from workflows.rulebook import Rulebook


class AvenantInEffect(NamedTuple):
    """An avenant that has taken effect, and what it changed of the rules."""

    name: str
    act: acts.Avenant
    avenant: Avenant | None
    """Absent: recorded without having been prepared here."""
    changes: tuple[RuleChange, ...]


class Consolidated(NamedTuple):
    """A convention as it stands on a day."""

    on: date
    rulebook: Rulebook
    avenants: tuple[AvenantInEffect, ...]
    document: Document | None
    """Its text; None where those of its type are not written."""


def consolidated(convention: Convention, on: date) -> Consolidated:
    """The rules and the text of a convention on any day, past or to come, as known today.

    Raises ``SourceFault`` when the text cannot be written under those rules.
    """
    start, steps = _steps(convention, on)
    rules = steps[-1][1].rulebook if steps else start.rulebook
    found, before = [], start.rulebook
    for in_force, after in steps:
        found.append(in_force._replace(changes=described(before, after.rulebook)))
        before = after.rulebook
    document = None
    if has_text(convention.rulebook_code):
        amendments = [Amendment(one.name, one.act.effective_on, after) for one, after in steps]
        document = consolidated_document(start, amendments, on)
    return Consolidated(on, rules, tuple(found), document)


def writing_on(convention: Convention, on: date, without: str = "") -> Writing:
    """What the text of the convention is written from that day, the act ``without`` left out."""
    start, steps = _steps(convention, on, without)
    return steps[-1][1] if steps else start


def applied(writing: Writing, avenant: Avenant, on: date) -> Writing:
    """The writing once this avenant has taken effect on ``on``. Raises ``Refused``."""
    facts = writing.facts
    if avenant.successor is not None:
        facts = facts.model_copy(update={"partner": _party_of(avenant, on)})
    for path, value in avenant.party_facts.items():
        facts = _with(facts, *path.split("."), value)
    if avenant.representative is not None:
        person = avenant.representative.person
        facts = _with(facts, "partner", "representative", person.get_full_name())
        facts = _with(facts, "partner", "quality", avenant.representative.quality)
    annexes: Mapping[str, str] = writing.annexes
    if avenant.annex:
        annexes = {**annexes, avenant.annex: avenant.annex_text}
    return Writing(amended(writing.rulebook, avenant.changes), facts, annexes)


def _steps(
    convention: Convention, on: date, without: str = ""
) -> tuple[Writing, list[tuple[AvenantInEffect, Writing]]]:
    """The writing the convention was signed with, then that after each avenant in effect."""
    timeline = convention.timeline(clock.today())
    rows = convention.avenants.select_related("successor", "representative__person")
    prepared = {str(row.identifier): row for row in rows}
    start = current = Writing(convention.rules, facts_of(convention, on))
    steps = []
    for act in in_effect(timeline, on):
        if act.id == without:
            continue
        row = prepared.get(act.id)
        if row is not None:
            current = applied(current, row, act.effective_on)
        else:
            current = Writing(
                amended(current.rulebook, act.changes), current.facts, current.annexes
            )
        steps.append((AvenantInEffect(_name(row, act), act, row, ()), current))
    return start, steps


def _name(row: Avenant | None, act: acts.Avenant) -> str:
    if row is not None:
        return f"l’avenant n°{NO_BREAK_SPACE}{row.number}"
    return f"l’avenant du {date_in_words(act.on)}"


def _party_of(avenant: Avenant, on: date) -> PartyFacts:
    successor = avenant.successor
    number = successor.numbers.filter(caisse=avenant.convention.caisse_id).first()
    return PartyFacts(
        name=successor.name,
        address=successor.address_on(on),
        number=number.number if number else "",
    )


def _with(facts: DocumentFacts, role: str, name: str, value: str) -> DocumentFacts:
    party = getattr(facts, role)
    # Validated anew, so that the value stands on one line as the others do.
    changed = PartyFacts(**{**party.model_dump(), name: value})
    return facts.model_copy(update={role: changed})
