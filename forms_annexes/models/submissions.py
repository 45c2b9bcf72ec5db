"""What each submission of a request said, so that the next one can be compared with it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forms_annexes.models.requests import AccessRequest


class Submission(models.Model):
    """One arrival of a request at the caisse; a trigger refuses any change of the row."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField("rang")
    content_sha256 = models.CharField("empreinte du contenu", max_length=64)
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "envoi d’une demande"
        verbose_name_plural = "envois d’une demande"
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="forms_annexes_submission_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(content_sha256__regex=r"^[0-9a-f]{64}$"),
                name="forms_annexes_submission_sha256_form",
            ),
        ]

    def __str__(self) -> str:
        return f"envoi {self.number}, demande {self.request_id}"


class SubmittedContent(models.Model):
    """The answers of one submission, apart from it: they name people, and may be erased."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="content")
    content = models.JSONField("réponses", default=dict, blank=True)
    """``answers``, ``quality``, ``users`` and ``pieces``, as ``services.submissions`` writes
    them."""
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "contenu d’un envoi"
        verbose_name_plural = "contenus d’un envoi"
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(content={}),
                name="forms_annexes_submittedcontent_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"contenu de l’envoi {self.submission_id}"
