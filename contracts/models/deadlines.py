"""The deadlines of the portfolio, kept beside the conventions so that they can be listed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class DeadlineSet(models.Model):
    """All the deadlines of the conventions whose dates fall alike; named by what it holds.

    Such a row and its deadlines are never changed: a convention whose dates move gets another.
    """

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        verbose_name = "échéances communes"
        verbose_name_plural = "échéances communes"

    def __str__(self) -> str:
        return f"échéances {self.pk}"


class PlannedDeadline(models.Model):
    """One deadline of a set, without its explanation (``workflows.planned``)."""

    set = models.ForeignKey(DeadlineSet, models.PROTECT, related_name="deadlines", db_index=False)
    """Found by the unique constraint that begins with it."""
    number = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("nature", max_length=60)
    title = models.CharField("intitulé", max_length=300)
    due_on = models.DateField("limite")
    last_working_day = models.DateField("dernier jour ouvré")
    """The last day on or before the limit on which a letter can be posted."""
    article = models.CharField("article", max_length=200, blank=True)
    renewals = models.PositiveSmallIntegerField("reconductions d’ici là")
    """How many terms have to open before it means anything; 0 for what stands already."""
    other_reading = models.BooleanField("autre lecture possible")

    class Meta:
        verbose_name = "échéance"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["set", "number"], name="contracts_deadline_ranked"),
            models.CheckConstraint(
                condition=Q(last_working_day__lte=F("due_on")),
                name="contracts_deadline_worked_before",
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="contracts_deadline_of_a_kind"),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="contracts_deadline_due"),
            models.Index(fields=["last_working_day", "id"], name="contracts_deadline_worked"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.due_on}"
