"""The review of the users: the partner says who still needs an access, and who does not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from access.models.habilitations import Habilitation
from contracts.models import Convention


class UserReview(models.Model):
    """One list of users sent to a partner to be confirmed.

    Asked for by a clause of the rulebook, whose article it cites, or by a setting of the caisse.
    """

    class Channel(models.TextChoices):
        PAPER = "paper", "Papier, par la poste ou remis en main propre"
        EMAIL = "email", "Courriel"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="user_reviews")
    opened_on = models.DateField("ouverte le")
    due_on = models.DateField("réponse attendue le")
    """The last day on which an answer is in time."""
    article = models.CharField("article", max_length=40, blank=True)
    """The clause that asks for it; empty: a practice of the caisse, in no text (« hors texte »)."""
    confirmed_on = models.DateField("confirmée le", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_on = models.DateField("réponse reçue le", null=True, blank=True)
    """The day on which the partner's answer reached the caisse; an agent may write it later."""
    channel = models.CharField("voie de la réponse", max_length=10, choices=Channel, blank=True)
    """By what way it came; empty for an answer that nobody typed in."""
    proof = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )
    """The list that the partner sent back."""
    suspended_on = models.DateField("utilisateurs suspendus le", null=True, blank=True)
    """The day on which silence suspended its users; None where it suspended nobody."""

    class Meta:
        verbose_name = "revue des utilisateurs"
        verbose_name_plural = "revues des utilisateurs"
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(confirmed_on__isnull=True),
                name="access_userreview_one_open",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opened_on")), name="access_userreview_due_later"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_on__gte=F("opened_on"), confirmed_by__isnull=False),
                name="access_userreview_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(answered_on__gte=F("opened_on"), confirmed_on__gte=F("answered_on")),
                name="access_userreview_answered_then_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(channel="")
                | Q(channel__in=["paper", "email"], answered_on__isnull=False),
                name="access_userreview_channel_known",
            ),
            models.CheckConstraint(
                condition=Q(suspended_on__isnull=True) | Q(suspended_on__gt=F("due_on")),
                name="access_userreview_suspended_once_due",
            ),
        ]

    def __str__(self) -> str:
        return f"revue {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the partner has not answered yet."""
        return self.confirmed_on is None


class ReviewedUser(models.Model):
    """One line of a review: a right that was open when it was sent, and what the partner said."""

    class Answer(models.TextChoices):
        PENDING = "pending", "À confirmer"
        KEPT = "kept", "Garde son accès"
        REMOVED = "removed", "N’en a plus besoin"

    review = models.ForeignKey(UserReview, models.PROTECT, related_name="users", db_index=False)
    """Found by the unique constraint that begins with it."""
    habilitation = models.ForeignKey(Habilitation, models.PROTECT, related_name="reviews")
    answer = models.CharField(
        "réponse", max_length=10, choices=Answer, default=Answer.PENDING.value
    )

    class Meta:
        verbose_name = "utilisateur revu"
        ordering = ["review", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "habilitation"], name="access_revieweduser_once"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["pending", "kept", "removed"]),
                name="access_revieweduser_answer_known",
            ),
        ]

    def __str__(self) -> str:
        return f"utilisateur revu {self.pk}"
