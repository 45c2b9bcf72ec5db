"""The document of an avenant, made from what was prepared and from the convention as it stands."""

from __future__ import annotations

from datetime import date

from contracts.avenant_status import takes_effect
from contracts.models import Avenant, AvenantFact
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.consolidation import applied, writing_on
from templates_conventions import avenant_assembly
from templates_conventions.avenant_assembly import Writing
from templates_conventions.avenant_types import avenant_types
from templates_conventions.document import Document
from templates_conventions.sources import SourceFault
from workflows import clock
from workflows.convention import Refused
from workflows.read_once import once


def effect_of(avenant: Avenant) -> date:
    """The day it takes effect: once all have signed, for sure; before, were they to sign today."""
    # Found by its identifier, as one that is only proposed has no row yet.
    told = AvenantFact.objects.filter(avenant__identifier=avenant.identifier)
    signed = [one.on for one in told.filter(kind=AvenantFact.Kind.SIGNED)]
    complete = len(signed) == len(avenant.parties)
    return takes_effect(avenant.effective_on, max(signed) if complete else clock.today())


def before_and_after(avenant: Avenant) -> tuple[Writing, Writing]:
    """What the text is written from without the avenant and with it, on its day of effect.

    Raises ``CannotAmend`` when another avenant has since taken away a rule that it changes.
    """
    return once(("before and after", avenant.identifier), lambda: _before_and_after(avenant))


def _before_and_after(avenant: Avenant) -> tuple[Writing, Writing]:
    effect = effect_of(avenant)
    before = writing_on(avenant.convention, effect, without=str(avenant.identifier))
    try:
        return before, applied(before, avenant, effect)
    except Refused as refused:
        raise CannotAmend(
            f"Cet avenant ne peut plus s’appliquer aux règles de ce jour-là. {refused.reason}"
        ) from refused


def avenant_document(avenant: Avenant, dated: date | None = None) -> Document:
    """The avenant with the new wording of what it changes, to be read or signed.

    It is written over the convention as it stands on its day of effect, this avenant left out.
    Raises ``CannotAmend`` when the texts have no words for the rules it gives.
    """
    day = dated or clock.today()
    before, after = before_and_after(avenant)
    successor = avenant.successor
    facts = avenant_assembly.AvenantFacts(
        number=avenant.number,
        type=avenant_types()[avenant.type],
        effective_on=avenant.effective_on,
        reason=avenant.reason,
        predecessor=before.facts.partner.name if successor else "",
        successor=successor.name if successor else "",
    )
    try:
        return avenant_assembly.avenant_document(facts, before, after, day)
    except SourceFault as fault:
        raise CannotAmend(f"Le texte de l’avenant ne peut pas s’écrire. {fault}") from fault
