"""Documents as they were issued: the very bytes, and under which rules and text they were made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.conventions import Convention
from contracts.stamps import PATTERN


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
        AVENANT = "avenant", "Avenant"

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="documents")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    code = models.CharField("modèle du document", max_length=60)
    title = models.CharField("titre", max_length=300)
    rulebook_version = models.PositiveIntegerField("version des règles")
    rulebook_digest = models.CharField("empreinte des règles", max_length=64)
    template_digest = models.CharField("empreinte du texte", max_length=64)
    content_digest = models.CharField("empreinte du contenu", max_length=64, blank=True)
    """sha256 of the document before any stamp and whatever its format: two documents that say the
    same share it. Empty on those issued before it was kept."""
    stamp = models.CharField("repère", max_length=12, blank=True)
    """What is printed on each of its pages (``contracts.stamps``); empty where nothing was."""
    data = models.JSONField("données du document", default=dict)
    """What was filled in, as it stood: the values that travel inside the PDF."""
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
                fields=["stamp"],
                condition=~Q(stamp=""),
                name="contracts_issueddocument_stamp_unique",
            ),
            models.CheckConstraint(
                condition=(Q(stamp="") | Q(stamp__regex=PATTERN))
                & (Q(content_digest="") | Q(content_digest__regex=r"^[0-9a-f]{64}$")),
                name="contracts_issueddocument_stamp_form",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["convention", "annex", "form", "letter", "avenant"]),
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
