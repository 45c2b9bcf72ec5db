"""What partners are found and compared by, and the pairs that a person told apart."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.models.partners import Partner


class PartnerKey(models.Model):
    """The search words and the comparison keys of one partner: a cache that a command rebuilds.

    Written with the partner (``contracts.services.partner_keys``), so that a search reads one
    narrow table, and two partners are compared by equal keys alone.
    """

    partner = models.OneToOneField(
        Partner, models.PROTECT, primary_key=True, related_name="search_key"
    )
    words = models.TextField("mots")
    """``contracts.partner_words.search_text`` of all that names or places it."""
    name_key = models.CharField("clé du nom", max_length=250, db_index=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    """Of the last address told; empty when it has none."""
    email = models.CharField("adresse électronique", max_length=254, blank=True, db_index=True)
    """In lower case."""

    class Meta:
        verbose_name = "clé de recherche d’un partenaire"
        verbose_name_plural = "clés de recherche des partenaires"

    def __str__(self) -> str:
        return f"clé du partenaire {self.partner_id}"


class PartnerDistinction(models.Model):
    """« Ce ne sont pas les mêmes »: two partners alike that a person told apart, and why.

    A trigger refuses any change of the row.
    """

    identifier = models.UUIDField("envoi du formulaire", unique=True, default=uuid.uuid4)
    """Made by the page, so that a form sent twice tells them apart once."""
    first = models.ForeignKey(Partner, models.PROTECT, related_name="+", db_index=False)
    """The one that was entered first; found by the constraint that makes the pair unique."""
    second = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    reason = models.CharField("motif", max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "distinction de deux partenaires"
        verbose_name_plural = "distinctions de partenaires"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="contracts_partnerdistinction_once"
            ),
            models.CheckConstraint(
                condition=Q(second__gt=F("first")), name="contracts_partnerdistinction_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="contracts_partnerdistinction_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"partenaires {self.first_id} et {self.second_id}"
