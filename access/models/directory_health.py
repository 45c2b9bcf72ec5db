"""Whether the directory of a caisse answers, and since when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DirectoryHealth(models.Model):
    """What was last seen of one directory; written when it changes, and now and then.

    A caisse whose directory was never asked has none.
    """

    caisse = models.OneToOneField(
        "contracts.Caisse", models.PROTECT, related_name="directory_health"
    )
    is_answering = models.BooleanField("répond")
    since = models.DateTimeField("depuis")
    """When it was first seen as it is now."""
    last_success_at = models.DateTimeField("dernière réponse", null=True, blank=True)
    """To within ten minutes while it answers."""
    last_failure_at = models.DateTimeField("dernier échec", null=True, blank=True)
    cause = models.CharField("cause", max_length=300, blank=True)
    """Of the last failure; it names nobody."""
    logins_read_on = models.DateField("connexions relevées le", null=True, blank=True)
    """The civil day of the last complete reading of the last logins."""

    class Meta:
        verbose_name = "état d’un annuaire"
        verbose_name_plural = "états des annuaires"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_answering=True, last_success_at__isnull=False)
                | Q(is_answering=False, last_failure_at__isnull=False) & ~Q(cause=""),
                name="access_directoryhealth_seen_so",
            ),
        ]

    def __str__(self) -> str:
        return f"annuaire de la caisse {self.caisse_id}"
