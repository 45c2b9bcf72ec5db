"""Who answers for a partner, or for one of its structures, on a day, and who is written to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, Q, QuerySet

from contracts.models import Contact, Convention, Partner, PartnerMembership, Person, Site, User


def members(partner: Partner, site: Site | None, on: date) -> QuerySet[User]:
    """The users who answer for the partner as a whole, and for that structure when there is one."""
    found = Q(site__isnull=True)
    if site is not None:
        found |= Q(site=site)
    answering = PartnerMembership.objects.on(on).filter(found, partner=partner)
    return User.objects.filter(pk__in=answering.values("user")).order_by("pk")


def partner_contact(convention: Convention, on: date, site: Site | None = None) -> Person | None:
    """Who answers for the structure, else for the partner; None where nobody has an address."""
    contacts = list(
        Contact.objects.on(on)
        .filter(partner=convention.party_on(on), person__erased_at=None)
        .exclude(person__email="")
        .select_related("person")
        .order_by("pk")
    )
    own = [contact for contact in contacts if site is not None and contact.site_id == site.pk]
    general = [contact for contact in contacts if contact.site_id is None]
    found = own or general
    return found[0].person if found else None


def written_to(partners: Iterable[int], on: date) -> frozenset[int]:
    """Those of the partners, by their keys, of whom somebody is known to write to."""
    wanted = list(partners)
    return frozenset(_members_of(wanted, on).values_list("partner", flat=True)) | frozenset(
        _contacts_of(wanted, on).values_list("partner", flat=True)
    )


def answering(partners: Iterable[int], on: date) -> dict[int, list[User | Person]]:
    """Who answers for each of many partners, by their keys, as ``answering_for``."""
    wanted = list(partners)
    found: dict[int, dict[User | Person, None]] = {}
    for row in _members_of(wanted, on).select_related("user").order_by("user"):
        found.setdefault(row.partner_id, {})[row.user] = None
    others = [partner for partner in wanted if partner not in found]
    for contact in _contacts_of(others, on).select_related("person").order_by("pk"):
        found.setdefault(contact.partner_id, {contact.person: None})
    return {partner: list(people) for partner, people in found.items()}


def answers(one: User | Person, partner: int, on: date) -> bool:
    """Whether somebody is among who answers for a partner, by its key, as ``answering`` tells.

    One narrow query: it is asked before each mail.
    """
    members_of = _members_of([partner], on)
    if isinstance(one, User):
        return members_of.filter(user=one).exists()
    contacts = _contacts_of([partner], on).filter(~Exists(members_of)).order_by("pk")
    return contacts.values_list("person", flat=True).first() == one.pk


def answering_for(
    convention: Convention, on: date, site: Site | None = None
) -> list[User | Person]:
    """Who answers for the partner or the structure, else the contact; nobody when none is known."""
    answering = list(members(convention.party_on(on), site, on).filter(is_active=True))
    if answering:
        return [*answering]
    contact = partner_contact(convention, on, site)
    return [contact] if contact is not None else []


def _members_of(partners: Iterable[int], on: date) -> QuerySet[PartnerMembership]:
    """Those of the partners as a whole whose account is open."""
    return PartnerMembership.objects.on(on).filter(
        partner__in=partners, site=None, user__is_active=True
    )


def _contacts_of(partners: Iterable[int], on: date) -> QuerySet[Contact]:
    """Those of the partners as a whole to whom a mail can go."""
    found = Contact.objects.on(on).filter(partner__in=partners, site=None, person__erased_at=None)
    return found.exclude(person__email="")
