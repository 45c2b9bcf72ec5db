"""Who was told of which binding step of a convention, and up to where the journals were read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Confirmation(models.Model):
    """One binding step of one convention told to one reader, or told to be no longer so.

    Several go in one message. What did not leave is withdrawn, and decided anew.
    """

    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="confirmations"
    )
    binding = models.CharField("étape", max_length=200)
    """Its kind, what it is about, and since when: ``binding.Binding.identity``."""
    turn = models.PositiveIntegerField("fois")
    """1 when its reader is told of it, 2 when it proves untrue, 3 when it is true again."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    person = models.ForeignKey(
        "contracts.Person", models.PROTECT, related_name="+", null=True, blank=True
    )
    message = models.ForeignKey(
        "notifications.Message", models.PROTECT, related_name="confirmations"
    )
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "confirmation"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "binding", "user", "turn"],
                condition=Q(withdrawn_at__isnull=True, user__isnull=False),
                name="notifications_confirmation_once_a_user",
            ),
            models.UniqueConstraint(
                fields=["convention", "binding", "person", "turn"],
                condition=Q(withdrawn_at__isnull=True, person__isnull=False),
                name="notifications_confirmation_once_a_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True, user__isnull=False)
                | Q(person__isnull=False, user__isnull=True),
                name="notifications_confirmation_of_one_reader",
            ),
            models.CheckConstraint(
                condition=~Q(binding="") & Q(turn__gte=1), name="notifications_confirmation_named"
            ),
        ]

    def __str__(self) -> str:
        return f"confirmation {self.pk}"

    @property
    def is_correction(self) -> bool:
        """Whether it takes back what its reader was told."""
        return self.turn % 2 == 0


class ConfirmationRun(models.Model):
    """A day on which the steps of a caisse's conventions were gone through, to the end."""

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+", db_index=False)
    """Found by the unique constraint that begins with it."""
    day = models.DateField("jour")
    at = models.DateTimeField("lu le")
    last_entry = models.PositiveBigIntegerField("dernière ligne de journal lue")
    last_act = models.PositiveBigIntegerField("dernier événement lu")
    held = models.JSONField("conventions en attente", default=list)
    """The keys of those of which a step waits for a lawyer's answer."""

    class Meta:
        verbose_name = "passage des confirmations"
        verbose_name_plural = "passages des confirmations"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "day"], name="notifications_confirmed_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"confirmations du {self.day}, caisse {self.caisse_id}"


class ProofReminder(models.Model):
    """Whoever answers for a registered letter was reminded of its late proof, once a rung."""

    letter = models.ForeignKey(
        "contracts.OutgoingLetter", models.PROTECT, related_name="+", db_index=False
    )
    """Found by the unique constraint that begins with it."""
    rung = models.PositiveSmallIntegerField("rang")
    """How many times the days after which the caisse asks for a proof have passed."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    message = models.ForeignKey(
        "notifications.Message", models.PROTECT, related_name="proof_reminders"
    )

    class Meta:
        verbose_name = "rappel d’une preuve"
        verbose_name_plural = "rappels de preuves"
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "rung", "user"], name="notifications_proof_reminded_once"
            ),
            models.CheckConstraint(condition=Q(rung__gte=1), name="notifications_proof_rung"),
        ]

    def __str__(self) -> str:
        return f"rappel {self.pk}"
