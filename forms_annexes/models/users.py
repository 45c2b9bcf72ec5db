"""The users a request names, each decided on its own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from forms_annexes.models.requests import AccessRequest
from forms_annexes.refusals import reason_in_words


class UserDecision(models.TextChoices):
    """What the caisse answers for one named user."""

    PENDING = "pending", "À instruire"
    ACCEPTED = "accepted", "Accepté"
    REFUSED = "refused", "Refusé"


def new_reference() -> str:
    """The name under which a granted right remembers who asked for it: says nothing of anyone."""
    return uuid.uuid4().hex


class RequestedUser(models.Model):
    """One named user of a request."""

    request = models.ForeignKey(AccessRequest, models.PROTECT, related_name="users")
    position = models.PositiveSmallIntegerField("rang")
    reference = models.CharField("référence", max_length=32, default=new_reference, unique=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    answers = models.JSONField("autres réponses", default=dict, blank=True)
    replaces = models.ForeignKey(
        "access.Habilitation", models.PROTECT, related_name="+", null=True, blank=True
    )
    """The right that is replaced, modified or removed; empty for a creation."""
    leaves_on = models.DateField("jour du départ", null=True, blank=True)
    """The day from which the right of ``replaces`` is not needed any more."""
    new_profile = models.CharField("nouveau profil", max_length=40, blank=True)
    """Number of the profile asked for instead; empty: it stays."""
    new_scope = models.JSONField("nouveau périmètre", null=True, blank=True)
    """The territory asked for instead (``workflows.scopes.Scope``); None: it stays."""
    person = models.ForeignKey(
        "contracts.Person", models.PROTECT, related_name="requested_accesses", null=True, blank=True
    )
    """Who it became once accepted."""
    decision = models.CharField(
        "décision", max_length=10, choices=UserDecision, default=UserDecision.PENDING
    )
    refusal_reason = models.CharField("motif du refus", max_length=40, blank=True)
    refusal_note = models.TextField("précision", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    grant_problem = models.TextField("habilitation empêchée", blank=True)
    """Why the accepted right could not be granted; empty when it was, or still waits."""

    if TYPE_CHECKING:
        replaces_id: int | None

    class Meta:
        verbose_name = "utilisateur demandé"
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "position"], name="forms_annexes_user_position_unique"
            ),
            models.CheckConstraint(
                condition=Q(decision="pending", decided_at__isnull=True)
                | Q(decision__in=["accepted", "refused"], decided_at__isnull=False),
                name="forms_annexes_user_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(decision="refused") | ~Q(refusal_reason=""),
                name="forms_annexes_user_refusal_reasoned",
            ),
            models.CheckConstraint(
                condition=~Q(decision="accepted") | Q(person__isnull=False),
                name="forms_annexes_user_accepted_is_a_person",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=False)
                | Q(leaves_on__isnull=True, new_profile="", new_scope__isnull=True),
                name="forms_annexes_user_change_of_a_right",
            ),
            models.UniqueConstraint(
                fields=["request", "replaces"],
                condition=Q(replaces__isnull=False),
                name="forms_annexes_user_each_right_once",
            ),
        ]

    def __str__(self) -> str:
        return f"utilisateur demandé {self.pk}"

    @property
    def asked_change(self) -> list[Any]:
        """What is asked about a right that stands, as a signature binds it; empty for a new one."""
        if self.replaces_id is None:
            return []
        leaves_on = self.leaves_on.isoformat() if self.leaves_on else ""
        return [self.replaces_id, leaves_on, self.new_profile, self.new_scope]

    @property
    def refusal_reason_label(self) -> str:
        """Why this user was refused, as the partner reads it."""
        return reason_in_words(self.refusal_reason, self.request.convention.rules.habilitation)

    def get_full_name(self) -> str:
        """First and last name, for the screens."""
        return f"{self.first_name} {self.last_name}".strip()
