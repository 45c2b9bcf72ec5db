"""The launch of a campaign: one person proposes it, another confirms.

An avenant offered in the caisse's name commits it towards each partner for as long as the answer
may come (C. civ. 1116), hence two people, as for the publication of the version itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.models import AvenantCampaign, CampaignLaunch, CampaignLine, Proposal, User
from contracts.services.campaigns import POWER, closing_of, launch_of
from contracts.services.proposals import Kind, NotProposed, propose, register
from workflows import clock, effects
from workflows.effects import NewEffect

KIND = "campaign"
PREPARE = "contracts.campaign_prepare"


def propose_launch(
    campaign: AvenantCampaign, author: User, *, identifier: str, reason: str = ""
) -> Proposal:
    """Propose to launch it, once all its lines are weighed. Raises ``NotProposed``."""
    if problem := why_not_launched(campaign):
        raise NotProposed(problem)
    target = campaign.target
    return propose(
        KIND,
        author,
        identifier=identifier,
        caisse=campaign.caisse,
        title=f"Campagne d’avenants : {target.rulebook.title}, version {target.version}"[:200],
        payload={"campaign": campaign.pk},
        seen=target.digest,
        about=str(campaign.pk),
        reason=reason,
    )


def why_not_launched(campaign: AvenantCampaign) -> str:
    """Why it cannot be launched now; empty where it can."""
    if closing_of(campaign):
        return "Cette campagne est close."
    if launch_of(campaign):
        return "Cette campagne est déjà lancée."
    if campaign.lines.filter(weighed_at=None).exists():
        return "L’examen des conventions n’est pas fini. Attendez-en le résultat."
    if not campaign.lines.filter(outcome=CampaignLine.Outcome.WAITING).exists():
        return "Aucune convention n’est à proposer."
    return ""


def waiting_proposal(campaign: AvenantCampaign) -> Proposal | None:
    """The launch that somebody proposed and that nobody answered yet."""
    return Proposal.objects.open().filter(kind=KIND, about=str(campaign.pk)).last()


def campaign_of(proposal: Proposal) -> AvenantCampaign:
    """The campaign that a proposal would launch."""
    rows = AvenantCampaign.objects.select_related("caisse", "target", "author")
    return rows.get(pk=proposal.payload["campaign"])


def _seen_now(proposal: Proposal) -> str:
    campaign = campaign_of(proposal)
    return "" if why_not_launched(campaign) else campaign.target.digest


def _changed(proposal: Proposal) -> Sequence[str]:
    return (why_not_launched(campaign_of(proposal)).rstrip("."),)


def _carry_out(proposal: Proposal, author: User) -> None:
    campaign = campaign_of(proposal)
    CampaignLaunch.objects.create(
        campaign=campaign, proposed_by=proposal.proposed_by, confirmed_by=author, at=clock.now()
    )
    waiting = campaign.lines.filter(outcome=CampaignLine.Outcome.WAITING).order_by("pk")
    effects.emit_all(
        # A lane for each: none waits for another.
        NewEffect(PREPARE, f"campaign_line:{key}", f"campaign_line:{key}", {"line": key})
        for key in waiting.values_list("pk", flat=True)
    )


register(
    Kind(KIND, "Lancement d’une campagne d’avenants", POWER, POWER, _seen_now, _changed, _carry_out)
)
