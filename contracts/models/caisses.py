"""The caisses, their agents and the dated powers of these."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from contracts.models.periods import Period
from workflows.calendar import HolidayCalendar
from workflows.french import of_name

HOLIDAY_CALENDARS = {
    HolidayCalendar.METROPOLITAN: "France métropolitaine",
    HolidayCalendar.ALSACE_MOSELLE: "Alsace-Moselle",
    HolidayCalendar.GUADELOUPE: "Guadeloupe",
    HolidayCalendar.MARTINIQUE: "Martinique",
    HolidayCalendar.GUYANE: "Guyane",
    HolidayCalendar.REUNION: "La Réunion",
    HolidayCalendar.MAYOTTE: "Mayotte",
    HolidayCalendar.SAINT_BARTHELEMY: "Saint-Barthélemy",
    HolidayCalendar.SAINT_MARTIN: "Saint-Martin",
    HolidayCalendar.SAINT_PIERRE_ET_MIQUELON: "Saint-Pierre-et-Miquelon",
}

CODE_PATTERN = r"^[A-Z0-9]{2,20}$"
COLOUR_PATTERN = r"^#[0-9a-f]{6}$"


class Caisse(models.Model):
    """A body that grants access to its services."""

    code = models.CharField(
        "code",
        max_length=20,
        help_text="Entre dans les numéros de convention : capitales et chiffres, sans espace.",
        validators=[RegexValidator(CODE_PATTERN, "De 2 à 20 capitales ou chiffres, sans espace.")],
    )
    name = models.CharField("nom", max_length=200)
    address = models.TextField("adresse", blank=True)
    departments = models.JSONField("départements", default=list, blank=True)
    holiday_calendar = models.CharField(
        "jours fériés",
        max_length=30,
        choices=[(str(calendar), label) for calendar, label in HOLIDAY_CALENDARS.items()],
        default=str(HolidayCalendar.METROPOLITAN),
    )
    accent_colour = models.CharField(
        "couleur",
        max_length=7,
        default="#0b5d4b",
        validators=[RegexValidator(COLOUR_PATTERN, "Une couleur s’écrit #0b5d4b.")],
    )
    settings = models.JSONField(
        "réglages hors texte",
        default=dict,
        blank=True,
        help_text="Pratiques de la caisse qu’aucune convention ne commande.",
    )

    class Meta:
        verbose_name = "caisse"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="contracts_caisse_code_unique",
                violation_error_message="Ce code est celui d’une autre caisse.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=CODE_PATTERN), name="contracts_caisse_code_form"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contracts_caisse_named"),
            models.CheckConstraint(
                condition=Q(accent_colour__regex=COLOUR_PATTERN),
                name="contracts_caisse_colour_form",
            ),
            models.CheckConstraint(
                condition=Q(holiday_calendar__in=[str(c) for c in HolidayCalendar]),
                name="contracts_caisse_holiday_calendar_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NumberSequence(models.Model):
    """The last number given to a convention of one caisse in one year.

    The row is locked by whoever takes the next number until that convention is stored, so that no
    number is lost or given twice.
    """

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="number_sequences")
    year = models.PositiveSmallIntegerField("année")
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "suite de numéros"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "year"], name="contracts_numbersequence_one_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} : {self.last}"


class Agent(models.Model):
    """A member of a caisse's staff who acts for it."""

    caisse = models.ForeignKey(Caisse, models.PROTECT, related_name="agents")
    person = models.ForeignKey("contracts.Person", models.PROTECT, related_name="agents")
    user = models.ForeignKey(
        "contracts.User", models.PROTECT, related_name="agents", null=True, blank=True
    )
    title = models.CharField("fonction", max_length=200)

    class Meta:
        verbose_name = "agent"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "person"], name="contracts_agent_once_a_caisse"
            ),
        ]

    def __str__(self) -> str:
        return f"agent {self.pk}"


class Power(Period):
    """What an agent may do in the caisse's name, by which delegation, over which period.

    Two periods of the same power of one agent never overlap (a trigger refuses it).
    """

    class Kind(models.TextChoices):
        SIGN_CONVENTIONS = "sign_conventions", "Signer les conventions"
        SIGN_LETTERS = "sign_letters", "Signer les courriers"
        REGISTER_ACCOUNTS = "register_accounts", "Inscrire les comptes (habilité nommément)"
        SUSPEND_ACCESS = "suspend_access", "Suspendre les accès"

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="powers")
    kind = models.CharField("pouvoir", max_length=30, choices=Kind)
    delegated_by = models.ForeignKey(
        Agent,
        models.PROTECT,
        related_name="powers_delegated",
        null=True,
        blank=True,
        verbose_name="délégant",
    )
    """Who delegates it; nobody for a power that comes with one's own office."""
    delegation_reference = models.CharField("référence de la délégation", max_length=200)
    delegation_document = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta(Period.Meta):
        verbose_name = "pouvoir"
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(delegation_reference=""),
                name="contracts_power_delegation_cited",
                violation_error_message="Indiquez la délégation qui donne ce pouvoir.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "sign_conventions",
                        "sign_letters",
                        "register_accounts",
                        "suspend_access",
                    ]
                ),
                name="contracts_power_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(delegated_by=F("agent")),
                name="contracts_power_delegated_by_another",
                violation_error_message="Personne ne se délègue un pouvoir.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, agent {self.agent_id}"

    @property
    def by_delegation(self) -> str:
        """« par délégation de Maxence Exemple, directeur »; empty for a power of one's office."""
        if self.delegated_by is None:
            return ""
        name, title = self.delegated_by.person.get_full_name(), self.delegated_by.title
        return ", ".join(filter(None, (f"par délégation {of_name(name)}", title)))
