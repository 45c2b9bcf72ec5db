"""Avenants in preparation and the dated facts about them; their state is derived from these.

An avenant binds nobody before the last party has signed: only then is the act recorded on the
convention, whose life was until then exactly what it would have been without it.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from contracts.models.conventions import Convention
from contracts.models.partners import Partner, Signatory
from contracts.models.rulebooks import PublishedRulebook


class Avenant(models.Model):
    """What one avenant changes, frozen when it is prepared.

    Triggers refuse any change: what is signed is what was prepared. A wrong one is abandoned and
    another prepared, under the next number.
    """

    identifier = models.UUIDField("identifiant", unique=True, default=uuid.uuid4, editable=False)
    """Also that of the act recorded on the convention once all parties have signed."""
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="avenants")
    number = models.PositiveIntegerField("numéro")
    """From 1 within the convention, in the order of preparation; never given twice."""
    type = models.CharField("type d’avenant", max_length=40)
    parties = models.JSONField("parties qui signent")
    """Roles of the parties that had to sign when it was prepared."""
    changes = models.JSONField("règles changées", default=dict, blank=True)
    """Rule paths of the TOML to their new values."""
    party_facts = models.JSONField("désignations changées", default=dict, blank=True)
    """``partner.name`` or ``partner.address`` to its new value."""
    representative = models.ForeignKey(
        Signatory, models.PROTECT, related_name="+", null=True, blank=True
    )
    successor = models.ForeignKey(
        Partner, models.PROTECT, related_name="substitutions", null=True, blank=True
    )
    """Who takes the partner's place; the convention keeps the name of who concluded it."""
    annex = models.CharField("annexe", max_length=60, blank=True)
    annex_text = models.TextField("nouveau texte de l’annexe", blank=True)
    target = models.ForeignKey(
        PublishedRulebook, models.PROTECT, related_name="+", null=True, blank=True
    )
    """The version of the rulebook to which the convention moves."""
    effective_on = models.DateField("prend effet le", null=True, blank=True)
    """The day it names; absent: that of the last signature."""
    reason = models.TextField("motif", blank=True)
    prepared_at = models.DateTimeField("préparé le")
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "avenant"
        ordering = ["convention", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "number"], name="contracts_avenant_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="contracts_avenant_number_from_one"
            ),
            models.CheckConstraint(condition=~Q(type=""), name="contracts_avenant_typed"),
            models.CheckConstraint(
                condition=Q(annex="", annex_text="") | ~Q(annex="") & ~Q(annex_text=""),
                name="contracts_avenant_annex_with_text",
            ),
            models.CheckConstraint(
                condition=~Q(changes={})
                | ~Q(party_facts={})
                | ~Q(annex="")
                | Q(representative__isnull=False)
                | Q(successor__isnull=False),
                name="contracts_avenant_changes_something",
            ),
        ]

    def __str__(self) -> str:
        return f"avenant n° {self.number}, convention {self.convention_id}"


class AvenantFact(models.Model):
    """One dated fact about an avenant: it left, a party signed or refused to, it was given up.

    Triggers refuse any change.
    """

    class Kind(models.TextChoices):
        SENT = "sent", "Envoi pour signature"
        SIGNED = "signed", "Signature"
        REFUSED = "refused", "Refus de signer"
        ABANDONED = "abandoned", "Classement sans suite"

    identifier = models.UUIDField("identifiant", unique=True)
    """Made by the form, so that a form sent twice tells one fact."""
    avenant = models.ForeignKey(Avenant, models.PROTECT, related_name="facts")
    kind = models.CharField("nature", max_length=20, choices=Kind)
    on = models.DateField("date")
    party = models.CharField("partie", max_length=60, blank=True)
    reason = models.TextField("motif", blank=True)
    document = models.ForeignKey(
        "contracts.IssuedDocument", models.PROTECT, related_name="+", null=True, blank=True
    )
    """What left for signature, where its text is written in Tacite."""
    evidence = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )
    recorded_at = models.DateTimeField("enregistré le")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "événement d’un avenant"
        verbose_name_plural = "événements d’un avenant"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["sent", "signed", "refused", "abandoned"]),
                name="contracts_avenantfact_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["signed", "refused"]) & ~Q(party="")
                | Q(kind__in=["sent", "abandoned"], party=""),
                name="contracts_avenantfact_party_signs",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["refused", "abandoned"]) | ~Q(reason=""),
                name="contracts_avenantfact_abandoned_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["avenant", "kind", "party"], name="contracts_avenantfact_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.avenant}"
