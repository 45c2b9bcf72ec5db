"""What publishing a version would change, for who proposes it and for who confirms it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from contracts.models import Convention, Proposal, PublishedRulebook
from contracts.models.proposals import LONGEST_REASON
from contracts.services.publishing import PUBLICATION, proposed_rulebook
from desk.proposals.showing import Shown, show
from forms_annexes.forms import DressedForm
from workflows.rule_changes import described
from workflows.rulebook import Rulebook


class PublicationForm(DressedForm):
    """Why this version is to be published."""

    identifier = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=LONGEST_REASON,
        help_text="Ce qui a changé, et pourquoi. Il est montré à la personne qui confirme.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def entailed(rulebook: Rulebook) -> dict[str, Any]:
    """The rules that differ from the version before, and the drafts that would follow."""
    rows = PublishedRulebook.objects.filter(code=rulebook.code).order_by("version")
    before = rows.last()
    drafts = Convention.objects.filter(rulebook_code=rulebook.code, pinned__isnull=True)
    changes = described(before.rulebook, rulebook) if before else ()
    return {
        "rulebook": rulebook,
        "before": before,
        "changes": [change for change in changes if change.path != "version"],
        "drafts": drafts.exclude(state="abandoned").count(),
    }


def _of_publication(proposal: Proposal) -> dict[str, Any]:
    return entailed(proposed_rulebook(proposal))


show(PUBLICATION, Shown("desk/rulebooks/entailed.html", _of_publication))
