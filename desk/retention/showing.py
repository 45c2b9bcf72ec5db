"""What a list shows to whoever confirms it."""

from __future__ import annotations

from typing import Any

from contracts.models import Proposal
from contracts.retention.lists import CONFIRMATION, elimination_of
from desk.proposals.showing import Shown, show


def _shown(proposal: Proposal) -> dict[str, Any]:
    elimination = elimination_of(proposal)
    return {
        "elimination": elimination,
        "dossiers": elimination.items.count(),
        "visa": proposal.payload["visa"],
    }


show(CONFIRMATION, Shown("desk/retention/proposed.html", _shown))
