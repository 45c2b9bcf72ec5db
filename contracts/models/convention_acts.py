"""What is recorded about a convention: its acts, what proves them, and the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import F, Q

from contracts.models.conventions import Convention
from workflows import journal
from workflows.subject_acts import SubjectAct


class ConventionAct(SubjectAct):
    """One act recorded about a convention."""

    proved_by = ("evidence",)

    subject = models.ForeignKey(Convention, models.PROTECT, related_name="acts", db_index=False)
    """Found by the unique constraints that begin with it."""
    evidence = models.ManyToManyField(
        "contracts.EvidenceFile", through="contracts.ConventionActEvidence", related_name="acts"
    )

    class Meta(SubjectAct.Meta):
        verbose_name = "événement d’une convention"
        indexes = [
            # The decisions, the latest first: a few among millions of acts.
            models.Index(
                F("recorded_at").desc(),
                condition=Q(kind="decision"),
                name="contracts_conventionact_ruled",
            ),
            # The avenants, of which each day may bring some into effect.
            models.Index(fields=["subject"], condition=Q(kind="avenant"), name="contracts_amends"),
        ]

    def evidence_digests(self) -> list[str]:
        return [file.sha256 for file in self.evidence.all()]

    def attach(self, evidence: Sequence[Any]) -> None:
        ConventionActEvidence.objects.bulk_create(
            ConventionActEvidence(act=self, file=file) for file in evidence
        )


class ConventionActEvidence(models.Model):
    """A file that proves an act; joined for good."""

    act = models.ForeignKey(ConventionAct, models.PROTECT, related_name="+")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "pièce d’un événement"
        constraints = [
            models.UniqueConstraint(
                fields=["act", "file"], name="contracts_conventionactevidence_once"
            ),
        ]

    def __str__(self) -> str:
        return f"pièce {self.file_id}, événement {self.act_id}"


class ConventionJournalEntry(journal.JournalEntry):
    """One belief, begun or ended, about a convention."""

    subject = models.ForeignKey(Convention, models.PROTECT, related_name="journal", db_index=False)
    """Found by the unique constraints that begin with it."""

    class Meta(journal.JournalEntry.Meta):
        verbose_name = "ligne du journal d’une convention"
