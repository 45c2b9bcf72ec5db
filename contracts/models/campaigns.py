"""Campaigns: a version of a rulebook proposed by avenant to all the conventions of a type.

A campaign binds nobody. Each of its lines is one convention with the avenant prepared for it, which
changes that convention once all its parties have signed, and not before. Where a line stands is
read from these facts (``contracts.services.campaign_lines``); nobody assigns it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.models.avenants import Avenant
from contracts.models.caisses import Caisse
from contracts.models.documents import IssuedDocument
from contracts.models.rulebooks import PublishedRulebook

LONGEST_REASON = 500


class AvenantCampaign(models.Model):
    """What a caisse would propose to its conventions of one type; triggers refuse any change."""

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the page that opened it; the identifiers of its avenants are derived from it."""
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="campaigns")
    target = models.ForeignKey(PublishedRulebook, models.PROTECT, related_name="campaigns")
    """The version to which the conventions would move."""
    from_versions = models.JSONField("versions de départ")
    """Numbers of the earlier versions whose conventions it concerns."""
    effective_on = models.DateField("prend effet le", null=True, blank=True)
    """The day that the avenants name; absent: that of their last signature."""
    answer_by = models.DateField("réponse attendue avant le", null=True, blank=True)
    chase_after = models.PositiveSmallIntegerField("relance après, en jours", default=30)
    """Days without an answer after which a line is to be reminded."""
    reason = models.TextField("motif")
    """Why; the recitals of each avenant say it."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("ouverte le")

    class Meta:
        verbose_name = "campagne d’avenants"
        verbose_name_plural = "campagnes d’avenants"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="contracts_campaign_reasoned"),
            models.CheckConstraint(
                condition=Q(chase_after__gte=1), name="contracts_campaign_chases_later"
            ),
        ]

    def __str__(self) -> str:
        return f"campagne {self.pk} vers {self.target}"


class CampaignLaunch(models.Model):
    """Two people decided to propose it; triggers refuse any change, and that one be both."""

    campaign = models.OneToOneField(AvenantCampaign, models.PROTECT, related_name="launch")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("lancée le")

    class Meta:
        verbose_name = "lancement d’une campagne"
        constraints = [
            models.CheckConstraint(
                condition=~Q(proposed_by=F("confirmed_by")),
                name="contracts_campaignlaunch_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"lancement de la campagne {self.campaign_id}"


class CampaignClosing(models.Model):
    """It is over, launched or not; triggers refuse any change."""

    campaign = models.OneToOneField(AvenantCampaign, models.PROTECT, related_name="closing")
    reason = models.TextField("motif")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("close le")

    class Meta:
        verbose_name = "clôture d’une campagne"
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="contracts_campaignclosing_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"clôture de la campagne {self.campaign_id}"


class CampaignLine(models.Model):
    """One convention of a campaign: what the preview found, then the avenant made for it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "En attente"
        PREPARED = "prepared", "Préparé"
        LEFT_OUT = "left_out", "Laissée de côté"

    campaign = models.ForeignKey(
        AvenantCampaign, models.PROTECT, related_name="lines", db_index=False
    )
    """Found by the constraint that has each convention once."""
    convention = models.ForeignKey(
        "contracts.Convention", models.PROTECT, related_name="campaign_lines"
    )
    weighed_at = models.DateTimeField("examinée le", null=True, blank=True)
    moves = models.JSONField("dates qui bougent", default=list, blank=True)
    """For each date to watch: kind, title, ISO day before, ISO day after, article."""
    move_kinds = models.CharField("genres de dates qui bougent", max_length=300, blank=True)
    """Their kinds, in order and once each, between spaces: what the preview counts by."""
    outcome = models.CharField("résultat", max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField("raison", blank=True)
    """Why it is left out."""
    avenant = models.OneToOneField(
        Avenant, models.PROTECT, related_name="campaign_line", null=True, blank=True
    )
    act = models.CharField("événement", max_length=36, blank=True)
    """Identifier of the act that the avenant becomes once all have signed."""
    document = models.ForeignKey(
        IssuedDocument, models.PROTECT, related_name="+", null=True, blank=True
    )
    """The avenant as it was issued, where its text is written in Tacite."""
    letter = models.OneToOneField(
        IssuedDocument, models.PROTECT, related_name="campaign_line", null=True, blank=True
    )
    """The letter with which it leaves."""
    reminder = models.ForeignKey(
        IssuedDocument, models.PROTECT, related_name="+", null=True, blank=True
    )
    """The last letter that asked for an answer."""
    reminded_on = models.DateField("relancée le", null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’une campagne"
        verbose_name_plural = "lignes d’une campagne"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "convention"], name="contracts_campaignline_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="left_out") & ~Q(reason="")
                | Q(outcome__in=["waiting", "prepared"], reason=""),
                name="contracts_campaignline_left_out_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome="prepared", avenant__isnull=False) & ~Q(act="")
                | Q(outcome__in=["waiting", "left_out"], avenant__isnull=True, act=""),
                name="contracts_campaignline_prepared_has_its_avenant",
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.pk} de la campagne {self.campaign_id}"
