"""Taking a former register over: each run, what became of each convention, accounts to match."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ImportRun(models.Model):
    """One reading of a file for one caisse: a trial, or the take-over itself.

    It is the evidence of the acts that it recorded: whose file, read by whom, when.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        RUNNING = "running", "En cours"
        DONE = "done", "Terminée"
        FAILED = "failed", "Interrompue"

    identifier = models.UUIDField("envoi", unique=True)
    """Made by whoever asks, so that the same asking begins one run."""
    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="import_runs")
    file_name = models.CharField("fichier", max_length=255)
    file_sha256 = models.CharField("empreinte du fichier", max_length=64)
    """sha256; of several files, of their digests in the order given."""
    is_dry_run = models.BooleanField("à blanc")
    """Whether everything is looked at and nothing of the conventions is written."""
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="import_runs",
        null=True,
        blank=True,
    )
    """Who answers for the take-over; a trial by a command has nobody."""
    state = models.CharField("état", max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField("demandée le")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    total = models.PositiveIntegerField("conventions lues", null=True, blank=True)
    """How many conventions the file tells of, once it is read."""
    failure = models.TextField("raison de l’interruption", blank=True)

    class Meta:
        verbose_name = "reprise"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_dry_run=True) | Q(author__isnull=False),
                name="access_importrun_answered_for",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]),
                name="access_importrun_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], ended_at__isnull=False)
                | Q(state__in=["waiting", "running"], ended_at__isnull=True),
                name="access_importrun_ended_when_over",
            ),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=r"^[0-9a-f]{64}$"),
                name="access_importrun_file_digest_form",
            ),
        ]

    def __str__(self) -> str:
        return f"reprise {self.pk}"


class ImportRow(models.Model):
    """What became of one convention of a file, with its events and its users. Append-only."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Acceptée"
        DOUBTFUL = "doubtful", "Douteuse"
        REFUSED = "refused", "Refusée"
        UNCHANGED = "unchanged", "Déjà reprise"
        LEFT = "left", "Déjà reprise, laissée telle quelle"

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="rows", db_index=False)
    """Found by the constraint that orders its rows."""
    rank = models.PositiveIntegerField("rang")
    """Its place among the conventions of the file, from 1."""
    sheet = models.CharField("tableau", max_length=20)
    line = models.PositiveIntegerField("ligne")
    """The line of the file that gives it; the first of its events or users without one."""
    number = models.CharField("numéro de convention", max_length=60, blank=True)
    """As read; empty where none could be."""
    outcome = models.CharField("résultat", max_length=10, choices=Outcome)
    problems = models.JSONField("remarques", default=list, blank=True)
    """``Problem.as_json`` of each; no personal value is repeated in them."""
    digest = models.CharField("empreinte des faits", max_length=64, blank=True)
    """sha256 of all that the file says of it; empty where it could not be read."""
    convention = models.ForeignKey(
        "contracts.Convention",
        models.PROTECT,
        related_name="import_rows",
        null=True,
        blank=True,
    )
    """What it made, or what it was before; None when refused or only tried."""

    class Meta:
        verbose_name = "convention d’une reprise"
        verbose_name_plural = "conventions d’une reprise"
        ordering = ["run", "rank"]
        indexes = [
            models.Index(fields=["run", "outcome", "rank"], name="access_importrow_by_outcome"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "rank"], name="access_importrow_rank_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "doubtful", "refused", "unchanged", "left"]),
                name="access_importrow_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | Q(convention__isnull=True),
                name="access_importrow_refused_made_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.line} de la reprise {self.run_id}"


class AccountTakeOver(models.Model):
    """An account that a former register knew, until a person finds its entry in the directory.

    While it waits, nothing of the account is asked of the directory: who holds it may have an entry
    there already, under an identifier that Tacite does not know.
    """

    account = models.OneToOneField(
        "access.Account", models.PROTECT, primary_key=True, related_name="take_over"
    )
    row = models.ForeignKey(ImportRow, models.PROTECT, related_name="accounts")
    identifier = models.CharField("identifiant annoncé", max_length=64, blank=True)
    """What the file says that it is; nothing was checked."""
    taken_over_at = models.DateTimeField("repris le")
    settled_at = models.DateTimeField("rapproché le", null=True, blank=True)
    """When a person said which entry it is, or that it has none; from then on it is followed."""
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "compte repris"
        verbose_name_plural = "comptes repris"
        indexes = [
            models.Index(
                fields=["account"],
                condition=Q(settled_at__isnull=True),
                name="access_accounttakeover_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__gte=F("taken_over_at"), settled_by__isnull=False),
                name="access_accounttakeover_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"reprise du compte {self.account_id}"
