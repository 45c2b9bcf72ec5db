"""The postal facts of the letters sent, as acts of their convention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.letter_circuit import (
    OUTCOMES,
    POSTED,
    POSTED_ELECTRONIC,
    POSTED_PLAIN,
    PRESENTED,
    PROOF_LOST,
)
from contracts.models import Agent, ConventionAct, EvidenceFile, OutgoingLetter
from templates_conventions.occasions import occasions
from workflows import clock, facts
from workflows.acts import Act, Annulment
from workflows.rulebook import LetterForm

_SENDER = "caisse"
"""The role of the party that sends these letters, in every rulebook."""

_CARRIED = {"give_notice": "notice", "begin_termination": "formal_notice"}
"""The changes of state that a letter brings about by being posted, and the acts that say so."""

_FORMS = {
    POSTED: LetterForm.REGISTERED_LETTER,
    POSTED_ELECTRONIC: LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER,
    POSTED_PLAIN: LetterForm.ORDINARY_LETTER,
}
"""The form of a letter, by the way in which it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of a letter."""

    kind: str
    on: date
    signatory: Agent | None = None
    registered_number: str = ""
    """Normalised."""
    comment: str = ""
    file: EvidenceFile | None = None


def carried_kind(letter: OutgoingLetter) -> str:
    """The kind of act that its posting makes besides the posting; empty for most letters.

    Empty too where that act was recorded already, since the letter was written.
    """
    by_letter = {code: name for name, code in occasions().transitions.items()}
    kind = _CARRIED.get(by_letter.get(letter.issued.code, ""), "")
    if not kind:
        return ""
    acts = ConventionAct.objects.filter(subject=letter.issued.convention_id)
    annulled = {row.payload.get("of") for row in acts.filter(kind=Annulment.kind)}
    told = acts.filter(kind=kind, on__gte=letter.issued.dated).exclude(identifier__in=annulled)
    return "" if any(row.payload.get("by") == _SENDER for row in told) else kind


def acts_of(letter: OutgoingLetter, told: Told, identifier: UUID) -> tuple[Act, ...]:
    """The postal facts that a passage makes about the convention; none before the posting."""
    common = {"recorded_at": clock.now().isoformat()}
    day, name = told.on.isoformat(), identifier.hex
    if told.kind in _FORMS:
        if kind := carried_kind(letter):
            fact = {
                "kind": kind,
                "id": name,
                "by": _SENDER,
                "form": str(_FORMS[told.kind]),
                "posted_on": day,
                "letter": letter.key,
            }
            return facts.read([fact | common]).acts
        moment = "posted"
    elif told.kind in (PRESENTED, PROOF_LOST, *OUTCOMES):
        moment = told.kind
    else:
        return ()
    fact = {"kind": f"letter_{moment}", "id": name, "on": day, "letter": letter.key}
    return facts.read([fact | common]).acts
