"""The embedded directory: what a real one would hold, in a table of its own."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class DirectoryEntry(models.Model):
    """One entry. Only the directory's adapter reads it; accounts are found by their identifier.

    The password is kept as its hash alone.
    """

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")
    identifier = models.CharField("identifiant", max_length=64)
    password = models.CharField("empreinte du mot de passe", max_length=200, blank=True)
    """Empty until a first password was made: nobody can sign in."""
    must_change = models.BooleanField("à changer à la connexion", default=True)
    locked = models.BooleanField("verrouillé", default=False)
    services = models.JSONField("services", default=list, blank=True)
    last_login_at = models.DateTimeField("dernière connexion", null=True, blank=True)
    failures = models.PositiveIntegerField("échecs de suite", default=0)
    retry_at = models.DateTimeField("nouvel essai à partir de", null=True, blank=True)

    class Meta:
        verbose_name = "entrée de l’annuaire embarqué"
        constraints = [
            models.UniqueConstraint(
                F("caisse"), Lower("identifier"), name="access_directoryentry_identifier_unique"
            ),
            # Django's hashes say how they were made: anything else would be a password in clear.
            models.CheckConstraint(
                condition=Q(password="") | Q(password__regex=r"^[a-z0-9_]+\$.+\$"),  # noqa: S106
                name="access_directoryentry_password_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"entrée {self.pk}"
