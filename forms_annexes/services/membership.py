"""Who answers for a partner, or for one of its structures, on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet

from contracts.models import Partner, PartnerMembership, Site, User
from contracts.services.parties import held_by


def memberships(on: date) -> QuerySet[PartnerMembership]:
    """The memberships that hold on a day."""
    return PartnerMembership.objects.on(on)


def answered_for(user: User, on: date, convention: str, of_structure: Callable[[int], Q]) -> Q:
    """What the user may see on a day, of rows that lead to their convention by a path.

    ``convention`` is that path, empty for conventions themselves. All of them for whoever answers
    for the partner of that day as a whole; ``of_structure`` says which for whoever answers for one
    structure alone, by its key.
    """
    seen = Q(pk__in=())
    for membership in memberships(on).filter(user=user):
        of_partner = held_by(membership.partner_id, on, convention)
        if membership.site_id is not None:
            of_partner &= of_structure(membership.site_id)
        seen |= of_partner
    return seen


def own_or_common(structure: int) -> Q:
    """What is about a structure, or about none under a convention that covers it."""
    return Q(site=structure) | Q(site__isnull=True, convention__sites=structure)


def enrol(user: User, partner: Partner, site: Site | None, role: str, on: date) -> None:
    """Let the user answer for the partner from that day, in that role; nothing if it is so."""
    same = memberships(on).filter(user=user, partner=partner, site=site, role=role)
    if not same.exists():
        PartnerMembership.objects.create(
            user=user, partner=partner, site=site, role=role, first_day=on
        )
