"""The request that somebody makes on line before any convention exists, without an account."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from contracts.identifiers import validate_siret
from contracts.models import Caisse, Convention, Person
from contracts.models.partners import PARTNER_KINDS, SIRET_PATTERN
from forms_annexes.models.requests import AccessRequest
from templates_conventions.forms import FormDefinition, form_definition


class PublicStatus(models.TextChoices):
    """Where a public request stands."""

    UNCONFIRMED = "unconfirmed", "Adresse à confirmer"
    RECEIVED = "received", "Reçue"
    PREPARED = "prepared", "Convention en préparation"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"


class PublicRefusal(models.TextChoices):
    """Why a public request is refused, as its sender reads it."""

    OTHER_CAISSE = "other_caisse", "Ces établissements relèvent d’une autre caisse"
    NOT_CONCERNED = "not_concerned", "Ce service n’est pas ouvert à un organisme comme le vôtre"
    ALREADY = "already", "Une convention existe déjà pour ces établissements"
    UNVERIFIED = "unverified", "Les renseignements donnés n’ont pas pu être vérifiés"
    OTHER = "other", "Autre motif"


_COUNTED = ("received", "prepared", "refused")


class PublicRequest(ConcurrentTransitionMixin, models.Model):
    """What is asked of one caisse before a convention, from its first page to the draft made of it.

    It counts once its sender has proved the address: until then it has no number, nobody at the
    caisse sees it, and it is deleted after a while. ``status`` moves by the transitions below only.
    """

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    """What makes the draft of the convention one, however often it is asked for."""
    nonce = models.CharField("tirage", max_length=43)
    """Of the link by which it is filled in, then of the one by which it is followed."""
    confirmation = models.CharField("tirage de confirmation", max_length=43, blank=True)
    """Of the link that proves the address; drawn at each sending, empty when answers changed."""
    rulebook_code = models.CharField("modèle de convention", max_length=100)
    form_code = models.CharField("formulaire", max_length=100)
    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="public_requests")
    status = FSMField(
        "statut", choices=PublicStatus, default=PublicStatus.UNCONFIRMED.value, protected=True
    )
    number = models.CharField("numéro", max_length=60, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    partner_kind = models.CharField(
        "nature",
        max_length=30,
        blank=True,
        choices=[(str(kind), label) for kind, label in PARTNER_KINDS.items()],
    )
    answers = models.JSONField("réponses", default=dict, blank=True)
    """By field code, those about the named persons apart."""
    users = models.JSONField("personnes nommées", default=list, blank=True)
    contact = models.OneToOneField(
        Person, models.PROTECT, related_name="public_request", null=True, blank=True
    )
    """Who asks, to whom the caisse writes."""
    created_at = models.DateTimeField("commencée le")
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True)
    received_on = models.DateField("reçue le", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    """The agent who decided; nobody when its sender withdrew it."""
    refusal_reason = models.CharField(
        "motif du refus", max_length=20, choices=PublicRefusal, blank=True
    )
    refusal_note = models.TextField("précision", blank=True)
    convention = models.OneToOneField(
        Convention, models.PROTECT, related_name="public_request", null=True, blank=True
    )
    access_request = models.OneToOneField(
        AccessRequest, models.PROTECT, related_name="public_request", null=True, blank=True
    )

    class Meta:
        verbose_name = "demande faite en ligne avant la convention"
        verbose_name_plural = "demandes faites en ligne avant la convention"
        ordering = ["received_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PublicStatus.values),
                name="forms_annexes_public_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="unconfirmed", number="", received_on__isnull=True)
                | ~Q(status="unconfirmed") & ~Q(number="") & Q(received_on__isnull=False),
                name="forms_annexes_public_numbered_once_received",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=_COUNTED) | Q(contact__isnull=False),
                name="forms_annexes_public_has_a_sender",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["unconfirmed", "received"], closed_at__isnull=True)
                | Q(status__in=["prepared", "refused", "withdrawn"], closed_at__isnull=False),
                name="forms_annexes_public_closed_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["prepared", "refused"]) | Q(closed_by__isnull=False),
                name="forms_annexes_public_decided_by",
            ),
            models.CheckConstraint(
                condition=Q(status="refused") & ~Q(refusal_reason="")
                | ~Q(status="refused") & Q(refusal_reason=""),
                name="forms_annexes_public_refusal_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(status="prepared", convention__isnull=False)
                | ~Q(status="prepared") & Q(convention__isnull=True, access_request__isnull=True),
                name="forms_annexes_public_prepared_is_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=SIRET_PATTERN),
                name="forms_annexes_public_siret_form",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="forms_annexes_public_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"demande en ligne {self.pk}"

    @property
    def definition(self) -> FormDefinition:
        """The form as the pages ask it. Raises ``SourceFault`` when its file is missing."""
        return form_definition(self.rulebook_code, self.form_code)

    @property
    def status_label(self) -> str:
        """The status in words."""
        return str(PublicStatus(self.status).label)

    @property
    def refusal_label(self) -> str:
        """Why it is refused, in words; empty when it is not."""
        return str(PublicRefusal(self.refusal_reason).label) if self.refusal_reason else ""

    def answer_to(self, prefill: str) -> str:
        """The answer to the field that a convention fills from ``prefill``; empty for none."""
        for block in self.definition.blocks:
            for field in block.fields:
                if field.prefill == prefill:
                    return str(self.answers.get(field.code, "")).strip()
        return ""

    @property
    def organisation(self) -> str:
        """The name of whoever asks, as typed."""
        return self.answer_to("partner.name") or str(self.answers.get("organisation", ""))

    @transition(
        field=status, source=PublicStatus.UNCONFIRMED.value, target=PublicStatus.RECEIVED.value
    )
    def receive(self) -> None:
        """Its sender proved the address: it counts from that day."""

    @transition(
        field=status, source=PublicStatus.RECEIVED.value, target=PublicStatus.PREPARED.value
    )
    def prepare(self, convention: Any, access_request: Any) -> None:
        """The draft of a convention was made of it."""
        self.convention, self.access_request = convention, access_request

    @transition(field=status, source=PublicStatus.RECEIVED.value, target=PublicStatus.REFUSED.value)
    def refuse(self, reason: str, note: str) -> None:
        """The caisse says no, and why."""
        self.refusal_reason, self.refusal_note = reason, note

    @transition(
        field=status, source=PublicStatus.RECEIVED.value, target=PublicStatus.WITHDRAWN.value
    )
    def withdraw(self) -> None:
        """Whoever asked asks no more."""
