"""What was decided of each named user, by whom and when: append-only, and without any name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from forms_annexes.models.history import RequestTransition
from forms_annexes.models.users import UserDecision


class UserVerdict(models.Model):
    """One decision about one named user; a later one, after a reopening, is another row.

    The line of the history it belongs to says who decided, and when.
    """

    transition = models.ForeignKey(RequestTransition, models.PROTECT, related_name="verdicts")
    user_reference = models.CharField("référence de l’utilisateur", max_length=32)
    position = models.PositiveSmallIntegerField("rang")
    decision = models.CharField("décision", max_length=10, choices=UserDecision)
    reason = models.CharField("motif du refus", max_length=40, blank=True)

    class Meta:
        verbose_name = "décision sur un utilisateur"
        verbose_name_plural = "décisions sur un utilisateur"
        ordering = ["transition", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["transition", "user_reference"], name="forms_annexes_verdict_once"
            ),
            models.CheckConstraint(
                condition=Q(decision="accepted", reason="")
                | Q(decision="refused") & ~Q(reason="")
                | Q(decision="pending", reason=""),
                name="forms_annexes_verdict_refusal_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}, rang {self.position}"
