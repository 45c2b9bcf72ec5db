"""The partners, their structures and those who speak or sign for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from contracts.identifiers import compact, validate_siren, validate_siret
from contracts.models.periods import Period
from workflows import clock
from workflows.rulebook_types import PartnerKind

PARTNER_KINDS = {
    PartnerKind.COMMUNE: "Commune",
    PartnerKind.INTERCOMMUNAL_BODY: "Intercommunalité",
    PartnerKind.DEPARTEMENT: "Département",
    PartnerKind.CCAS: "Centre communal d’action sociale (CCAS)",
    PartnerKind.CIAS: "Centre intercommunal d’action sociale (CIAS)",
    PartnerKind.ASSOCIATION: "Association",
    PartnerKind.NON_PROFIT_BODY: "Organisme à but non lucratif",
    PartnerKind.COMPANY: "Société",
    PartnerKind.PUBLIC_ESTABLISHMENT: "Établissement public",
}

SIREN_PATTERN = r"^[0-9]{9}$"
SIRET_PATTERN = r"^[0-9]{14}$"


class Partner(models.Model):
    """A legal person that concludes conventions with caisses.

    A young association may have no SIREN yet: it is accepted, and `lacks_siren` warns of it.
    """

    name = models.CharField("nom", max_length=250)
    kind = models.CharField(
        "nature",
        max_length=30,
        choices=[(str(kind), label) for kind, label in PARTNER_KINDS.items()],
    )
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[validate_siren])
    siret = models.CharField(
        "SIRET du siège", max_length=14, blank=True, validators=[validate_siret]
    )
    address = models.TextField("adresse", blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    form_token = models.UUIDField("envoi du formulaire", null=True, blank=True, editable=False)
    """Made by the page that entered it, so that a form sent twice makes one partner."""

    class Meta:
        verbose_name = "partenaire"
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="contracts_partner_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["form_token"],
                condition=Q(form_token__isnull=False),
                name="contracts_partner_one_a_form",
            ),
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren=""),
                name="contracts_partner_siren_unique",
                violation_error_message="Ce numéro SIREN est celui d’un partenaire déjà connu.",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=SIREN_PATTERN),
                name="contracts_partner_siren_form",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=SIRET_PATTERN),
                name="contracts_partner_siret_form",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siren=Left("siret", 9)),
                name="contracts_partner_siret_of_siren",
                violation_error_message="Le SIRET du siège commence par le SIREN du partenaire.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contracts_partner_named"),
            models.CheckConstraint(
                condition=Q(kind__in=[str(kind) for kind in PartnerKind]),
                name="contracts_partner_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: Any = None) -> None:
        """Drop the spaces people type in numbers, then check every field."""
        self.siren, self.siret = compact(self.siren), compact(self.siret)
        super().clean_fields(exclude=exclude)

    def address_on(self, day: date) -> str:
        """The address of that day: ``address`` is the one with which it was entered."""
        return _address_on(self, day)

    @property
    def current_address(self) -> str:
        """The address of today."""
        return self.address_on(clock.today())

    @property
    def lacks_siren(self) -> bool:
        """Whether nothing but the name says who this is."""
        return not self.siren


class PartnerNumber(models.Model):
    """The number under which one caisse knows the partner (« n° tiers »): free text."""

    caisse = models.ForeignKey("contracts.Caisse", models.PROTECT, related_name="partner_numbers")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="numbers")
    number = models.CharField("n° tiers", max_length=50)

    class Meta:
        verbose_name = "numéro de tiers"
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "number"],
                name="contracts_partnernumber_unique",
                violation_error_message="Ce n° tiers est déjà celui d’un partenaire de la caisse.",
            ),
            models.UniqueConstraint(
                fields=["caisse", "partner"],
                name="contracts_partnernumber_one_a_caisse",
                violation_error_message="Ce partenaire a déjà un n° tiers dans cette caisse.",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="contracts_partnernumber_given"),
        ]

    def __str__(self) -> str:
        return self.number

    def clean_fields(self, exclude: Any = None) -> None:
        self.number = self.number.strip()
        super().clean_fields(exclude=exclude)


class Site(models.Model):
    """A structure of the partner: a nursery, a centre, an office."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="sites")
    name = models.CharField("nom", max_length=250)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    address = models.TextField("adresse", blank=True)
    closed_on = models.DateField("fermée le", null=True, blank=True)

    class Meta:
        verbose_name = "structure"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="contracts_site_siret_unique",
                violation_error_message="Ce numéro SIRET est celui d’une structure déjà connue.",
            ),
            models.UniqueConstraint(
                fields=["partner", "name"],
                name="contracts_site_name_unique",
                violation_error_message="Ce partenaire a déjà une structure de ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=SIRET_PATTERN),
                name="contracts_site_siret_form",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contracts_site_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: Any = None) -> None:
        self.siret = compact(self.siret)
        super().clean_fields(exclude=exclude)

    def address_on(self, day: date) -> str:
        """The address of that day, empty when none was told."""
        return _address_on(self, day)

    @property
    def current_address(self) -> str:
        """The address of today."""
        return self.address_on(clock.today())

    def is_closed(self, on: date) -> bool:
        """Whether it is closed on that day; ``closed_on`` is the first day without it."""
        return self.closed_on is not None and self.closed_on <= on

    def clean(self) -> None:
        """Refuse the SIRET of somebody else's establishment."""
        if self.siret and self.partner.siren and not self.siret.startswith(self.partner.siren):
            raise ValidationError(
                {"siret": "Le SIRET d’une structure commence par le SIREN de son partenaire."}
            )


class Contact(Period):
    """Somebody who answers for the partner."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="contacts")
    site = models.ForeignKey(Site, models.PROTECT, related_name="contacts", null=True, blank=True)
    person = models.ForeignKey("contracts.Person", models.PROTECT, related_name="contacts")
    quality = models.CharField("qualité", max_length=200)

    class Meta(Period.Meta):
        verbose_name = "contact"
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(quality=""), name="contracts_contact_quality_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quality}, partenaire {self.partner_id}"


class Signatory(models.Model):
    """Somebody who may sign for the partner, in a quality; when, the powers say."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="signatories")
    person = models.ForeignKey("contracts.Person", models.PROTECT, related_name="signatories")
    quality = models.CharField("qualité", max_length=200)

    class Meta:
        verbose_name = "signataire"
        verbose_name_plural = "signataires"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "person", "quality"], name="contracts_signatory_once"
            ),
            models.CheckConstraint(
                condition=~Q(quality=""),
                name="contracts_signatory_quality_given",
                violation_error_message="Indiquez la qualité du signataire : maire, présidente…",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quality}, partenaire {self.partner_id}"


class SignatoryPower(Period):
    """The period over which a signatory may sign, and the delegation if it is not by right.

    Two periods of one signatory never overlap (a trigger refuses it).
    """

    signatory = models.ForeignKey(Signatory, models.PROTECT, related_name="powers")
    delegated = models.BooleanField("par délégation", default=False)
    delegation_reference = models.CharField(
        "référence de la délégation", max_length=200, blank=True
    )
    delegation_document = models.ForeignKey(
        "contracts.EvidenceFile", models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta(Period.Meta):
        verbose_name = "pouvoir de signer"
        constraints = [
            *Period.Meta.constraints,
            models.CheckConstraint(
                condition=Q(delegated=False) | ~Q(delegation_reference=""),
                name="contracts_signatorypower_delegation_cited",
                violation_error_message="Indiquez la délégation en vertu de laquelle il signe.",
            ),
        ]

    def __str__(self) -> str:
        return f"pouvoir du signataire {self.signatory_id}"


def _address_on(owner: Partner | Site, day: date) -> str:
    from contracts.models.addresses import told_of

    told = [one.address for one in told_of(owner) if one.first_day <= day]
    return str(told[-1] if told else owner.address)
