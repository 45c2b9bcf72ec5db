"""The address of a partner or of a structure: changed from a day on, and what it was before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from contracts.identifiers import validate_no_nir
from contracts.models import AddressChange, Partner, Site, User
from contracts.models.addresses import told_of
from workflows import clock
from workflows.subjects import locked


class KnownAddress(NamedTuple):
    """An address and the days on which it holds, both included; None where it has no end."""

    address: str
    first_day: date | None
    last_day: date | None

    def holds(self, day: date) -> bool:
        """Whether it is the address of that day."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day)


def change_address(
    partner: Partner,
    address: str,
    on: date,
    author: User | None,
    *,
    identifier: UUID,
    site: Site | None = None,
) -> AddressChange:
    """Give the partner, or one of its structures, another address from that day on.

    What is written or issued for an earlier day keeps the address of its day. A second change from
    the same day corrects the first, which stays readable. The same identifier gives the same
    change. Raises ``ValidationError`` by field.
    """
    address = address.strip()
    if not address:
        raise ValidationError({"address": "Écrivez la nouvelle adresse."})
    try:
        validate_no_nir(address)
    except ValidationError as refused:
        raise ValidationError({"address": refused}) from refused
    if site is not None and site.partner_id != partner.pk:
        raise ValidationError({"site": "Cette structure est celle d’un autre partenaire."})
    with transaction.atomic():
        # Two of them at once wait for each other here.
        locked(Partner.objects.all(), partner.pk)
        if known := AddressChange.objects.filter(identifier=identifier).first():
            return known
        return AddressChange.objects.create(
            identifier=identifier,
            partner=partner,
            site=site,
            address=address,
            first_day=on,
            recorded_at=clock.now(),
            author=author,
        )


def addresses_of(owner: Partner | Site) -> list[KnownAddress]:
    """Every address of a partner or of a structure, the oldest first; those corrected left out."""
    by_day = {one.first_day: one.address for one in told_of(owner)}
    starts: list[date | None] = [None, *by_day]
    texts = [owner.address, *by_day.values()]
    ends = [day - timedelta(days=1) for day in by_day]
    return [KnownAddress(*one) for one in zip(texts, starts, [*ends, None], strict=True) if one[0]]
