"""The letters that a caisse receives: registered as they arrive, then filed under a convention."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.models.caisses import Caisse
from contracts.models.convention_acts import ConventionAct
from contracts.models.conventions import Convention
from contracts.registered_numbers import PATTERN
from workflows.rulebook import LetterForm

LETTER_FORMS = {
    LetterForm.REGISTERED_LETTER: "Lettre recommandée avec avis de réception",
    LetterForm.QUALIFIED_ELECTRONIC_REGISTERED_LETTER: "Lettre recommandée électronique qualifiée",
    LetterForm.SERVED_BY_COMMISSAIRE_DE_JUSTICE: "Acte de commissaire de justice",
    LetterForm.HAND_DELIVERED_LETTER: "Remise en main propre",
    LetterForm.ORDINARY_LETTER: "Lettre simple",
    LetterForm.EMAIL: "Courriel",
}


class IncomingLetter(models.Model):
    """One letter received, as its envelope says; a trigger refuses any change of the row.

    ``number`` is its place in the order of arrival of the caisse that year, without a gap.
    """

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the page that registered it, so that a form sent twice makes one letter."""
    caisse = models.ForeignKey(
        Caisse, models.PROTECT, related_name="incoming_letters", db_index=False
    )
    """Found by the constraint that makes its numbers unique."""
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("numéro d’arrivée")
    form = models.CharField(
        "forme",
        max_length=50,
        choices=[(str(form), label) for form, label in LETTER_FORMS.items()],
    )
    registered_number = models.CharField("numéro de recommandé", max_length=40, blank=True)
    postmark_on = models.DateField("postée le", null=True, blank=True)
    """The day of the postmark; absent when it cannot be read or there is none."""
    received_on = models.DateField("reçue le")
    sender = models.CharField("expéditeur", max_length=250)
    subject = models.CharField("objet", max_length=200, blank=True)
    file = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="incoming_letters"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "courrier reçu"
        verbose_name_plural = "courriers reçus"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "year", "number"], name="contracts_incomingletter_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["caisse", "year", "registered_number"],
                condition=~Q(registered_number=""),
                name="contracts_incomingletter_registered_once",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="contracts_incomingletter_number_from_one"
            ),
            models.CheckConstraint(
                condition=Q(registered_number="") | Q(registered_number__regex=PATTERN),
                name="contracts_incomingletter_registered_number_form",
            ),
            models.CheckConstraint(
                condition=Q(postmark_on__isnull=True) | Q(postmark_on__lte=F("received_on")),
                name="contracts_incomingletter_posted_before_received",
            ),
            models.CheckConstraint(
                condition=Q(form__in=[str(form) for form in LETTER_FORMS]),
                name="contracts_incomingletter_form_known",
            ),
            models.CheckConstraint(
                condition=~Q(sender=""), name="contracts_incomingletter_sender_given"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """« 2026-00042 »: its year and its place in the order of arrival."""
        return f"{self.year}-{self.number:05d}"


class LetterFiling(models.Model):
    """A letter filed under a convention, and what it does there; a trigger refuses any change.

    The last one of a letter holds. One that replaces another says why.
    """

    identifier = models.UUIDField("envoi", unique=True)
    letter = models.ForeignKey(
        IncomingLetter, models.PROTECT, related_name="filings", db_index=False
    )
    place = models.PositiveSmallIntegerField("rang")
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="letter_filings")
    effect = models.CharField("effet", max_length=40)
    """What it does: the kind of the act it makes, or why it makes none."""
    act = models.ForeignKey(
        ConventionAct, models.PROTECT, related_name="letter_filings", null=True, blank=True
    )
    """The act that it makes; the moments of its post are named after it."""
    reason = models.CharField("motif", max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("classé le")

    class Meta:
        verbose_name = "classement d’un courrier reçu"
        verbose_name_plural = "classements des courriers reçus"
        ordering = ["letter", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "place"], name="contracts_letterfiling_one_a_place"
            ),
            models.CheckConstraint(
                condition=Q(place=1) | Q(place__gt=1) & ~Q(reason=""),
                name="contracts_letterfiling_moved_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(effect=""), name="contracts_letterfiling_effect_given"
            ),
        ]

    def __str__(self) -> str:
        return f"courrier {self.letter_id}, convention {self.convention_id}"


class LetterPlace(models.Model):
    """Where a letter received stands: its last filing, kept so that the queues are counted at once.

    A cache: ``contracts.services.incoming_letters.place_again`` makes it anew from the filings.
    """

    class Standing(models.TextChoices):
        TO_FILE = "to_file", "À rattacher"
        TO_QUALIFY = "to_qualify", "À qualifier par un juriste"
        FILED = "filed", "Classé"

    letter = models.OneToOneField(IncomingLetter, models.PROTECT, related_name="place")
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+", db_index=False)
    standing = models.CharField("situation", max_length=12, choices=Standing)
    filing = models.OneToOneField(
        LetterFiling, models.PROTECT, related_name="+", null=True, blank=True
    )
    convention = models.ForeignKey(
        Convention, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "situation d’un courrier reçu"
        indexes = [
            models.Index(fields=["caisse", "standing"], name="contracts_letterplace_queue"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing="to_file", filing__isnull=True, convention__isnull=True)
                | Q(
                    standing__in=["to_qualify", "filed"],
                    filing__isnull=False,
                    convention__isnull=False,
                ),
                name="contracts_letterplace_follows_its_filing",
            ),
        ]

    def __str__(self) -> str:
        return f"courrier {self.letter_id} : {self.get_standing_display()}"
