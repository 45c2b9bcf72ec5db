"""Files in quarantine: what was uploaded and nobody may have until it was looked into."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from contracts.models.evidence import EvidenceFile


class FileVerification(models.Model):
    """What became of one uploaded file; decided once.

    A file without such a row was made here, or came in before there were any. The row of a refused
    file stays, with its digest and its date; its content is deleted.
    """

    class State(models.TextChoices):
        PENDING = "pending", "En cours de vérification"
        PASSED = "passed", "Vérifié"
        REFUSED = "refused", "Refusé"

    file = models.OneToOneField(EvidenceFile, models.PROTECT, related_name="verification")
    state = models.CharField("état", max_length=10, choices=State, default=State.PENDING)
    engine = models.CharField("vérifié par", max_length=20, blank=True)
    """The antivirus that said so; ``none`` where the structure alone was looked at."""
    finding = models.CharField("trouvé", max_length=100, blank=True)
    """The antivirus's name for what it found."""
    asked_at = models.DateTimeField("déposé le")
    settled_at = models.DateTimeField("vérifié le", null=True, blank=True)

    class Meta:
        verbose_name = "vérification d’un fichier"
        verbose_name_plural = "vérifications de fichiers"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", settled_at__isnull=True, engine="")
                | Q(state__in=["passed", "refused"], settled_at__isnull=False) & ~Q(engine=""),
                name="contracts_fileverification_settled",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(finding="") | ~Q(state="refused") & Q(finding=""),
                name="contracts_fileverification_refused_for_something",
            ),
        ]

    def __str__(self) -> str:
        return f"vérification de la pièce {self.file_id}"
