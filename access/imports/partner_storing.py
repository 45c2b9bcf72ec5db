"""The partners that a take-over brings, their structures and who signs for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from access.imports.judging import Accepted
from access.imports.known import KnownPartner
from access.imports.told import SignatoryTold
from access.imports.values import plain
from contracts.models import (
    Caisse,
    Partner,
    PartnerNumber,
    Person,
    Signatory,
    SignatoryPower,
    Site,
)
from contracts.services.partner_keys import refresh_many


def store_partners(accepted: Sequence[Accepted], caisse: Caisse) -> None:
    """Write what the conventions bring of their partners: only what is not there yet."""
    touched = list({id(one.partner): one.partner for one in accepted}.values())
    Partner.objects.bulk_create([known.partner for known in touched if not known.is_stored])
    changed = _store_numbers(touched, caisse) | _store_sites(accepted)
    _store_signatories(accepted)
    with_key = {known.partner.pk for known in touched if not known.is_stored}
    refresh_many(changed | with_key)
    for known in touched:
        known.is_stored = True


def save_new(people: Iterable[Person]) -> None:
    """Write the persons who have no key yet."""
    new = {id(person): person for person in people if person.pk is None}
    Person.objects.bulk_create(list(new.values()))


def _store_numbers(touched: Sequence[KnownPartner], caisse: Caisse) -> set[int]:
    new = [known for known in touched if known.number and not known.is_numbered]
    PartnerNumber.objects.bulk_create(
        PartnerNumber(caisse=caisse, partner=known.partner, number=known.number) for known in new
    )
    for known in new:
        known.is_numbered = True
    return {known.partner.pk for known in new}


def _store_sites(accepted: Sequence[Accepted]) -> set[int]:
    new: list[Site] = []
    for one in accepted:
        known = one.partner
        for name in (*one.told.sites, *(user.site for user in one.told.users if user.site)):
            if plain(name) not in known.sites:
                known.sites[plain(name)] = Site(partner=known.partner, name=name)
                new.append(known.sites[plain(name)])
    Site.objects.bulk_create(new)
    return {site.partner_id for site in new}


def _store_signatories(accepted: Sequence[Accepted]) -> None:
    new = [
        _signing(one.partner, one.told.signatory)
        for one in accepted
        if one.told.signatory is not None and one.partner.is_new_signatory(one.told.signatory)
    ]
    save_new(signatory.person for signatory, _ in new)
    for signatory, _ in new:
        signatory.person_id = signatory.person.pk
    Signatory.objects.bulk_create([signatory for signatory, _ in new])
    for signatory, power in new:
        power.signatory_id = signatory.pk
    SignatoryPower.objects.bulk_create([power for _, power in new])


def _signing(known: KnownPartner, given: SignatoryTold) -> tuple[Signatory, SignatoryPower]:
    signatory = Signatory(
        partner=known.partner,
        person=Person(first_name=given.first_name, last_name=given.last_name),
        quality=given.quality,
    )
    power = SignatoryPower(
        signatory=signatory,
        first_day=given.since,
        last_day=given.until,
        delegated=bool(given.delegation),
        delegation_reference=given.delegation,
    )
    return signatory, power
