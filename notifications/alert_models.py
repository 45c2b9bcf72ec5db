"""Who was told of which rung of which deadline, and the deadlines that passed untold."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Alert(models.Model):
    """One rung of one deadline of one convention, told to one user: once as long as it stands.

    Several go in one message. An alert whose deadline moved, whose recipient left or whose message
    did not leave is withdrawn, and may then be made again.
    """

    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="alerts", db_index=False
    )
    """Found by the unique constraint that begins with it."""
    deadline = models.CharField("nature de l’échéance", max_length=60)
    due_on = models.DateField("échéance")
    rung = models.PositiveSmallIntegerField("jours avant")
    """0 for the last working day."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="alerts", db_index=False
    )
    message = models.ForeignKey("notifications.Message", models.PROTECT, related_name="alerts")
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "alerte"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "deadline", "due_on", "user", "rung"],
                condition=Q(withdrawn_at__isnull=True),
                name="notifications_alert_once",
            ),
            models.CheckConstraint(condition=~Q(deadline=""), name="notifications_alert_of_a_kind"),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="notifications_alert_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"alerte {self.pk}"


class UnwarnedDeadline(models.Model):
    """A deadline that passed while no alert of it had left: somebody has to look at it."""

    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="unwarned_deadlines", db_index=False
    )
    """Found by the unique constraint that begins with it."""
    deadline = models.CharField("nature de l’échéance", max_length=60)
    due_on = models.DateField("échéance")
    found_at = models.DateTimeField("constatée le")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="examinée par",
        null=True,
        blank=True,
    )
    seen_at = models.DateTimeField("examinée le", null=True, blank=True)
    outcome = models.CharField("suite donnée", max_length=300, blank=True)

    class Meta:
        verbose_name = "échéance sans alerte"
        verbose_name_plural = "échéances sans alerte"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "deadline", "due_on"], name="notifications_unwarned_once"
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True, outcome="")
                | Q(seen_by__isnull=False, seen_at__isnull=False) & ~Q(outcome=""),
                name="notifications_unwarned_seen_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"échéance sans alerte {self.pk}"


class AlertRun(models.Model):
    """The days on which the deadlines of a caisse were gone through, to the end."""

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+", db_index=False)
    """Found by the unique constraint that begins with it."""
    day = models.DateField("jour")

    class Meta:
        verbose_name = "passage des alertes"
        verbose_name_plural = "passages des alertes"
        constraints = [
            models.UniqueConstraint(fields=["caisse", "day"], name="notifications_run_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"alertes du {self.day}, caisse {self.caisse_id}"


class ReminderSettingChange(models.Model):
    """What a caisse decided about its reminders, when and by whom. Append-only."""

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")
    before = models.JSONField("avant")
    after = models.JSONField("après")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "changement des alertes d’une caisse"
        verbose_name_plural = "changements des alertes des caisses"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"changement {self.pk}, caisse {self.caisse_id}"
