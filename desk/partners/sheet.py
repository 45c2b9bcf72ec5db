"""All that the page of one partner shows, through the conventions that the user may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet

from access.models import Habilitation
from contracts.models import (
    Contact,
    Convention,
    IssuedDocument,
    Partner,
    PartnerDistinction,
    PartnerNumber,
    Signatory,
    SignatoryPower,
    Site,
    User,
)
from contracts.services.addresses import KnownAddress, addresses_of
from contracts.services.partner_duplicates import Alike, alike, told_apart
from contracts.services.visibility import scopes_held, visible_conventions, visible_partners
from desk.partners.listing import kind_of, spaced_siren, spaced_siret
from desk.partners.remarks import Known, KnownPower, remarks
from desk.partners.succession_sheet import Move, moves_of
from desk.portfolio import columns
from desk.portfolio.counting import Counts, counted
from desk.portfolio.paging import Page, page_of
from desk.portfolio.types import Types
from forms_annexes.models import AccessRequest
from workflows.convention import IN_FORCE

LATEST = 10
"""Requests and letters shown; their conventions have them all."""

_REQUEST_MEANINGS = {
    "submitted": "attention",
    "returned": "attention",
    "accepted": "in_force",
    "refused": "ended",
    "lapsed": "ended",
    "withdrawn": "ended",
}


class Structure(NamedTuple):
    """One structure, open or closed."""

    site: Site
    siret: str
    address: str
    is_closed: bool


class Power(NamedTuple):
    """One period over which a signatory may sign."""

    row: SignatoryPower
    holds: bool
    is_over: bool


class Signing(NamedTuple):
    """A signatory with every period of their power, the latest first."""

    signatory: Signatory
    powers: list[Power]
    holds: bool


class RequestLine(NamedTuple):
    """One request of access."""

    request: AccessRequest
    meaning: str


@dataclass(frozen=True)
class PartnerSheet:
    """One partner as the user may know it on that day."""

    partner: Partner
    user: User
    today: date
    after: str | None = None
    """The place in the list of conventions after which the page begins, or ``before``."""
    before: str | None = None

    # Who.

    @property
    def kind(self) -> str:
        """« Commune »."""
        return kind_of(self.partner)

    @property
    def siren(self) -> str:
        """With its spaces."""
        return spaced_siren(self.partner.siren)

    @property
    def siret(self) -> str:
        """Of the head office, with its spaces."""
        return spaced_siret(self.partner.siret)

    @cached_property
    def numbers(self) -> list[PartnerNumber]:
        """The numbers under which the user's caisses know it."""
        caisses = self._conventions.order_by().values("caisse")
        numbers = self.partner.numbers.filter(caisse__in=caisses)
        return list(numbers.select_related("caisse").order_by("caisse__name"))

    @cached_property
    def addresses(self) -> list[tuple[KnownAddress, bool]]:
        """Every address with its days, the latest first, and whether it is today's."""
        known = addresses_of(self.partner)
        return [(one, one.holds(self.today)) for one in reversed(known)]

    @cached_property
    def likely_duplicates(self) -> list[tuple[Alike, Partner]]:
        """The other partners that seem to be this one."""
        told = [row for row, _ in self.distinctions]
        found = alike(self.partner, self._partners, told)
        return [(pair, pair.second if pair.first == self.partner else pair.first) for pair in found]

    @cached_property
    def distinctions(self) -> list[tuple[PartnerDistinction, Partner]]:
        """Those that were told apart from it."""
        if not getattr(self.partner, "was_told_apart", True):
            return []
        found = told_apart(self.partner, self._partners)
        return [(row, row.second if row.first == self.partner else row.first) for row in found]

    # Its conventions and what happens under them.

    @cached_property
    def page(self) -> Page:
        """A page of its conventions, the soonest change first."""
        found = self._conventions.order_by()
        return page_of(found, self.counts, self.after, self.before, kept_together=True)

    @cached_property
    def counts(self) -> Counts:
        """How many there are, whatever the page."""
        held = scopes_held(self.user, self.today)
        codes = {scope.caisse_id: scope.caisse.code for scope in held}
        return counted(self._conventions.order_by(), self._types, codes)

    @cached_property
    def _types(self) -> Types:
        return Types()

    @cached_property
    def conventions(self) -> list[columns.Row]:
        """The rows of that page."""
        return columns.listed(self.page.rows, self._types, self.columns)

    @property
    def columns(self) -> list[columns.Column]:
        """What is shown of each: what the list of conventions usually shows."""
        return columns.chosen(())

    @cached_property
    def users(self) -> dict[str, int]:
        """How many habilitations stand, and how many are closed."""
        own = Habilitation.objects.filter(convention__in=self._conventions.order_by())
        found: dict[str, int] = own.aggregate(
            standing=Count("pk", filter=~Q(state="closed")),
            closed=Count("pk", filter=Q(state="closed")),
        )
        return found

    @cached_property
    def requests(self) -> list[RequestLine]:
        """The latest requests of access sent under its conventions."""
        sent = AccessRequest.objects.filter(convention__in=self._conventions.order_by())
        rows = sent.exclude(status="draft").select_related("convention", "site")
        return [
            RequestLine(row, _REQUEST_MEANINGS[row.status])
            for row in rows.order_by("-received_on", "-pk")[:LATEST]
        ]

    @cached_property
    def letters(self) -> list[IssuedDocument]:
        """The latest letters that left for it."""
        letters = IssuedDocument.objects.filter(
            convention__in=self._conventions.order_by(), kind=IssuedDocument.Kind.LETTER
        )
        return list(letters.select_related("convention").order_by("-issued_at", "-pk")[:LATEST])

    @cached_property
    def moves(self) -> list[Move]:
        """The successions by which it took conventions, or gave some up."""
        if not getattr(self.partner, "changed_hands", True):
            return []
        return moves_of(self.partner, visible_conventions(self.user, self.today), self.today)

    # Its structures and its people.

    @cached_property
    def structures(self) -> list[Structure]:
        """Its structures, the open ones first."""
        found = [
            Structure(
                site,
                spaced_siret(site.siret),
                site.address_on(self.today),
                site.is_closed(self.today),
            )
            for site in self.partner.sites.all()
        ]
        return sorted(found, key=lambda one: (one.is_closed, one.site.name, one.site.pk))

    @cached_property
    def contacts(self) -> list[tuple[Contact, bool]]:
        """Those who answer for it, with whether they do today; the present ones first."""
        rows = self.partner.contacts.select_related("person", "site").order_by("-first_day", "-pk")
        found = [
            (row, row.first_day <= self.today and (row.last_day or self.today) >= self.today)
            for row in rows
        ]
        return sorted(found, key=lambda one: not one[1])

    @cached_property
    def signatories(self) -> list[Signing]:
        """Those who may sign for it, could, or will, those of today first."""
        powers = SignatoryPower.objects.select_related("delegation_document__verification")
        rows = self.partner.signatories.select_related("person").prefetch_related(
            Prefetch("powers", powers)
        )
        found = []
        for row in rows.order_by("pk"):
            powers = [
                Power(
                    one,
                    one.first_day <= self.today and (one.last_day or self.today) >= self.today,
                    one.last_day is not None and one.last_day < self.today,
                )
                for one in sorted(row.powers.all(), key=lambda one: one.first_day, reverse=True)
            ]
            found.append(Signing(row, powers, any(power.holds for power in powers)))
        return sorted(found, key=lambda one: not one.holds)

    @cached_property
    def remarks(self) -> list[str]:
        """What is missing or ends soon; nothing once none of its conventions lives."""
        if not self.is_living:
            return []
        powers = [
            KnownPower(
                signing.signatory.person.get_full_name(),
                power.row.first_day,
                power.row.last_day,
                power.row.delegated,
                power.row.delegation_document is not None,
            )
            for signing in self.signatories
            for power in signing.powers
        ]
        emails = [self.partner.email, *(row.person.email for row, now in self.contacts if now)]
        address = next((one.address for one, holds in self.addresses if holds), "")
        closing = [
            (one.site.name, one.site.closed_on)
            for one in self.structures
            if one.site.closed_on is not None and not one.is_closed
        ]
        email = next(filter(None, emails), "")
        known = Known(self.partner.siren, address, email, powers, closing)
        return remarks(known, self.today)

    @cached_property
    def is_living(self) -> bool:
        """Whether one of its conventions is in force, or on its way to be."""
        living = {*IN_FORCE, "draft", "sent_for_signature", "signed", "cnil_transmitted"}
        if self.counts.are_all:
            return any(self.counts.by_choice["etat"].get(state) for state in living)
        return self._conventions.filter(state__in=living).exists()

    @cached_property
    def _conventions(self) -> QuerySet[Convention]:
        return visible_conventions(self.user, self.today).filter(partner=self.partner)

    @cached_property
    def _partners(self) -> QuerySet[Partner]:
        return visible_partners(self.user, self.today)
