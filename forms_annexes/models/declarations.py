"""What a partner declared: one row a declaration, its pieces and its history."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from contracts.models import Caisse, Convention, EvidenceFile, Site
from forms_annexes.declarations.kinds import Kind, kind_of
from forms_annexes.models.requests import RequestChannel


class DeclarationStatus(models.TextChoices):
    """Where a declaration stands."""

    SENT = "sent", "Envoyée"
    RETURNED = "returned", "À compléter"
    HANDLED = "handled", "Traitée"
    WITHDRAWN = "withdrawn", "Retirée"


_IN_PROGRESS = (DeclarationStatus.SENT.value, DeclarationStatus.RETURNED.value)
_KINDS = ("breach", "right_request", "address", "signatory", "avenant", "notice", "attestation")
_SINGLE = ("notice", "attestation")


class DeclarationSequence(models.Model):
    """The last number given to a declaration of one caisse in one year; its row is the lock."""

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "suite de numéros de déclaration"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "year"], name="forms_annexes_declarationsequence_one_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} : {self.last}"


class Declaration(ConcurrentTransitionMixin, models.Model):
    """One thing that a partner said, under one convention.

    ``status`` is the truth and moves only by the transitions below. ``answers`` are by question of
    its kind (``declarations/kinds.toml``).
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="declarations")
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="declarations", null=True, blank=True
    )
    number = models.CharField("numéro", max_length=60, unique=True)
    form_token = models.UUIDField("envoi du formulaire", default=uuid.uuid4, unique=True)
    """Made by the page, so that a form sent twice makes one declaration."""
    kind = models.CharField("objet", max_length=20)
    status = FSMField(
        "statut", choices=DeclarationStatus, default=DeclarationStatus.SENT.value, protected=True
    )
    revision = models.PositiveIntegerField("révision", default=0)
    """Grows with each change, so that a page shown before it is known to be stale."""
    declared_on = models.DateField("date du fait")
    """The day of what is declared; it may be to come for a change that is announced."""
    aware_at = models.DateTimeField("su le", null=True, blank=True)
    """The instant at which a breach was known: its delay counts in hours."""
    channel = models.CharField(
        "voie", max_length=10, choices=RequestChannel, default=RequestChannel.ONLINE
    )
    received_on = models.DateField("reçue le")
    answers = models.JSONField("réponses", default=dict, blank=True)
    return_comment = models.TextField("complément attendu", blank=True)
    """What is missing, in the agent's words; emptied when the declaration comes back."""
    handled_on = models.DateField("traitée le", null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    handling_note = models.TextField("précision", blank=True)
    """What the partner reads of how it was handled."""
    outcome = models.TextField("suite donnée", blank=True)
    """What the handling wrote elsewhere, or did not, as a sentence for the staff."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField("enregistrée le")

    if TYPE_CHECKING:
        pieces: Any
        lines: Any

    class Meta:
        verbose_name = "déclaration"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["convention", "created_at"],
                name="forms_declaration_in_progress",
                condition=Q(status__in=_IN_PROGRESS),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DeclarationStatus.values),
                name="forms_annexes_declaration_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=_KINDS), name="forms_annexes_declaration_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=RequestChannel.values),
                name="forms_annexes_declaration_channel_known",
            ),
            models.CheckConstraint(
                condition=~Q(number=""), name="forms_annexes_declaration_numbered"
            ),
            models.CheckConstraint(
                condition=Q(kind="breach", aware_at__isnull=False)
                | ~Q(kind="breach") & Q(aware_at__isnull=True),
                name="forms_annexes_declaration_breach_known_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(return_comment=""),
                name="forms_annexes_declaration_return_explained",
            ),
            models.CheckConstraint(
                condition=Q(status="handled", handled_on__isnull=False, handled_by__isnull=False)
                | ~Q(status="handled") & Q(handled_on__isnull=True, handled_by__isnull=True),
                name="forms_annexes_declaration_handled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(handled_on__isnull=True) | Q(handled_on__gte=F("received_on")),
                name="forms_annexes_declaration_handled_once_received",
            ),
            models.UniqueConstraint(
                fields=["convention", "kind"],
                condition=Q(status__in=_IN_PROGRESS, kind__in=_SINGLE),
                name="forms_annexes_declaration_one_in_progress",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def definition(self) -> Kind:
        """What its kind asks and says. Raises ``LookupError`` for a kind that is no more."""
        return kind_of(self.kind)

    @property
    def status_label(self) -> str:
        """The status in words."""
        return str(DeclarationStatus(self.status).label)

    @property
    def is_in_progress(self) -> bool:
        """Whether somebody has still something to do about it."""
        return self.status in _IN_PROGRESS

    @transition(
        field=status,
        source=DeclarationStatus.SENT.value,
        target=DeclarationStatus.RETURNED.value,
    )
    def give_back(self) -> None:
        """The caisse says what is missing."""

    @transition(
        field=status,
        source=DeclarationStatus.RETURNED.value,
        target=DeclarationStatus.SENT.value,
    )
    def send_again(self) -> None:
        """It comes back completed."""
        self.return_comment = ""

    @transition(
        field=status,
        source=DeclarationStatus.SENT.value,
        target=DeclarationStatus.HANDLED.value,
    )
    def handle(self) -> None:
        """The caisse did what it asks."""

    @transition(field=status, source=_IN_PROGRESS, target=DeclarationStatus.WITHDRAWN.value)
    def withdraw(self) -> None:
        """Whoever declared it takes it back."""


class DeclarationLine(models.Model):
    """One moment of a declaration, without any personal data; a trigger refuses any change."""

    class Name(models.TextChoices):
        SEND = "send", "Envoi"
        GIVE_BACK = "give_back", "Retour pour complément"
        SEND_AGAIN = "send_again", "Renvoi"
        JOIN = "join", "Pièce jointe"
        HANDLE = "handle", "Traitement"
        WITHDRAW = "withdraw", "Retrait"

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField("rang")
    name = models.CharField("quoi", max_length=20, choices=Name)
    source = models.CharField("de", max_length=20, choices=DeclarationStatus, blank=True)
    target = models.CharField("à", max_length=20, choices=DeclarationStatus)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "étape d’une déclaration"
        verbose_name_plural = "étapes d’une déclaration"
        ordering = ["declaration", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "number"], name="forms_annexes_declarationline_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_name_display()}"


class DeclarationPiece(models.Model):
    """One file of a declaration."""

    declaration = models.ForeignKey(Declaration, models.PROTECT, related_name="pieces")
    evidence = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="declaration_pieces")

    class Meta:
        verbose_name = "pièce d’une déclaration"
        verbose_name_plural = "pièces d’une déclaration"
        ordering = ["declaration", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "evidence"], name="forms_annexes_declarationpiece_once"
            ),
        ]

    def __str__(self) -> str:
        return f"pièce de la déclaration {self.declaration_id}"
