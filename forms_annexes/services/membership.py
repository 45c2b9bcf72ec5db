"""Who answers for a partner, or for one of its structures, on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from contracts.models import Partner, PartnerMembership, Site, User


def memberships(on: date) -> QuerySet[PartnerMembership]:
    """The memberships that hold on a day."""
    return PartnerMembership.objects.on(on)


def answered_for(user: User, on: date, partner: str, of_structure: Callable[[int], Q]) -> Q:
    """What the user may see on a day, of rows that lead to their partner by the path ``partner``.

    All of them for whoever answers for the partner as a whole; ``of_structure`` says which for
    whoever answers for one structure alone, by its key.
    """
    seen = Q(pk__in=())
    for membership in memberships(on).filter(user=user):
        of_partner = Q(**{partner: membership.partner_id})
        if membership.site_id is not None:
            of_partner &= of_structure(membership.site_id)
        seen |= of_partner
    return seen


def own_or_common(structure: int) -> Q:
    """What is about a structure, or about none under a convention that covers it."""
    return Q(site=structure) | Q(site__isnull=True, convention__sites=structure)


def members(partner: Partner, site: Site | None, on: date) -> QuerySet[Any]:
    """The users who answer for the partner as a whole, and for that structure when there is one."""
    found = Q(site__isnull=True)
    if site is not None:
        found |= Q(site=site)
    answering = memberships(on).filter(found, partner=partner)
    return get_user_model().objects.filter(pk__in=answering.values("user")).order_by("pk")


def enrol(user: User, partner: Partner, site: Site | None, role: str, on: date) -> None:
    """Let the user answer for the partner from that day, in that role; nothing if it is so."""
    same = memberships(on).filter(user=user, partner=partner, site=site, role=role)
    if not same.exists():
        PartnerMembership.objects.create(
            user=user, partner=partner, site=site, role=role, first_day=on
        )
