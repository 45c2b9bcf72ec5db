"""Partners that may be one legal person entered twice: why it seems so, and telling them apart.

Compared by equal keys alone, so that a large register costs no more than a small one. Nothing is
brought together here: a person looks, and says when they are not the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Left

from contracts.identifiers import validate_no_nir
from contracts.models import Partner, PartnerDistinction, PartnerKey, Site, User
from workflows import clock

MOST_GROUPS = 100
"""Groups of partners alike that are read at once: past that, some must be settled first."""


class Alike(NamedTuple):
    """Two partners alike, the one entered first before the other, and why they seem the same."""

    first: Partner
    second: Partner
    reasons: tuple[str, ...]


class CannotTellApart(Exception):
    """The two partners cannot be told apart, for the reason given."""


def alike(
    partner: Partner, among: QuerySet[Partner], told: Iterable[PartnerDistinction]
) -> list[Alike]:
    """The partners of ``among`` that seem to be ``partner``, those ``told`` apart left out."""
    key = getattr(partner, "search_key", None)
    if key is None:
        return []
    near = Q(name_key=key.name_key)
    if key.email:
        near |= Q(email=key.email)
    same_siren = Q(pk__in=())
    if partner.siren:
        same_siren = Q(sites__siret__startswith=partner.siren)
    sited = partner.sites.exclude(siret="").annotate(owner=Left("siret", 9))
    same_siren |= Q(siren__in=sited.order_by().values("owner"))
    found = among.filter(
        Q(pk__in=PartnerKey.objects.filter(near).values("partner"))
        | Q(pk__in=Partner.objects.filter(same_siren).values("pk"))
    ).exclude(pk=partner.pk)
    others = list(found.select_related("search_key").order_by("name", "pk")[:MOST_GROUPS])
    prefetch_related_objects([partner, *others], "sites")
    said = {(one.first_id, one.second_id) for one in told}
    return _likely([(partner, other) for other in others], said)


def pairs(among: QuerySet[Partner]) -> list[Alike]:
    """The pairs of ``among`` that seem to be one legal person, by name, those told apart left out.

    The first ``MOST_GROUPS`` groups of each kind.
    """
    keys = PartnerKey.objects.filter(partner__in=among).order_by()
    groups: list[list[Partner]] = []
    for column in ("name_key", "email"):
        shared = (
            keys.exclude(**{column: ""})
            .values(column)
            .annotate(number=Count("*"))
            .filter(number__gt=1)
            .order_by(column)
            .values_list(column, flat=True)[:MOST_GROUPS]
        )
        values = list(shared)
        members: dict[str, list[Partner]] = {value: [] for value in values}
        for one in _read(among.filter(**{f"search_key__{column}__in": values})):
            members[getattr(one.search_key, column)].append(one)
        groups += members.values()
    found = {
        (one.pk, two.pk): (one, two) for group in groups for one, two in combinations(group, 2)
    }
    for one, two in _of_one_siren(among):
        found[one.pk, two.pk] = one, two
    involved = {key for pair in found for key in pair}
    said = set(
        PartnerDistinction.objects.filter(first__in=involved, second__in=involved).values_list(
            "first", "second"
        )
    )
    return sorted(_likely(found.values(), said), key=lambda pair: (pair.first.name, pair.second.pk))


def tell_apart(
    one: Partner, other: Partner, reason: str, author: User, *, identifier: UUID
) -> PartnerDistinction:
    """Record that the two are not the same legal person, and why. The same form tells it once.

    Raises ``ValidationError`` on ``reason``, and ``CannotTellApart``.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Dites ce qui montre que ce ne sont pas les mêmes."})
    try:
        validate_no_nir(reason)
    except ValidationError as refused:
        raise ValidationError({"reason": refused}) from refused
    if one.pk == other.pk:
        raise CannotTellApart("C’est le même partenaire.")
    first, second = sorted((one, other), key=lambda partner: partner.pk)
    known = PartnerDistinction.objects.filter(
        Q(identifier=identifier) | Q(first=first, second=second)
    )
    try:
        with transaction.atomic():
            if already := known.first():
                return already
            return PartnerDistinction.objects.create(
                identifier=identifier,
                first=first,
                second=second,
                reason=reason,
                author=author,
                recorded_at=clock.now(),
            )
    except IntegrityError:
        # Told at the same moment by somebody else.
        return known.get()


def told_apart(partner: Partner, among: QuerySet[Partner]) -> list[PartnerDistinction]:
    """What was said of the partner and another one of ``among``, the latest first."""
    return list(
        PartnerDistinction.objects.filter(
            Q(first=partner, second__in=among) | Q(second=partner, first__in=among)
        )
        .select_related("first", "second", "author")
        .order_by("-pk")
    )


def _of_one_siren(among: QuerySet[Partner]) -> Iterator[tuple[Partner, Partner]]:
    """Partners one of which has a structure whose SIRET begins with the SIREN of the other."""
    foreign = Site.objects.exclude(siret="").filter(partner__in=among, partner__siren="")
    owners = {site.siret[:9]: site.partner_id for site in foreign.order_by("-pk")[:MOST_GROUPS]}
    if not owners:
        return
    known = {one.siren: one for one in _read(among.filter(siren__in=owners))}
    others = {one.pk: one for one in _read(among.filter(pk__in=owners.values()))}
    for siren, owner in owners.items():
        if siren in known and known[siren].pk != owner:
            one, two = sorted((known[siren], others[owner]), key=lambda partner: partner.pk)
            yield one, two


def _likely(
    found: Iterable[tuple[Partner, Partner]], said: Collection[tuple[int, int]]
) -> list[Alike]:
    ordered = [tuple(sorted(pair, key=lambda partner: partner.pk)) for pair in found]
    likely = [
        Alike(first, second, _reasons(first, second))
        for first, second in ordered
        if (first.pk, second.pk) not in said
    ]
    return [pair for pair in likely if pair.reasons]


def _reasons(first: Partner, second: Partner) -> tuple[str, ...]:
    one, two = first.search_key, second.search_key
    reasons = []
    if _sirens(first) & _sirens(second):
        reasons.append("même numéro SIREN")
    if one.name_key == two.name_key:
        if one.postcode and one.postcode == two.postcode:
            reasons.append("presque le même nom, même code postal")
        elif not (one.postcode and two.postcode):
            reasons.append("presque le même nom, et l’un des deux sans adresse")
    if one.email and one.email == two.email:
        reasons.append("même adresse électronique")
    return tuple(reasons)


def _sirens(partner: Partner) -> set[str]:
    return {partner.siren, *(site.siret[:9] for site in partner.sites.all())} - {""}


def _read(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    return partners.select_related("search_key").prefetch_related("sites").order_by("name", "pk")
