"""Rulebooks as they were published, and the standing answers of lawyers."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from workflows import timeline
from workflows.read_once import once
from workflows.rulebook import Rulebook


def digest_of(content: Any) -> str:
    """sha256 of a rulebook's content, whatever the order of its keys."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


@lru_cache(maxsize=256)
def _read(canonical: str) -> Rulebook:
    return Rulebook.model_validate_json(canonical)


class PublishedRulebook(models.Model):
    """One version of a rulebook, frozen on the day it was published.

    Conventions are pinned to such a row, so that no later file changes the rules they were signed
    under. Triggers refuse any change.
    """

    code = models.CharField("code", max_length=100)
    version = models.PositiveIntegerField("version")
    content = models.JSONField("règles")
    digest = models.CharField("empreinte sha256", max_length=64)
    published_at = models.DateTimeField("publié le")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    signed_off_on = models.DateField("validé le", null=True, blank=True)

    class Meta:
        verbose_name = "modèle de convention publié"
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="contracts_rulebook_version_unique"
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="contracts_rulebook_version_from_one"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="contracts_rulebook_digest_form",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_by__isnull=True, signed_off_on__isnull=True)
                | Q(signed_off_by__isnull=False, signed_off_on__isnull=False),
                name="contracts_rulebook_sign_off_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}, version {self.version}"

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules themselves, typed; such a row never changes."""
        return _read(json.dumps(self.content, sort_keys=True))


class Interpretation(models.Model):
    """A lawyer's standing answer to a kind of question, for every convention of a rulebook.

    Never changed: one recorded later, of the same kind, takes its place.
    """

    identifier = models.UUIDField("envoi", unique=True, null=True, blank=True)
    """Made by the page that takes it, so that a form sent twice takes one position."""

    rulebook_code = models.CharField("modèle de convention", max_length=100)
    question = models.CharField("genre de question", max_length=60)
    answer = models.CharField("réponse", max_length=60, blank=True)
    """Empty where it takes the earlier position back: the questions are asked again."""
    reasons = models.TextField("motifs")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on = models.DateField("arrêtée le")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "position de principe"
        verbose_name_plural = "positions de principe"
        ordering = ["rulebook_code", "question", "on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="contracts_interpretation_reasoned",
                violation_error_message="Indiquez les motifs de la position.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rulebook_code} : {self.question} → {self.answer}"

    @classmethod
    def standing(cls, rulebook_code: str) -> tuple[timeline.Interpretation, ...]:
        """The answers given for conventions of this type, as the engine knows them."""
        return once(
            ("interpretations", rulebook_code),
            lambda: tuple(
                timeline.Interpretation(
                    kind=row.question,
                    answer=row.answer,
                    recorded_at=row.recorded_at,
                    author=str(row.author_id),
                    reasons=row.reasons,
                )
                for row in cls.objects.filter(rulebook_code=rulebook_code)
            ),
        )
