"""Batches of scanned paper: each page read once, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.documents import IssuedDocument


class ScanBatch(models.Model):
    """One file that came from the scanner, kept as it came; ``file`` is the original."""

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="scan_batches")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="scan_batches")
    sha256 = models.CharField("empreinte sha256", max_length=64)
    page_count = models.PositiveIntegerField("pages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("déposé le")

    class Meta:
        verbose_name = "lot numérisé"
        verbose_name_plural = "lots numérisés"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "sha256"], name="contracts_scanbatch_once_a_caisse"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & Q(page_count__gte=1),
                name="contracts_scanbatch_form",
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.pk}"


class ScannedPage(models.Model):
    """What was read on one page of a batch; never changed."""

    batch = models.ForeignKey(ScanBatch, models.PROTECT, related_name="pages")
    number = models.PositiveIntegerField("page du lot")
    codes = models.JSONField("codes lus", default=list)
    """Each code of ours that it bears, as stamp and page: more than one is a doubt."""
    blank = models.BooleanField("page blanche", default=False)

    class Meta:
        verbose_name = "page numérisée"
        verbose_name_plural = "pages numérisées"
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="contracts_scannedpage_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="contracts_scannedpage_numbered"
            ),
        ]

    def __str__(self) -> str:
        return f"page {self.number} du lot {self.batch_id}"


class FiledScan(models.Model):
    """Pages of a batch filed as a scanned copy of an issued document; never changed."""

    batch = models.ForeignKey(ScanBatch, models.PROTECT, related_name="filed")
    issued = models.ForeignKey(IssuedDocument, models.PROTECT, related_name="scans")
    file = models.ForeignKey("contracts.EvidenceFile", models.PROTECT, related_name="scans")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """Absent: filed by its codes, without a doubt."""
    filed_at = models.DateTimeField("classée le")

    class Meta:
        verbose_name = "copie numérisée"
        verbose_name_plural = "copies numérisées"
        ordering = ["filed_at", "pk"]

    def __str__(self) -> str:
        return f"copie numérisée {self.pk}, document {self.issued_id}"


class SortedPage(models.Model):
    """What became of a page: filed, or set aside for a reason. A page is sorted once."""

    page = models.OneToOneField(ScannedPage, models.PROTECT, related_name="sorted")
    scan = models.ForeignKey(FiledScan, models.PROTECT, related_name="pages", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    sorted_at = models.DateTimeField("triée le")

    class Meta:
        verbose_name = "page triée"
        verbose_name_plural = "pages triées"
        constraints = [
            models.CheckConstraint(
                condition=Q(scan__isnull=False, reason="")
                | (Q(scan__isnull=True, author__isnull=False) & ~Q(reason="")),
                name="contracts_sortedpage_filed_or_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"page {self.page_id} triée"
