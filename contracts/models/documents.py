"""Documents as they were issued: the very bytes, and under which rules and text they were made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.conventions import Convention


class IssuedDocument(models.Model):
    """One file that left the house, frozen: a later text, rule or name never changes it.

    Triggers refuse any change. Its bytes stand in the evidence storage; ``sha256`` is theirs on the
    day of issue, whatever becomes of the file.
    """

    class Kind(models.TextChoices):
        CONVENTION = "convention", "Convention"
        ANNEX = "annex", "Annexe"
        FORM = "form", "Formulaire"
        LETTER = "letter", "Courrier"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="documents")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    code = models.CharField("modèle du document", max_length=60)
    title = models.CharField("titre", max_length=300)
    rulebook_version = models.PositiveIntegerField("version des règles")
    rulebook_digest = models.CharField("empreinte des règles", max_length=64)
    template_digest = models.CharField("empreinte du texte", max_length=64)
    sha256 = models.CharField("empreinte sha256", max_length=64)
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="issued")
    dated = models.DateField("daté du")
    issued_at = models.DateTimeField("émis le")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """Absent: issued by Tacite itself."""

    class Meta:
        verbose_name = "document émis"
        verbose_name_plural = "documents émis"
        ordering = ["issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "sha256"], name="contracts_issueddocument_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["convention", "annex", "form", "letter"]),
                name="contracts_issueddocument_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
                & Q(rulebook_digest__regex=r"^[0-9a-f]{64}$")
                & Q(template_digest__regex=r"^[0-9a-f]{64}$"),
                name="contracts_issueddocument_digests_form",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(title=""), name="contracts_issueddocument_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}, convention {self.convention_id}"
