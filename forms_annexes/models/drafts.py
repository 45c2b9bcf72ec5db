"""What somebody typed in a page of a request and has not sent: kept so that nothing is lost."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from forms_annexes.models.requests import AccessRequest


class AnswerDraft(models.Model):
    """One page as one person left it, unchecked; it goes when the page or the request is sent.

    It is no answer: nothing reads it but the page itself, and no signature binds it.
    """

    request = models.ForeignKey(AccessRequest, models.CASCADE, related_name="drafts")
    block = models.CharField("partie", max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    content = models.JSONField("contenu")
    saved_at = models.DateTimeField("gardé le")

    class Meta:
        verbose_name = "brouillon de réponses"
        verbose_name_plural = "brouillons de réponses"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "block", "author"], name="forms_annexes_answerdraft_one"
            ),
        ]

    def __str__(self) -> str:
        return f"brouillon {self.pk}, demande {self.request_id}"
