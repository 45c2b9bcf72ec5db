"""Who connected to which service, and what remains of it once the events are purged: counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

EVENT_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:+-]{0,99}$"


class ConnectionEvent(models.Model):
    """One connection to a service, or one attempt that the portal refused.

    It names the account and holds no other personal data. An attempt under an identifier that the
    caisse never gave is kept without it: anything may have been typed there. Rows are never
    changed; a trigger lets them go only under a recorded purge (``ConnectionPurge``).
    """

    class Kind(models.TextChoices):
        CONNECTION = "connection", "Connexion"
        REFUSED = "refused", "Tentative refusée"

    class Source(models.TextChoices):
        API = "api", "Portail"
        CSV = "csv", "Fichier"
        DIRECTORY = "directory", "Annuaire"

    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="connection_events", db_index=False
    )
    account = models.ForeignKey(
        "access.Account",
        models.PROTECT,
        related_name="connection_events",
        null=True,
        blank=True,
        db_index=False,
    )
    service = models.CharField("service", max_length=100, blank=True)
    """Empty where the directory says that somebody connected, and not to what."""
    convention = models.ForeignKey(
        "contracts.Convention",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    """Under which the account had the service on that day, as was known when it was recorded."""
    profile = models.CharField("profil", max_length=100, blank=True)
    at = models.DateTimeField("instant")
    kind = models.CharField("résultat", max_length=10, choices=Kind)
    source = models.CharField("source", max_length=10, choices=Source)
    event_id = models.CharField("clé de l’expéditeur", max_length=100)
    """Sent twice by one source of a caisse, it is the same event."""
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "connexion"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "source", "event_id"], name="access_connectionevent_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["connection", "refused"]),
                name="access_connectionevent_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["api", "csv", "directory"]),
                name="access_connectionevent_source_known",
            ),
            models.CheckConstraint(
                condition=Q(event_id__regex=EVENT_ID_PATTERN),
                name="access_connectionevent_key_form",
            ),
            models.CheckConstraint(
                condition=Q(kind="refused") | Q(account__isnull=False),
                name="access_connectionevent_by_an_account",
            ),
            models.CheckConstraint(
                condition=Q(source="directory") | ~Q(service=""),
                name="access_connectionevent_service_given",
            ),
        ]
        indexes = [
            models.Index(fields=["caisse", "at"], name="access_connectionevent_at"),
            models.Index(fields=["account", "service", "at"], name="access_connectionevent_used"),
        ]

    def __str__(self) -> str:
        return f"connexion {self.pk}"


class ConnectionCount(models.Model):
    """What a month of connections comes to, for one service, convention and profile.

    Kept for good: it names nobody.
    """

    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="connection_counts", db_index=False
    )
    month = models.DateField("mois")
    """Its first day; months are those of Paris."""
    service = models.CharField("service", max_length=100, blank=True)
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="connection_counts", null=True
    )
    profile = models.CharField("profil", max_length=100, blank=True)
    connections = models.PositiveIntegerField("connexions", default=0)
    """As the portal told them."""
    refused = models.PositiveIntegerField("tentatives refusées", default=0)
    logins_seen = models.PositiveIntegerField("connexions vues par l’annuaire", default=0)
    """Apart, as the same ones may have been told by the portal."""
    users = models.PositiveIntegerField("comptes distincts", default=0)

    class Meta:
        verbose_name = "nombre de connexions"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "month", "service", "convention", "profile"],
                condition=Q(convention__isnull=False),
                name="access_connectioncount_once",
            ),
            models.UniqueConstraint(
                fields=["caisse", "month", "service", "profile"],
                condition=Q(convention__isnull=True),
                name="access_connectioncount_once_without",
            ),
            models.CheckConstraint(
                condition=Q(users__lte=models.F("connections") + models.F("logins_seen")),
                name="access_connectioncount_users_connected",
            ),
        ]

    def __str__(self) -> str:
        return f"connexions de {self.month:%m/%Y}"


class ConnectionPurge(models.Model):
    """One purge: every event of the caisse before an instant is gone, for the retention is over.

    Without such a row the database lets no event go. Append-only.
    """

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="connection_purges")
    before = models.DateTimeField("événements antérieurs au")
    events = models.PositiveIntegerField("événements purgés")
    purged_at = models.DateTimeField("purgé le")

    class Meta:
        verbose_name = "purge des connexions"
        constraints = [
            models.CheckConstraint(
                condition=Q(before__lt=models.F("purged_at")),
                name="access_connectionpurge_of_the_past",
            ),
        ]

    def __str__(self) -> str:
        return f"purge {self.pk}"
