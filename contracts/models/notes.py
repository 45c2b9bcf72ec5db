"""What the staff of a caisse write for each other about a convention. Only ever added to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.conventions import Convention


class ConventionNote(models.Model):
    """One note; never the partner's to see, and no part of the convention's life."""

    convention = models.ForeignKey(
        Convention, models.PROTECT, related_name="notes", verbose_name="convention"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur"
    )
    text = models.TextField("note")
    at = models.DateTimeField("écrite le")
    token = models.UUIDField("identifiant d’envoi", unique=True)
    """Made by the page: a page sent twice writes one note."""

    class Meta:
        verbose_name = "note sur une convention"
        verbose_name_plural = "notes sur une convention"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="contracts_conventionnote_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}, convention {self.convention_id}"
