"""The programs that may ask the API: which caisses, which services, and how they are recognised."""

from __future__ import annotations

from collections.abc import Collection

from allauth.idp.oidc.models import Client
from django.db import models
from django.db.models import Q


class ApiClient(models.Model):
    """A program of one or several caisses.

    Its identifier, the hash of its secret and what it may do stand in the OAuth 2 server's own
    table (``oauth``); here stands what that server does not know.
    """

    oauth = models.OneToOneField(Client, models.PROTECT, related_name="api_client")
    name = models.CharField("nom", max_length=100)
    caisses = models.ManyToManyField(
        "contracts.Caisse", through="access.ApiClientCaisse", related_name="api_clients"
    )
    services = models.JSONField("services", default=list, blank=True)
    """Codes of the services it may ask about; empty: all those of its caisses."""
    certificate = models.CharField("empreinte du certificat", max_length=64, blank=True)
    """sha256 of the certificate that it shows, in lower-case hexadecimal; empty for none."""
    created_at = models.DateTimeField("créé le")
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "client de l’API"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="access_apiclient_named"),
            models.CheckConstraint(
                condition=Q(certificate="") | Q(certificate__regex=r"^[0-9a-f]{64}$"),
                name="access_apiclient_certificate_form",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=~Q(certificate=""),
                name="access_apiclient_one_a_certificate",
                violation_error_message="Ce certificat est celui d’un autre client.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.client_id})"

    @property
    def client_id(self) -> str:
        """Its public identifier."""
        return str(self.oauth_id)

    def may_ask_about(self, service: str) -> bool:
        """Whether the service is one of those it was bound to."""
        services: Collection[str] = self.services
        return not services or service in services


class ApiClientCaisse(models.Model):
    """A caisse whose accounts and conventions a client may ask about."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="bindings", db_index=False)
    """Found by the constraint that begins with it."""
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "caisse d’un client de l’API"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "caisse"], name="access_apiclientcaisse_once"
            ),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id}, caisse {self.caisse_id}"
