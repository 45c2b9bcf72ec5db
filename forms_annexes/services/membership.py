"""Who answers for a partner, or for one of its structures, on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from contracts.models import Partner, PartnerMembership, Site, User


def memberships(on: date) -> QuerySet[PartnerMembership]:
    """The memberships that hold on a day."""
    return PartnerMembership.objects.on(on)


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
