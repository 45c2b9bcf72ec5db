"""The same facts lived here, one by one, each recorded on its day: what a take-over must equal."""

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.models import Convention
from contracts.services.conventions import draft_convention
from tests.portfolio import noon, second_person
from workflows import clock, subjects
from workflows.journal import standing
from workflows.sweep import sweep


def lived(imported: Convention, until: date) -> Convention:
    """A convention with the acts of another, each recorded at noon of its own day."""
    acts = sorted(subjects.known_acts(imported), key=lambda act: (act.on, act.rank))
    with clock.set_to(noon("2000-01-01")):
        convention = draft_convention(
            caisse=imported.caisse,
            partner=imported.partner,
            rulebook_code=imported.rulebook_code,
            number=f"{imported.number} lived",
        )
    for act in acts:
        with clock.set_to(noon(act.on.isoformat())):
            told = replace(act, recorded_at=clock.now())
            subjects.record(convention, told, second_person(convention, told))
    with clock.set_to(noon(until.isoformat())):
        sweep(until)
    convention.refresh_from_db()
    return convention


def all_believed(convention: Convention) -> dict[str, Any]:
    """All that is believed of it, its own number and instants apart."""
    columns = ("state", "next_change_on", "open_questions", *Convention.settled_columns)
    steps = standing(convention.journal.order_by("number"))
    return {
        **{column: getattr(convention, column) for column in columns},
        "steps": sorted(step.identity for step in steps),
        "questions": sorted(convention.asked.values_list("identity", flat=True)),
    }
