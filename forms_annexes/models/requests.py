"""The access request: an annex that a partner submits, whose status is one stored field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from contracts.models import Caisse, Convention, Site
from forms_annexes.plain_forms import PLAIN_RULE, plain_definition
from templates_conventions.forms import FormDefinition, form_definition
from workflows.rulebook_access import RequestForm

if TYPE_CHECKING:
    from forms_annexes.models.users import RequestedUser


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Envoyée"
    RETURNED = "returned", "À compléter"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    LAPSED = "lapsed", "Caduque"
    WITHDRAWN = "withdrawn", "Retirée"


class RequestKind(models.TextChoices):
    """What is asked for the named users."""

    CREATE = "create", "Donner accès"
    REPLACE = "replace", "Remplacer un utilisateur"
    MODIFY = "modify", "Modifier un utilisateur"
    REMOVE = "remove", "Retirer l’accès"


class RequestChannel(models.TextChoices):
    """How the request reached the caisse."""

    ONLINE = "online", "En ligne"
    PAPER = "paper", "Sur papier"
    MAIL = "mail", "Par courriel"


EDITABLE = (RequestStatus.DRAFT.value, RequestStatus.RETURNED.value)
"""Statuses in which the answers may change."""

_RECEIVED = ("submitted", "returned", "accepted", "refused")


class RequestSequence(models.Model):
    """The last number given to a request of one caisse in one year; its row is the lock."""

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "suite de numéros de demande"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "year"], name="forms_annexes_requestsequence_one_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} : {self.last}"


class AccessRequest(ConcurrentTransitionMixin, models.Model):
    """One annex, being filled or sent, under one convention.

    ``status`` is the truth and moves only by the transitions below; the tasks of its process say
    who must do what next and hold no status. ``answers`` are by field code of the form, those about
    the named users apart, on their own rows: both may be corrected or erased.
    """

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="access_requests")
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="access_requests", null=True, blank=True
    )
    number = models.CharField("numéro", max_length=60, unique=True)
    kind = models.CharField("objet", max_length=10, choices=RequestKind, default=RequestKind.CREATE)
    form_code = models.CharField("formulaire", max_length=100, blank=True)
    """Empty where the rules have no form for what is asked (``plain_forms``)."""
    status = FSMField(
        "statut", choices=RequestStatus, default=RequestStatus.DRAFT.value, protected=True
    )
    revision = models.PositiveIntegerField("révision", default=0)
    """Grows with each change, so that a page shown before it is known to be stale."""
    channel = models.CharField(
        "voie", max_length=10, choices=RequestChannel, default=RequestChannel.ONLINE
    )
    received_on = models.DateField("reçue le", null=True, blank=True)
    answers = models.JSONField("réponses", default=dict, blank=True)
    signatory_quality = models.CharField("qualité du signataire", max_length=200, blank=True)
    return_reasons = models.JSONField("motifs de retour", default=list, blank=True)
    return_note = models.TextField("pièce attendue", blank=True)
    """What exactly is missing, in the clerk's words; emptied when the request comes back."""
    origin_checked = models.BooleanField("provenance vérifiée", default=False)
    """Whether an agent checked where a form without signature comes from."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField("créée le")

    _held_users: list[RequestedUser] | None = None

    if TYPE_CHECKING:
        users: Any
        drafts: Any
        pieces: Any
        signatures: Any
        transitions: Any
        process: Any
        submissions: Any
        get_kind_display: Any

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values),
                name="forms_annexes_request_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RequestKind.values), name="forms_annexes_request_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=RequestChannel.values),
                name="forms_annexes_request_channel_known",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="forms_annexes_request_numbered"),
            models.CheckConstraint(
                condition=~Q(status__in=_RECEIVED) | Q(received_on__isnull=False),
                name="forms_annexes_request_received_on",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(return_reasons=[]),
                name="forms_annexes_request_return_reasoned",
            ),
            # A form is for one structure, or for the partner as a whole: one draft of each. What is
            # asked about users who have a right is about each of them.
            models.UniqueConstraint(
                fields=["convention", "site", "form_code"],
                condition=Q(status="draft", kind="create", site__isnull=False),
                name="forms_annexes_request_one_draft_a_site",
            ),
            models.UniqueConstraint(
                fields=["convention", "form_code"],
                condition=Q(status="draft", kind="create", site__isnull=True),
                name="forms_annexes_request_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def named_users(self) -> list[RequestedUser]:
        """The named users in the order of the form; as they were read, after ``hold_users``."""
        if self._held_users is not None:
            return self._held_users
        return list(self.users.order_by("position").select_related("replaces", "decided_by"))

    def hold_users(self) -> None:
        """Read the named users once, where none of them changes any more."""
        self._held_users = self.named_users

    @property
    def definition(self) -> FormDefinition:
        """The form as the pages ask it. Raises ``SourceFault`` when its file is missing."""
        if not self.form_code:
            return plain_definition(str(RequestKind(self.kind).label))
        return form_definition(self.convention.rulebook_code, self.form_code)

    @property
    def rule(self) -> RequestForm:
        """What the convention's rules say of the form."""
        if not self.form_code:
            return PLAIN_RULE
        for form in self.convention.rules.habilitation.forms:
            if form.code == self.form_code:
                return form
        raise LookupError(f"{self.number} : les règles n’ont pas de formulaire {self.form_code}.")

    @property
    def status_label(self) -> str:
        """The status in words."""
        return str(RequestStatus(self.status).label)

    @property
    def is_editable(self) -> bool:
        """Whether the answers may still change."""
        return self.status in EDITABLE

    @transition(field=status, source=EDITABLE, target=RequestStatus.SUBMITTED.value)
    def submit(self) -> None:
        """It reached the caisse, for the first time or completed."""
        self.return_reasons, self.return_note = [], ""

    @transition(
        field=status, source=RequestStatus.SUBMITTED.value, target=RequestStatus.RETURNED.value
    )
    def give_back(self) -> None:
        """The caisse says what is missing."""

    @transition(
        field=status, source=RequestStatus.SUBMITTED.value, target=RequestStatus.ACCEPTED.value
    )
    def accept(self) -> None:
        """Every named user is decided, and one at least accepted."""

    @transition(
        field=status, source=RequestStatus.SUBMITTED.value, target=RequestStatus.REFUSED.value
    )
    def refuse(self) -> None:
        """Every named user is refused."""

    @transition(
        field=status,
        source=(RequestStatus.ACCEPTED.value, RequestStatus.REFUSED.value),
        target=RequestStatus.SUBMITTED.value,
    )
    def reopen(self) -> None:
        """What was decided is looked at again."""

    @transition(field=status, source=EDITABLE, target=RequestStatus.LAPSED.value)
    def lapse(self) -> None:
        """Nothing came for too long: a person closes it, or the day that was announced does."""

    @transition(
        field=status,
        source=(*EDITABLE, RequestStatus.SUBMITTED.value),
        target=RequestStatus.WITHDRAWN.value,
    )
    def withdraw(self) -> None:
        """Whoever asked asks no more."""
