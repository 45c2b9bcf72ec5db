"""What is kept of credentials on their way: that they were asked and left, never themselves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from access.models.accounts import Account
from access.models.habilitations import Habilitation

_SHA256 = r"^[0-9a-f]{64}$"


class ActivationLink(models.Model):
    """A link on which a user chooses the password of an account: once, for a while.

    The link itself stands in the mail that carries it. Its sha256 is kept: what is drawn from 256
    bits cannot be guessed, so a slow hash would protect nothing.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="activation_links")
    habilitation = models.ForeignKey(
        Habilitation, models.PROTECT, related_name="activation_links", db_index=False
    )
    digest = models.CharField("empreinte", max_length=64, unique=True)
    made_at = models.DateTimeField("fait le")
    expires_at = models.DateTimeField("tient jusqu’au")
    used_at = models.DateTimeField("utilisé le", null=True, blank=True)
    superseded_at = models.DateTimeField("remplacé le", null=True, blank=True)

    class Meta:
        verbose_name = "lien d’activation"
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=_SHA256), name="access_activationlink_digest"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(superseded_at__isnull=True),
                name="access_activationlink_one_end",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")),
                name="access_activationlink_holds_a_while",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at__isnull=True, superseded_at__isnull=True),
                name="access_activationlink_one_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"lien d’activation {self.pk}"


class PrintedLetter(models.Model):
    """That a letter with credentials was printed, by whom, and its digest: append-only.

    The digest is that of one copy, which bears a number drawn at random: nobody finds the
    password by trying them all against it.
    """

    habilitation = models.ForeignKey(Habilitation, models.PROTECT, related_name="printed_letters")
    printed_at = models.DateTimeField("imprimé le")
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    digest = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "courrier d’identifiants imprimé"
        ordering = ["printed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=_SHA256), name="access_printedletter_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"courrier imprimé {self.pk}"


class Renewal(models.Model):
    """Credentials to be renewed, once for each cause."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="renewals", db_index=False)
    habilitation = models.ForeignKey(Habilitation, models.PROTECT, related_name="renewals")
    """The right with which the new credentials go."""
    because = models.CharField("cause", max_length=100)
    asked_at = models.DateTimeField("demandé le")
    done_at = models.DateTimeField("fait le", null=True, blank=True)

    class Meta:
        verbose_name = "renouvellement d’identifiants"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "because"], name="access_renewal_once_a_cause"
            ),
            models.CheckConstraint(condition=~Q(because=""), name="access_renewal_has_a_cause"),
        ]

    def __str__(self) -> str:
        return f"renouvellement {self.pk}"
