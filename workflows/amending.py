"""Avenants: rules change from a day on, and the running term is rebuilt from its own start."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from workflows import acts, making, notices
from workflows.calendar import Duration, Term
from workflows.convention import IN_FORCE, ConventionLifecycle, Refused
from workflows.rulebook import Rulebook, TermRule
from workflows.rulebook_faults import validation_faults

if TYPE_CHECKING:
    from workflows.timeline import Timeline


def on_avenant(life: ConventionLifecycle, act: acts.Avenant) -> None:
    """The amendment takes effect. Raises ``Refused`` where it names no rule or a wrong value."""
    data = life.data
    if data.status not in IN_FORCE:
        raise Refused(
            "not_in_force",
            "Seule une convention en vigueur se modifie par avenant, à la date où il prend effet.",
            "avenant",
        )
    rules = amended(data.rules, act.changes)
    running = data.terms[-1]
    length = _length_of(running, data.rules.term, rules.term)
    rebuilt = making.term_of(rules.term, running.number, running.first_day, length)
    moves = rules.term != data.rules.term
    if moves and rebuilt.last_day is not None and rebuilt.last_day < data.day:
        raise Refused(
            "term_already_over",
            "L’avenant mettrait fin à la période en cours avant sa propre date d’effet : convenir "
            "plutôt d’une résiliation d’un commun accord.",
            "term",
        )
    data.rules = rules
    data.changes.append(dict(act.changes))
    if moves:
        making.open_term(data, rebuilt, length)
        notices.doubt(life, running.number, act)


def in_effect(timeline: Timeline, day: date) -> tuple[acts.Avenant, ...]:
    """The avenants that the rules took and that have taken effect by ``day``, in legal order."""
    refused = {refusal.act.id for refusal in timeline.refused}
    return tuple(
        act
        for act in timeline.acts
        if isinstance(act, acts.Avenant) and act.effective_on <= day and act.id not in refused
    )


def amended(rules: Rulebook, changes: Mapping[str, Any]) -> Rulebook:
    """The rules with the changes of an avenant. Raises ``Refused`` in French."""
    return _amended(rules, json.dumps(dict(changes), sort_keys=True))


@lru_cache(maxsize=256)
def _amended(rules: Rulebook, changes: str) -> Rulebook:
    """The rules with the changes of an avenant (JSON); a refusal where they are no rules.

    Kept, because every replay of the convention asks again.
    """
    try:
        return rules.amended(json.loads(changes))
    except ValidationError as invalid:
        faults = validation_faults(invalid, rules.model_dump(mode="json"), "")
        said = " ".join(str(fault) for fault in faults)
        raise Refused(
            "invalid_change", f"L’avenant donne une règle fausse. {said}", "avenant"
        ) from invalid
    except ValueError as unknown:
        raise Refused("unknown_rule", f"{unknown}.", "avenant") from unknown


def _length_of(running: Term, before: TermRule, after: TermRule) -> Duration | None:
    """How long the running term lasts under the new rule, from the day on which it began.

    A term opened by renewal keeps the renewal's length, unless the length of the term itself is
    what the avenant changes.
    """
    if running.number > 1 and (before.kind, before.length, before.last_day) == (
        after.kind,
        after.length,
        after.last_day,
    ):
        return after.renewal.length
    return after.length
