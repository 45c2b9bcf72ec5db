"""Decisions of two people: what one of them proposes, another confirms or refuses.

Both tables take new rows and nothing else. Where a proposal stands is read from them.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

LONGEST_REASON = 1000


class ProposalQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that nobody confirmed, refused or withdrew."""
        answers = ProposalAnswer.objects.filter(proposal=OuterRef("pk"))
        return self.filter(~Exists(answers))


class Proposal(models.Model):
    """Something that one person would do, and that takes effect when another confirms it."""

    identifier = models.CharField("envoi", max_length=64)
    """Made by the form, so that a form sent twice proposes once."""
    kind = models.CharField("genre", max_length=40)
    """A kind that is registered (``contracts.services.proposals``)."""
    title = models.CharField("objet", max_length=200)
    """What is proposed, in the words of whoever reads the queue."""
    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="+", null=True, blank=True
    )
    """Absent: for what belongs to no single caisse."""
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="proposals", null=True, blank=True
    )
    about = models.CharField("porte sur", max_length=120, blank=True)
    """What it is about beside the convention: its key, as the kind reads it."""
    payload = models.JSONField("contenu", default=dict)
    seen = models.CharField("vu", max_length=64, blank=True)
    """What the facts were when it was proposed: others make it stale."""
    reason = models.TextField("motif", blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("proposé le")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["identifier"], name="contracts_proposal_once"),
            models.CheckConstraint(
                condition=~Q(identifier="") & ~Q(kind="") & ~Q(title=""),
                name="contracts_proposal_says_what",
            ),
            models.CheckConstraint(
                condition=Q(convention__isnull=True) | Q(caisse__isnull=False),
                name="contracts_proposal_of_the_caisse",
            ),
        ]

    def __str__(self) -> str:
        return f"proposition {self.pk}"


class ProposalEvidence(models.Model):
    """A file that proves what is proposed; joined for good."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="evidence")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "pièce d’une proposition"
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "file"], name="contracts_proposalevidence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"pièce {self.file_id}, proposition {self.proposal_id}"


class ProposalAnswer(models.Model):
    """What became of a proposal: one answer, by somebody else unless it is withdrawn.

    The database refuses that whoever proposed confirms.
    """

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmée"
        REFUSED = "refused", "Refusée"
        WITHDRAWN = "withdrawn", "Retirée"

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="answer")
    outcome = models.CharField("suite", max_length=10, choices=Outcome)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("le")
    reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "suite d’une proposition"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["confirmed", "refused", "withdrawn"]),
                name="contracts_proposalanswer_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(reason=""),
                name="contracts_proposalanswer_refused_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, proposition {self.proposal_id}"
