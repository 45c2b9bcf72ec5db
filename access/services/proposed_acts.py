"""A suspension that will not be lifted: one person proposes it, a lawyer of the caisse confirms."""

from __future__ import annotations

from access.models import Habilitation
from contracts.models import Proposal
from contracts.services.proposals import register
from contracts.services.proposed_acts import kind_for
from workflows.subjects import Subject

USER = "user_acts"


def habilitation_of(proposal: Proposal) -> Habilitation:
    """The habilitation that a proposal of this kind is about."""
    seen = Habilitation.objects.select_related(
        "convention__caisse",
        "convention__partner",
        "convention__pinned",
        "person",
        "account__caisse",
    )
    found: Habilitation = seen.get(pk=int(proposal.about), convention=proposal.convention_id)
    return found


def _subject(proposal: Proposal) -> Subject:
    return habilitation_of(proposal)


register(
    kind_for(
        USER,
        "Suspension définitive",
        "access.record_user_act",
        "access.record_legal_user_act",
        _subject,
    )
)
