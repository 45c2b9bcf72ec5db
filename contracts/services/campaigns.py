"""Campaigns of avenants: opened with a line a convention, each weighed in the background.

What comes out of the weighing is the preview. Nothing is prepared before the launch
(``campaign_launch``), and nothing moves a convention but the signatures of all its parties.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from contracts.identifiers import validate_no_nir
from contracts.models import (
    AvenantCampaign,
    Caisse,
    CampaignClosing,
    CampaignLaunch,
    CampaignLine,
    Convention,
    PublishedRulebook,
    User,
)
from contracts.models.campaigns import LONGEST_REASON
from contracts.rules import caisses_where, conventions_where
from contracts.services.campaign_weighing import Weighing, store
from contracts.services.visibility import codes_with, scopes_held
from workflows import clock, effects
from workflows.convention import ENDED, ConventionStatus
from workflows.effects import EffectContext, NewEffect
from workflows.french import typeset

POWER = "contracts.launch_campaign"
WEIGH = "contracts.campaign_weigh"

A_TIME = 100
"""Lines weighed by one effect."""

_OVER = (*sorted(ENDED), ConventionStatus.ABANDONED.value, ConventionStatus.DRAFT.value)
"""States of conventions that no campaign is about."""


class CannotCampaign(Exception):
    """The campaign cannot be what was asked; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(typeset(message))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a campaign would propose."""

    caisse: Caisse
    target: PublishedRulebook
    from_versions: Collection[int]
    reason: str
    effective_on: date | None = None
    answer_by: date | None = None
    chase_after: int = 30


def earlier_versions(target: PublishedRulebook) -> QuerySet[PublishedRulebook]:
    """The published versions from which conventions may move to this one."""
    rows = PublishedRulebook.objects.filter(code=target.code, version__lt=target.version)
    return rows.order_by("version")


def open_campaign(asked: Asked, author: User, identifier: UUID) -> AvenantCampaign:
    """Open a campaign with its lines, and have them weighed; the same form again, the same one.

    Raises ``CannotCampaign``.
    """
    _check(asked, author)
    try:
        with transaction.atomic():
            known = AvenantCampaign.objects.filter(identifier=identifier, author=author).first()
            if known is not None:
                return known
            campaign = AvenantCampaign.objects.create(
                identifier=identifier,
                caisse=asked.caisse,
                target=asked.target,
                from_versions=sorted(asked.from_versions),
                effective_on=asked.effective_on,
                answer_by=asked.answer_by,
                chase_after=asked.chase_after,
                reason=asked.reason.strip(),
                author=author,
                opened_at=clock.now(),
            )
            keys = _conventions(asked, author).values_list("pk", flat=True)
            CampaignLine.objects.bulk_create(
                (CampaignLine(campaign=campaign, convention_id=key) for key in keys),
                batch_size=500,
            )
            lines = list(campaign.lines.order_by("pk").values_list("pk", flat=True))
            effects.emit_all(
                _weighing(campaign, lines[start : start + A_TIME])
                for start in range(0, len(lines), A_TIME)
            )
    except IntegrityError as clash:
        raise CannotCampaign(
            "Ce formulaire a déjà ouvert une campagne. Rechargez la page."
        ) from clash
    return campaign


def _weighing(campaign: AvenantCampaign, lines: Sequence[int]) -> NewEffect:
    key = f"campaign_weigh:{campaign.pk}:{lines[0]}"
    payload = {"campaign": campaign.pk, "first": lines[0], "last": lines[-1]}
    return NewEffect(WEIGH, key, key, payload)


def _check(asked: Asked, author: User) -> None:
    if not caisses_where(author, POWER, clock.today()).filter(pk=asked.caisse.pk).exists():
        raise CannotCampaign("Votre rôle ne permet pas d’ouvrir une campagne pour cette caisse.")
    known = set(earlier_versions(asked.target).values_list("version", flat=True))
    if not asked.from_versions or not set(asked.from_versions) <= known:
        raise CannotCampaign("Choisissez au moins une version antérieure et publiée du modèle.")
    reason = asked.reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise CannotCampaign(
            f"Dites pourquoi, en {LONGEST_REASON} caractères au plus ({len(reason)} reçus)."
        )
    try:
        validate_no_nir(reason)
    except ValidationError as found:
        raise CannotCampaign(" ".join(found.messages)) from found
    if asked.answer_by is not None and asked.answer_by <= clock.today():
        raise CannotCampaign("La date de réponse attendue est passée. Choisissez un jour à venir.")


def _conventions(asked: Asked, author: User) -> QuerySet[Convention]:
    """The conventions of the type that are not over, a former version of which may hold."""
    own = conventions_where(author, POWER, clock.today()).order_by("number", "pk")
    found = own.filter(caisse=asked.caisse, rulebook_code=asked.target.code, pinned__isnull=False)
    return found.exclude(state__in=_OVER).exclude(pinned=asked.target)


@effects.handler(WEIGH)
def weigh(payload: Mapping[str, Any], context: EffectContext) -> None:
    """Weigh some lines; those that were stay as they are."""
    campaign = AvenantCampaign.objects.select_related("target").get(pk=payload["campaign"])
    if CampaignClosing.objects.filter(campaign=campaign).exists():
        return
    waiting = campaign.lines.filter(
        pk__gte=payload["first"], pk__lte=payload["last"], weighed_at=None
    )
    lines = dict(waiting.values_list("convention", "pk"))
    store(Weighing(campaign).of(lines), lines)


def visible_campaigns(user: User, on: date) -> QuerySet[AvenantCampaign]:
    """The campaigns of the user's caisses, restricted to the services of each role."""
    seen = Q(pk__in=())
    for scope in scopes_held(user, on):
        own = Q(caisse=scope.caisse_id)
        if scope.services:
            own &= Q(target__code__in=codes_with(set(scope.services)))
        seen |= own
    rows = AvenantCampaign.objects.filter(seen)
    return rows.select_related("caisse", "target", "author", "launch", "closing")


def launch_of(campaign: AvenantCampaign) -> CampaignLaunch | None:
    """Who launched it and when; None before."""
    return CampaignLaunch.objects.filter(campaign=campaign).first()


def closing_of(campaign: AvenantCampaign) -> CampaignClosing | None:
    """Who closed it, when and why; None before."""
    return CampaignClosing.objects.filter(campaign=campaign).first()
