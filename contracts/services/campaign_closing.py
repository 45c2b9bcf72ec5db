"""The end of a campaign: a person closes it, and the avenants still open are given up.

Their conventions stay as they are, on their version. What has been signed stays signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contracts.identifiers import validate_no_nir
from contracts.letter_circuit import GIVEN_UP, possible_after
from contracts.models import AvenantCampaign, CampaignClosing, CampaignLine, OutgoingLetter, User
from contracts.models.campaigns import LONGEST_REASON
from contracts.rules import caisses_where
from contracts.services import avenants
from contracts.services.campaigns import POWER, CannotCampaign, closing_of, launch_of
from contracts.services.outgoing_acts import Told
from contracts.services.outgoing_letters import passed
from workflows import clock, effects
from workflows.effects import EffectContext, NewEffect

GIVE_UP = "contracts.campaign_give_up"


def close(campaign: AvenantCampaign, reason: str, author: User) -> CampaignClosing:
    """Close a campaign for a reason; closed again, it is the same. Raises ``CannotCampaign``."""
    if not caisses_where(author, POWER, clock.today()).filter(pk=campaign.caisse_id).exists():
        raise CannotCampaign("Votre rôle ne permet pas de clore cette campagne.")
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise CannotCampaign(
            f"Dites pourquoi la campagne est close, en {LONGEST_REASON} caractères au plus "
            f"({len(reason)} reçus)."
        )
    try:
        validate_no_nir(reason)
    except ValidationError as found:
        raise CannotCampaign(" ".join(found.messages)) from found
    try:
        with transaction.atomic():
            closing = CampaignClosing.objects.create(
                campaign=campaign, reason=reason, author=author, at=clock.now()
            )
            # Behind the preparation of each, in its lane: one under way is given up as well.
            keys = campaign.lines.exclude(outcome=CampaignLine.Outcome.LEFT_OUT).order_by("pk")
            keys = keys if launch_of(campaign) else keys.none()
            effects.emit_all(
                NewEffect(GIVE_UP, f"campaign_closed:{key}", f"campaign_line:{key}", {"line": key})
                for key in keys.values_list("pk", flat=True)
            )
    except IntegrityError as twice:
        known = closing_of(campaign)
        if known is None:
            raise
        if known.author_id != author.pk or known.reason != reason:
            raise CannotCampaign("Cette campagne est déjà close.") from twice
        return known
    return closing


@effects.handler(GIVE_UP)
def give_up_line(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Give up the avenant of one line, and its letters that have not left."""
    rows = CampaignLine.objects.select_related("campaign__closing__author", "avenant")
    line = rows.get(pk=payload["line"])
    closing, avenant = line.campaign.closing, line.avenant
    if avenant is None or not avenants.standing(avenant).is_open:
        return
    told = uuid5(avenant.identifier, "campaign closed")
    reason = f"Campagne close. {closing.reason}"
    avenants.abandon(avenant, reason, clock.today(), closing.author, told)
    issued = [key for key in (line.letter_id, line.reminder_id) if key is not None]
    for letter in OutgoingLetter.objects.filter(issued__in=issued).order_by("pk"):
        kinds = [one.kind for one in letter.passages.all()]
        if GIVEN_UP in possible_after(kinds):
            passage = Told(kind=GIVEN_UP, on=clock.today(), comment=reason)
            passed(letter, passage, closing.author, identifier=uuid5(told, str(letter.pk)))
