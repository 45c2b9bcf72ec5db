"""Accounts in the directory: one a holder and caisse, under an identifier that is never reused."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from contracts.models import Partner, Person, Site
from workflows.rulebook_access import HabilitationRules

IDENTIFIER_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"


class AccountState(models.TextChoices):
    """What a directory holds of an account."""

    ABSENT = "absent", "Pas encore inscrit"
    LOCKED = "locked", "Verrouillé"
    OPEN = "open", "Ouvert"


class Account(models.Model):
    """An entry in a caisse's directory, held by a partner, one of its structures, or a person.

    ``state`` and ``services`` say what the directory is known to hold; what it should hold is
    derived from dates (``access.desired``). Accounts are never deleted, so that no identifier
    comes back under another holder.
    """

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="accounts")
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="accounts", null=True, blank=True
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="accounts", null=True, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="accounts", null=True, blank=True
    )
    identifier = models.CharField("identifiant", max_length=64, blank=True)
    state = models.CharField(
        "état connu", max_length=10, choices=AccountState, default=AccountState.ABSENT
    )
    services = models.JSONField("services ouverts", default=list, blank=True)
    revision = models.PositiveIntegerField("révision", default=0)
    """Grows with each change of the row."""

    class Meta:
        verbose_name = "compte"
        constraints = [
            models.CheckConstraint(
                condition=Q(partner__isnull=False, site__isnull=True, person__isnull=True)
                | Q(partner__isnull=True, site__isnull=False, person__isnull=True)
                | Q(partner__isnull=True, site__isnull=True, person__isnull=False),
                name="access_account_one_holder",
            ),
            *(
                models.UniqueConstraint(
                    fields=["caisse", holder],
                    condition=Q(**{f"{holder}__isnull": False}),
                    name=f"access_account_one_a_{holder}",
                )
                for holder in ("partner", "site", "person")
            ),
            models.UniqueConstraint(
                F("caisse"),
                Lower("identifier"),
                condition=~Q(identifier=""),
                name="access_account_identifier_unique",
            ),
            models.CheckConstraint(
                condition=Q(identifier="") | Q(identifier__regex=IDENTIFIER_PATTERN),
                name="access_account_identifier_form",
            ),
            models.CheckConstraint(
                condition=Q(state="absent") | Q(state__in=["locked", "open"]) & ~Q(identifier=""),
                name="access_account_state_identified",
            ),
        ]

    def __str__(self) -> str:
        return f"compte {self.pk}"

    @property
    def holder(self) -> Partner | Site | Person:
        """Who is registered in the directory."""
        holder = self.partner or self.site or self.person
        assert holder is not None  # The database holds that there is one.
        return holder

    @property
    def holder_name(self) -> str:
        """The holder in words, for the screens."""
        holder = self.holder
        return holder.get_full_name() if isinstance(holder, Person) else holder.name

    @property
    def habilitation_rules(self) -> HabilitationRules:
        """The rules of the convention that gave its latest habilitation.

        Raises ``Habilitation.DoesNotExist`` for an account without any: none is ever stored so.
        """
        habilitations = self.habilitations.select_related("convention__pinned")
        return habilitations.latest("pk").convention.rules.habilitation


class AccountIdentifier(models.Model):
    """An identifier once given in a caisse, for good: a trigger refuses any change."""

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="identifiers")
    identifier = models.CharField("identifiant", max_length=64)
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "identifiant donné"
        constraints = [
            models.UniqueConstraint(
                F("caisse"), Lower("identifier"), name="access_accountidentifier_never_reused"
            ),
        ]

    def __str__(self) -> str:
        return self.identifier
