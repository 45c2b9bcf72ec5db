"""What somebody deposited to take a former register over: its files, its trial, its run."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.evidence import evidence_storage

FOLDER = "imports"
"""Where the storage of the evidence keeps them, until they are forgotten."""


def unguessable_name(_row: ImportFile, _original: str) -> str:
    """A name drawn at random, as evidence has."""
    return f"{FOLDER}/{uuid.uuid4().hex}"


class ImportDeposit(models.Model):
    """Files deposited by one person for one caisse: tried, then taken over by who confirms."""

    identifier = models.UUIDField("dépôt", unique=True)
    """Made by the page, so that a form sent twice deposits once."""
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="import_deposits")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_deposits"
    )
    deposited_at = models.DateTimeField("déposé le")
    remarks = models.JSONField("remarques sur les fichiers", default=list, blank=True)
    """``Problem.as_json`` of what is said of whole files; nothing personal."""
    trial = models.OneToOneField("access.ImportRun", models.PROTECT, related_name="tried_deposit")
    run = models.OneToOneField(
        "access.ImportRun", models.PROTECT, related_name="deposit", null=True, blank=True
    )
    """The take-over itself; None until somebody confirmed it."""
    forgotten_at = models.DateTimeField("fichiers oubliés le", null=True, blank=True)
    """When its files were deleted; the report of each run stays."""

    class Meta:
        verbose_name = "dépôt de reprise"
        verbose_name_plural = "dépôts de reprise"
        ordering = ["-deposited_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(forgotten_at__isnull=True)
                | Q(forgotten_at__gte=models.F("deposited_at")),
                name="access_importdeposit_forgotten_after",
            ),
        ]

    def __str__(self) -> str:
        return f"dépôt de reprise {self.pk}"


class ImportFile(models.Model):
    """One file of a deposit: a table, or the archive of the scans."""

    class Kind(models.TextChoices):
        TABLE = "table", "Tableau"
        SCANS = "scans", "Pièces numérisées"

    deposit = models.ForeignKey(ImportDeposit, models.PROTECT, related_name="files")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    file = models.FileField(
        "fichier", storage=evidence_storage, upload_to=unguessable_name, max_length=60, blank=True
    )
    """Empty once it is forgotten."""
    name = models.CharField("nom", max_length=255)
    sha256 = models.CharField("empreinte", max_length=64)
    size = models.PositiveBigIntegerField("taille en octets")

    class Meta:
        verbose_name = "fichier de reprise"
        verbose_name_plural = "fichiers de reprise"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["table", "scans"]), name="access_importfile_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="access_importfile_digest_form"
            ),
        ]

    def __str__(self) -> str:
        return f"fichier de reprise {self.pk}"
