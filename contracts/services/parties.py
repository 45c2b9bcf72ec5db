"""Whose conventions these are on a day: read from who was the partner of each over which days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from contracts.models import Convention, ConventionParty, Partner
from workflows.parties import succession_on
from workflows.timeline import Timeline


def held_by(partner: Partner | int, on: date, convention: str = "") -> Q:
    """What is under the conventions whose partner is ``partner`` on that day.

    ``convention`` is the path by which the filtered rows lead to their convention; empty for
    conventions themselves. Exact at midnight, whether or not a sweep ran since.
    """
    path = f"{convention}__" if convention else ""
    places = ConventionParty.objects.on(on).filter(partner=partner)
    # Most conventions never changed partner: an index answers for them.
    unchanged = Q(**{f"{path}partner": partner, f"{path}concluded_by": None})
    return unchanged | Q(**{f"{path}pk__in": places.values("convention")})


def ever_held_by(partners: Iterable[Partner | int]) -> Q:
    """The conventions of which one of the partners was, is or is announced as the partner."""
    partners = list(partners)
    places = ConventionParty.objects.filter(partner__in=partners)
    return Q(partner__in=partners) | Q(pk__in=places.values("convention"))


def partner_in(convention: Convention, life: Timeline, day: date) -> Partner:
    """The partner of that day as a life tells it: with what was known at the life's instant."""
    place = succession_on(life, day)
    if place is None:
        return convention.contracting_partner
    known = {one.pk: one for one in (convention.partner, convention.concluded_by) if one}
    key = int(place.successor)
    return known.get(key) or Partner.objects.get(pk=key)
