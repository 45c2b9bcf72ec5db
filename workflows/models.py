"""What the engine keeps of its own: the ledger of effects, the heads of the chains, its runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from workflows.journal import DIGEST_PATTERN

LONGEST = {"handler": 60, "key": 200, "lane": 100}
"""How many characters these columns of an effect hold."""


class EffectState(models.TextChoices):
    PENDING = "pending", "En attente"
    LEASED = "leased", "En cours"
    DONE = "done", "Fait"
    DEAD = "dead", "En échec"
    SET_ASIDE = "set_aside", "Écarté"


class Effect(models.Model):
    """One thing to do outside the database, once, after those before it in its lane.

    The three instants that say when a worker may take it up are of the machine's own clock; the
    others are of the site's, which the demonstration moves.
    """

    handler = models.CharField("traitement", max_length=LONGEST["handler"])
    """Name under which its handler registered (``effects.handler``)."""
    key = models.CharField("clé", max_length=LONGEST["key"])
    """What makes it unique: asked for again under the same key, it is the same effect."""
    lane = models.CharField("file", max_length=LONGEST["lane"])
    """``convention:42``: effects of one lane are done one after the other, as they came."""
    payload = models.JSONField("faits", default=dict, blank=True)
    """Numbers, codes and dates: never somebody's name or address."""
    state = models.CharField(
        "état", max_length=20, choices=EffectState, default=EffectState.PENDING
    )
    attempts = models.PositiveIntegerField("essais manqués", default=0)
    """How often the handler failed since it was asked for, or since a person asked again."""
    losses = models.PositiveIntegerField("baux perdus", default=0)
    """How often a worker vanished with it since the last result."""
    next_attempt_at = models.DateTimeField("prochain essai le", null=True, blank=True)
    lease_until = models.DateTimeField("pris jusqu’au", null=True, blank=True)
    fence = models.PositiveBigIntegerField("numéro de bail", default=0)
    """Grows with each lease: a result that bears an older number is refused."""
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("demandé le")
    done_at = models.DateTimeField("terminé le", null=True, blank=True)
    """When it was done, or set aside. Until then it holds back its lane."""

    class Meta:
        verbose_name = "envoi en attente"
        verbose_name_plural = "envois en attente"
        ordering = ["pk"]
        # Each index is told by a column that is null elsewhere, not by the state: SQLite cannot
        # see that a query on a state it is only given as a parameter fits a partial index.
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="workflows_effect_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(lease_until__isnull=False),
                name="workflows_effect_leased",
            ),
            models.Index(
                fields=["lane", "id"],
                condition=Q(done_at__isnull=True),
                name="workflows_effect_lane_open",
            ),
            models.Index(
                fields=["id"], condition=Q(state="dead"), name="workflows_effect_dead_letters"
            ),
        ]
        constraints = [
            # Not ``unique=True``, which on PostgreSQL adds an index for searches that nobody makes.
            models.UniqueConstraint(fields=["key"], name="workflows_effect_key_unique"),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(handler="") & ~Q(lane=""), name="workflows_effect_named"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "leased", "done", "dead", "set_aside"]),
                name="workflows_effect_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", next_attempt_at__isnull=False)
                | ~Q(state="pending") & Q(next_attempt_at__isnull=True),
                name="workflows_effect_pending_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(state="leased", lease_until__isnull=False, fence__gte=1)
                | ~Q(state="leased") & Q(lease_until__isnull=True),
                name="workflows_effect_leased_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "set_aside"], done_at__isnull=False)
                | ~Q(state__in=["done", "set_aside"]) & Q(done_at__isnull=True),
                name="workflows_effect_finished_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dead", "set_aside"]) | ~Q(last_error=""),
                name="workflows_effect_dead_has_its_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ({self.key})"


class EffectDecision(models.Model):
    """What a person decided about an effect that failed for good. Never changed."""

    class Kind(models.TextChoices):
        REPLAYED = "replayed", "Relancé"
        SET_ASIDE = "set_aside", "Écarté"

    effect = models.ForeignKey(Effect, models.PROTECT, related_name="decisions")
    kind = models.CharField("décision", max_length=20, choices=Kind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur"
    )
    reason = models.CharField("motif", max_length=300, blank=True)
    error = models.CharField("erreur d’alors", max_length=300)
    """Why the effect had failed when it was decided."""
    decided_at = models.DateTimeField("décidé le")

    class Meta:
        verbose_name = "décision sur un envoi"
        verbose_name_plural = "décisions sur un envoi"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="replayed") | Q(kind="set_aside") & ~Q(reason=""),
                name="workflows_effectdecision_set_aside_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} le {self.decided_at:%Y-%m-%d}"


class JournalHead(models.Model):
    """One digest over the last row of every chain, of one day. Never changed (``heads``)."""

    number = models.PositiveIntegerField("rang", unique=True)
    """From 1 on, in the order in which they were taken."""
    day = models.DateField("jour", unique=True)
    """Civil day in Paris on which it was taken."""
    taken_at = models.DateTimeField("établie le")
    subjects = models.PositiveIntegerField("dossiers")
    """How many subjects had a journal."""
    entries = models.PositiveBigIntegerField("lignes")
    """How many rows the chains held together: acts, and lines of the journals."""
    last_entries = models.JSONField("dernières lignes")
    """By name of chain, the identifier up to which its rows are under this head."""
    root = models.CharField("racine", max_length=64)
    """Root of the Merkle tree over the last row of each chain."""
    previous_digest = models.CharField("empreinte précédente", max_length=64, blank=True)
    digest = models.CharField("empreinte", max_length=64)

    class Meta:
        verbose_name = "empreinte des journaux"
        verbose_name_plural = "empreintes des journaux"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number=1, previous_digest="")
                | Q(number__gt=1, previous_digest__regex=DIGEST_PATTERN),
                name="workflows_journalhead_chained",
            ),
            models.CheckConstraint(
                condition=Q(root__regex=DIGEST_PATTERN, digest__regex=DIGEST_PATTERN),
                name="workflows_journalhead_digest_form",
            ),
        ]

    def __str__(self) -> str:
        return f"empreinte {self.number} du {self.day:%Y-%m-%d}"

    @property
    def content(self) -> dict[str, Any]:
        """All that the head says beside its own digest, as it is published."""
        return {
            "number": self.number,
            "day": self.day.isoformat(),
            "taken_at": self.taken_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "subjects": self.subjects,
            "entries": self.entries,
            "last_entries": dict(self.last_entries),
            "root": self.root,
            "previous_digest": self.previous_digest,
        }

    def computed_digest(self) -> str:
        """sha256 of the content, in a canonical form; so heads are chained like the entries."""
        return head_digest(self.content)


def head_digest(content: Mapping[str, Any]) -> str:
    """sha256 of the content of a head, from the database or from a published file."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


class HeldRun(models.Model):
    """A run that would have ended or closed too much, and what a person decided."""

    OPEN = Q(confirmed_at__isnull=True, settled_at__isnull=True)

    measure = models.CharField("mesure", max_length=40)
    """Name under which what is counted is registered (``breaker.measure``)."""
    day = models.DateField("jour du traitement")
    count = models.PositiveIntegerField("nombre")
    total = models.PositiveIntegerField("sur")
    allowed = models.PositiveIntegerField("admis sans confirmation")
    held_at = models.DateTimeField("retenu le")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)
    settled_at = models.DateTimeField("levé sans décision le", null=True, blank=True)
    """When it would no longer have done too much."""

    class Meta:
        verbose_name = "traitement retenu"
        verbose_name_plural = "traitements retenus"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=Q(confirmed_at__isnull=True, settled_at__isnull=True),
                name="workflows_heldrun_one_open_a_measure",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, reason="")
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(reason=""),
                name="workflows_heldrun_confirmed_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(count__gt=F("allowed")), name="workflows_heldrun_more_than_allowed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.day:%Y-%m-%d}"


class LastRun(models.Model):
    """The last time that what ought to be done regularly was done, and how it ended."""

    name = models.CharField("nom", max_length=60, primary_key=True)
    """What was done (``last_runs``)."""
    ended_at = models.DateTimeField("terminé le")
    is_well = models.BooleanField("sans rien à redire")
    said = models.CharField("résultat", max_length=300)
    """A sentence, which names nobody."""

    class Meta:
        verbose_name = "dernier passage"
        verbose_name_plural = "derniers passages"
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(said=""), name="workflows_lastrun_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.ended_at:%Y-%m-%d}"
