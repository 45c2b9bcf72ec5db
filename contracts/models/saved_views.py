"""The lists of conventions that people keep under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.identifiers import validate_no_nir

LONGEST_QUERY = 1000


class SavedView(models.Model):
    """A search with its facets and its columns, of one person or shared with a caisse."""

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the page that keeps it, so that a form sent twice keeps one."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views")
    caisse = models.ForeignKey(
        "contracts.Caisse", models.PROTECT, related_name="saved_views", null=True, blank=True
    )
    """The caisse whose staff sees it too; none: its owner alone."""
    name = models.CharField("nom de la vue", max_length=80, validators=[validate_no_nir])
    query = models.CharField(
        "filtres et colonnes", max_length=LONGEST_QUERY, blank=True, validators=[validate_no_nir]
    )
    """The end of the address of the list."""

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="contracts_savedview_name_once",
                violation_error_message="Vous avez déjà une vue de ce nom.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contracts_savedview_named"),
        ]

    def __str__(self) -> str:
        return f"vue {self.pk}"
