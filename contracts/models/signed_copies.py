"""Signed copies that came back, what their electronic signatures prove, and what voided them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.documents import IssuedDocument


class EvidenceLevel(models.TextChoices):
    """How much a signature proves by itself, from the least to the most."""

    HANDWRITTEN = "handwritten", "Manuscrite, numérisée"
    SIMPLE = "simple", "Électronique simple"
    ADVANCED = "advanced", "Électronique avancée"
    QUALIFIED = "qualified", "Électronique qualifiée"


class SignedCopy(models.Model):
    """One copy of an issued document that came back signed; never changed.

    Whether it still counts is told by its absence from ``VoidedCopy``.
    """

    class Match(models.TextChoices):
        """How far the file is the document issued."""

        BYTES = "bytes", "Le fichier émis, octet pour octet, suivi des signatures"
        STAMP = "stamp", "Le repère du document est lu sur les pages"
        NONE = "none", "Sans repère lisible : à comparer par une personne"

    issued = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="signed_copies")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="signed_copies")
    signed_by = models.JSONField("signée par")
    """Roles of the parties whose signature it bears, in the order of the rulebook."""
    original_of = models.CharField("original de", max_length=40, blank=True)
    """Role of the party whose original this is; empty: a copy, or an electronic document."""
    level = models.CharField("niveau de preuve", max_length=20, choices=EvidenceLevel)
    reason = models.TextField("ce qui fonde le niveau")
    signed_on = models.DateField("signée le")
    """The date written on it; that of the last signature, for an electronic one."""
    match = models.CharField("rapport au texte émis", max_length=10, choices=Match)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("déposée le")

    class Meta:
        verbose_name = "copie signée"
        verbose_name_plural = "copies signées"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["handwritten", "simple", "advanced", "qualified"]),
                name="contracts_signedcopy_level_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="contracts_signedcopy_reasoned"),
            models.UniqueConstraint(
                fields=["issued", "file"], name="contracts_signedcopy_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"copie signée {self.pk}, document {self.issued_id}"


class ElectronicSignature(models.Model):
    """What was found of one electronic signature on the day the copy was deposited."""

    class TimeSource(models.TextChoices):
        TRUSTED = "trusted", "Horodatage d’une autorité reconnue"
        UNKNOWN_AUTHORITY = "unknown_authority", "Horodatage d’une autorité inconnue"
        CLAIMED = "claimed", "Horloge du signataire"

    copy = models.ForeignKey(SignedCopy, models.PROTECT, related_name="signatures")
    number = models.PositiveIntegerField("rang")
    signer = models.ForeignKey("contracts.Person", models.PROTECT, related_name="+")
    """The holder named by the certificate: a person's name stands there alone."""
    organisation = models.CharField("organisme", max_length=200, blank=True)
    issuer = models.CharField("autorité du certificat", max_length=200, blank=True)
    certificate_sha256 = models.CharField("empreinte du certificat", max_length=64)
    signed_at = models.DateTimeField("signé le")
    time_source = models.CharField("source de l’heure", max_length=20, choices=TimeSource)
    covers_whole_file = models.BooleanField("couvre tout le fichier")
    """False: what follows it in the file is later signatures and their proofs, and nothing else."""
    level = models.CharField("niveau de preuve", max_length=20, choices=EvidenceLevel)
    reason = models.TextField("ce qui fonde le niveau")

    class Meta:
        verbose_name = "signature électronique"
        verbose_name_plural = "signatures électroniques"
        ordering = ["copy", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["copy", "number"], name="contracts_electronicsignature_once"
            ),
            models.CheckConstraint(
                condition=Q(level__in=["simple", "advanced", "qualified"]) & ~Q(reason=""),
                name="contracts_electronicsignature_level_known",
            ),
            models.CheckConstraint(
                condition=Q(time_source__in=["trusted", "unknown_authority", "claimed"]),
                name="contracts_electronicsignature_time_source_known",
            ),
            models.CheckConstraint(
                condition=Q(certificate_sha256__regex=r"^[0-9a-f]{64}$"),
                name="contracts_electronicsignature_sha256_form",
            ),
        ]

    def __str__(self) -> str:
        return f"signature {self.number} de la copie {self.copy_id}"


class VoidedCopy(models.Model):
    """A signed copy no longer counts: the text it bears is no longer the one to sign."""

    copy = models.OneToOneField(SignedCopy, models.PROTECT, related_name="voided")
    because = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="voided_copies")
    """The new version, issued after it was signed."""
    reason = models.TextField("motif")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    voided_at = models.DateTimeField("annulée le")

    class Meta:
        verbose_name = "copie annulée"
        verbose_name_plural = "copies annulées"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="contracts_voidedcopy_reasoned"),
        ]

    def __str__(self) -> str:
        return f"copie {self.copy_id} annulée par le document {self.because_id}"
