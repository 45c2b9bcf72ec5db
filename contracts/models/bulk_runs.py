"""What was asked of many conventions at once, and what came of it for each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class BulkRun(models.Model):
    """One thing that somebody asked of several conventions."""

    class Action(models.TextChoices):
        ASSIGN = "assign", "Confier à un collègue"
        LETTER = "letter", "Émettre un courrier"
        REMIND = "remind", "Rappeler au partenaire sa limite de dénonciation"

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the page that previewed it, so that a confirmation sent twice begins one."""
    action = models.CharField("action", max_length=10, choices=Action)
    letter = models.CharField("courrier", max_length=100, blank=True)
    typed = models.JSONField("mots communs", default=dict, blank=True)
    """What no file knows of the letters and that somebody typed once for all; dates as ISO."""
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_runs")
    started_at = models.DateTimeField("demandé le")

    class Meta:
        verbose_name = "action groupée"
        verbose_name_plural = "actions groupées"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action="assign", assignee__isnull=False, letter="")
                | Q(action="letter", assignee__isnull=True) & ~Q(letter="")
                | Q(action="remind", assignee__isnull=True, letter=""),
                name="contracts_bulkrun_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"action groupée {self.pk}"


class BulkLine(models.Model):
    """One convention of a run, and what came of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "En attente"
        DONE = "done", "Fait"
        REFUSED = "refused", "Pas fait"

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="lines", db_index=False)
    """Found by the constraint that has each convention once."""
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="bulk_lines"
    )
    outcome = models.CharField("résultat", max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField("raison", blank=True)
    issued = models.ForeignKey(
        "contracts.IssuedDocument", models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "ligne d’une action groupée"
        verbose_name_plural = "lignes d’une action groupée"
        constraints = [
            models.UniqueConstraint(fields=["run", "convention"], name="contracts_bulkline_once"),
            models.CheckConstraint(
                condition=Q(outcome="refused") & ~Q(reason="")
                | Q(outcome__in=["waiting", "done"], reason=""),
                name="contracts_bulkline_refused_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk} de l’action groupée {self.run_id}"
