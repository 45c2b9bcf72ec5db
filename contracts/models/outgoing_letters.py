"""The letters that a caisse sends: from the signature to the proof, passage by passage."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contracts.letter_circuit import PASSAGES, REGISTERED, STANDINGS, WITH_A_REASON
from contracts.models.caisses import Agent, Caisse, Power
from contracts.models.convention_acts import ConventionAct
from contracts.models.documents import IssuedDocument
from contracts.registered_numbers import PATTERN


class OutgoingLetter(models.Model):
    """An issued letter on its circuit.

    Only ``issued`` and ``caisse`` are its own: the rest is a cache of its passages, which
    ``contracts.services.outgoing_letters.put_again`` makes anew.
    """

    KEY: ClassVar[str] = "envoi-"
    """Begins what the acts of the convention call it."""

    issued = models.OneToOneField(IssuedDocument, models.PROTECT, related_name="circuit")
    caisse = models.ForeignKey(
        Caisse, models.PROTECT, related_name="outgoing_letters", db_index=False
    )
    """That of the convention, here for the queues of the caisse."""
    standing = models.CharField("situation", max_length=20, choices=list(STANDINGS.items()))
    since = models.DateField("depuis le")
    """The day of the last passage."""
    registered_number = models.CharField("numéro de recommandé", max_length=40, blank=True)
    posted_on = models.DateField("posté le", null=True, blank=True)

    class Meta:
        verbose_name = "courrier envoyé"
        verbose_name_plural = "courriers envoyés"
        indexes = [
            models.Index(fields=["caisse", "standing", "since"], name="contracts_outgoing_queue"),
            models.Index(fields=["caisse", "posted_on"], name="contracts_outgoing_posted"),
            models.Index(
                fields=["registered_number"],
                condition=~Q(registered_number=""),
                name="contracts_outgoing_number",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing__in=list(STANDINGS)),
                name="contracts_outgoingletter_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(posted_on__isnull=False)
                | ~Q(standing__in=["proof_awaited", "proof_lost", "sent", "proven"]),
                name="contracts_outgoingletter_posted_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(registered_number="")
                | ~Q(standing__in=["proof_awaited", "proof_lost", "proven"]),
                name="contracts_outgoingletter_registered_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"courrier {self.issued_id} : {self.get_standing_display()}"

    @property
    def key(self) -> str:
        """What the acts of the convention call it."""
        return f"{self.KEY}{self.pk}"


class LetterPassage(models.Model):
    """One passage of a letter on its circuit; a trigger refuses any change of the row."""

    identifier = models.UUIDField("envoi", unique=True)
    """Made by the page that told it, so that what is sent twice is told once."""
    letter = models.ForeignKey(
        OutgoingLetter, models.PROTECT, related_name="passages", db_index=False
    )
    place = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("passage", max_length=20, choices=list(PASSAGES.items()))
    on = models.DateField("le")
    signatory = models.ForeignKey(Agent, models.PROTECT, related_name="+", null=True, blank=True)
    power = models.ForeignKey(Power, models.PROTECT, related_name="+", null=True, blank=True)
    """The power under which it was signed."""
    registered_number = models.CharField("numéro de recommandé", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("année du dépôt", null=True, blank=True)
    """Of the posting: operators give their numbers again after some time."""
    comment = models.CharField("commentaire", max_length=500, blank=True)
    file = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )
    act = models.ForeignKey(
        ConventionAct, models.PROTECT, related_name="letter_passages", null=True, blank=True
    )
    """The postal fact that it recorded about the convention."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "passage d’un courrier"
        verbose_name_plural = "passages des courriers"
        ordering = ["letter", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "place"], name="contracts_letterpassage_one_a_place"
            ),
            models.UniqueConstraint(
                fields=["registered_number", "year"],
                condition=~Q(registered_number=""),
                name="contracts_letterpassage_number_unique",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(PASSAGES)), name="contracts_letterpassage_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="signed", signatory__isnull=False, power__isnull=False)
                | ~Q(kind="signed") & Q(signatory__isnull=True, power__isnull=True),
                name="contracts_letterpassage_signed_under_a_power",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=REGISTERED, year=F("on__year"), registered_number__regex=PATTERN
                )
                | ~Q(kind__in=REGISTERED) & Q(year__isnull=True, registered_number=""),
                name="contracts_letterpassage_posted_with_its_number",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=WITH_A_REASON) | ~Q(comment=""),
                name="contracts_letterpassage_returned_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, courrier {self.letter_id}"
