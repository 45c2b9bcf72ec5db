"""What is written beside a line of the history: a reason, what to take up again, a correction.

The history itself is append-only and holds no words of anybody. These rows hold some, which may be
about a person: each can be emptied, and says since when it is.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forms_annexes.models.history import RequestTransition


class TransitionNote(models.Model):
    """Why somebody did what a line of the history says, in that person's words."""

    transition = models.OneToOneField(
        RequestTransition, models.PROTECT, related_name="note", verbose_name="étape"
    )
    text = models.TextField("motif", blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "motif d’une étape"
        verbose_name_plural = "motifs d’une étape"
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) & ~Q(text="")
                | Q(erased_at__isnull=False, text=""),
                name="forms_annexes_note_written_until_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"motif de l’étape {self.transition_id}"


class ReturnedPoint(models.Model):
    """One answer that the caisse gives back to be taken up again, with what it says of it."""

    transition = models.ForeignKey(RequestTransition, models.PROTECT, related_name="points")
    field = models.CharField("champ", max_length=100)
    """Code of the field in its form."""
    user_reference = models.CharField("référence de l’utilisateur", max_length=32, blank=True)
    """Of which named user; empty where the field is about none."""
    comment = models.TextField("ce qui est attendu", blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "réponse à reprendre"
        verbose_name_plural = "réponses à reprendre"
        ordering = ["transition", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transition", "field", "user_reference"],
                name="forms_annexes_returnedpoint_once",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) & ~Q(comment="")
                | Q(erased_at__isnull=False, comment=""),
                name="forms_annexes_returnedpoint_commented_until_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}, étape {self.transition_id}"


class CorrectedAnswer(models.Model):
    """One answer in which the caisse put a typing error right: what it was, what it became."""

    transition = models.ForeignKey(RequestTransition, models.PROTECT, related_name="corrections")
    field = models.CharField("champ", max_length=100)
    user_reference = models.CharField("référence de l’utilisateur", max_length=32, blank=True)
    before = models.TextField("avant", blank=True)
    after = models.TextField("après", blank=True)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "réponse corrigée"
        verbose_name_plural = "réponses corrigées"
        ordering = ["transition", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(before="", after=""),
                name="forms_annexes_correctedanswer_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}, étape {self.transition_id}"
