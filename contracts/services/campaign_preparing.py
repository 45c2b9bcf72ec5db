"""The avenant of one line of a campaign, with its document and its letter, made in the background.

Done again after an interruption it makes nothing twice: the avenant has an identifier of its own
line, and what says the same is issued once. The letter is put to the signature at once and leaves
by the circuit of all letters; its posting tells the avenant that it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction

from contracts.letter_circuit import POSTED, POSTED_ELECTRONIC, POSTED_PLAIN, SUBMITTED
from contracts.models import (
    Avenant,
    AvenantCampaign,
    CampaignLine,
    Convention,
    IssuedDocument,
    LetterPassage,
    OutgoingLetter,
    Power,
    User,
)
from contracts.services import avenants, outgoing_letters
from contracts.services.avenant_documents import avenant_document
from contracts.services.avenant_preparation import Wanted, prepare
from contracts.services.avenant_refusals import CannotAmend
from contracts.services.campaign_launch import PREPARE
from contracts.services.campaign_weighing import Weighing, avenant_identifier
from contracts.services.campaigns import closing_of
from contracts.services.documents import CannotIssue, facts_of, issue
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import CannotPass, entered, passed
from contracts.services.signing import proposed_signer
from templates_conventions.letter_assembly import letter_document
from templates_conventions.rendering.pdf import NotArchivable
from templates_conventions.sources import SourceFault
from templates_conventions.texts import has_text
from workflows import clock, effects
from workflows.effects import EffectContext
from workflows.french import typeset

LETTER = "envoi-avenant"
_SUBMISSIONS = UUID("6f7d1b0e-5a0f-4c55-9d1d-0a6a2f6f5f01")
"""Names the passages by which these letters are put to the signature, so that each is told once."""
_REFUSALS = (CannotAmend, CannotIssue, CannotPass, NotArchivable, SourceFault, ValueError)


@effects.handler(PREPARE)
def prepare_line(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Prepare the avenant of one line, or write why it is left out."""
    rows = CampaignLine.objects.select_related("campaign__target", "campaign__author")
    line = rows.get(pk=payload["line"])
    if line.outcome != CampaignLine.Outcome.WAITING:
        return
    reason = _prepared_or_why_not(line)
    if reason:
        line.outcome, line.reason = CampaignLine.Outcome.LEFT_OUT, reason
    else:
        line.outcome = CampaignLine.Outcome.PREPARED
    line.save(update_fields=["outcome", "reason", "avenant", "act", "document", "letter"])


def _prepared_or_why_not(line: CampaignLine) -> str:
    campaign = line.campaign
    if closing_of(campaign):
        return typeset("La campagne a été close avant sa préparation.")
    [weighed] = Weighing(campaign).of([line.convention_id])
    if weighed.why_not:
        return weighed.why_not
    convention = Convention.objects.select_related("partner", "caisse", "pinned").get(
        pk=line.convention_id
    )
    try:
        with transaction.atomic():
            _prepare(line, campaign, convention)
    except ValidationError as refused:
        return " ".join(refused.messages)
    except _REFUSALS as refused:
        return str(refused)
    return ""


def _prepare(line: CampaignLine, campaign: AvenantCampaign, convention: Convention) -> None:
    wanted = Wanted(
        "model",
        target=campaign.target,
        effective_on=campaign.effective_on,
        reason=campaign.reason,
    )
    author = campaign.author
    identifier = avenant_identifier(campaign, convention.pk)
    avenant = prepare(convention, wanted, author, identifier)
    document = None
    if has_text(convention.rulebook_code):
        document = issue(convention, avenant_document(avenant), author)
    letter = issued_letter(
        convention,
        LETTER,
        {
            "number": str(avenant.number),
            "reason": campaign.reason,
            "answer_by": campaign.answer_by,
            "effective_on": campaign.effective_on,
        },
        author,
    )
    line.avenant, line.act = avenant, str(identifier)
    line.document, line.letter = document, letter


def issued_letter(
    convention: Convention, code: str, values: Mapping[str, Any], author: User
) -> IssuedDocument:
    """A letter about an avenant, issued and put to the signature; the same again, the same one.

    Raises ``CannotAssemble``, ``CannotIssue``, ``CannotPass``.
    """
    day = clock.today()
    signatory = proposed_signer(convention.caisse, Power.Kind.SIGN_LETTERS, day, author)
    document = letter_document(
        convention.timeline(day).rulebook,
        code,
        facts_of(convention, day),
        day,
        {name: value for name, value in values.items() if value is not None},
        signatory=signatory,
    )
    issued = issue(convention, document, author)
    circuit = entered(issued)
    if circuit.standing == "prepared":
        told = Told(kind=SUBMITTED, on=day)
        passed(circuit, told, author, identifier=uuid5(_SUBMISSIONS, str(circuit.pk)))
    return issued


def tell_departure(letter: OutgoingLetter, passage: LetterPassage) -> None:
    """The letter of an avenant has left, and the avenant with it."""
    if passage.kind not in (POSTED, POSTED_ELECTRONIC, POSTED_PLAIN):
        return
    line = CampaignLine.objects.filter(letter=letter.issued_id).select_related("avenant").first()
    if line is None or line.avenant is None:
        return
    stands = avenants.standing(line.avenant)
    if stands.is_open and stands.sent_on is None:
        _tell_sent(line.avenant, passage.on, passage, line.document)


def _tell_sent(
    avenant: Avenant, on: date, passage: LetterPassage, document: IssuedDocument | None
) -> None:
    identifier = uuid5(passage.identifier, "avenant")
    avenants.send(avenant, on, passage.author, identifier, document)


outgoing_letters.follow(tell_departure)
