"""The programs that may ask whether somebody may enter a service."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ApiClient(models.Model):
    """A portal of one caisse, known by an identifier and a secret.

    The secret is 256 bits drawn at random, shown once; only its sha256 is kept. A slow hash would
    protect a secret that can be guessed, which this one cannot.
    """

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="api_clients")
    name = models.CharField("nom", max_length=100)
    client_id = models.CharField("identifiant", max_length=40, unique=True)
    secret_digest = models.CharField("empreinte du secret", max_length=64)
    created_at = models.DateTimeField("créé le")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "client de l’API"
        ordering = ["caisse", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="access_apiclient_named"),
            models.CheckConstraint(
                condition=Q(secret_digest__regex=r"^[0-9a-f]{64}$"),  # noqa: S106
                name="access_apiclient_secret_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.client_id})"
