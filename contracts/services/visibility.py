"""Which caisses and conventions a user may see: those of their scopes, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from contracts.models import Caisse, Convention, ConventionParty, Partner, User, UserScope
from contracts.services.rulebooks import published_rulebooks
from workflows.read_once import once


def scopes_held(user: User, on: date, roles: Iterable[str] | None = None) -> list[UserScope]:
    """The scopes that the user holds on a day, or those of them in one of ``roles``."""
    held = once(
        ("scopes", user.pk, on),
        lambda: list(UserScope.objects.on(on).filter(user=user).select_related("caisse")),
    )
    return held if roles is None else [scope for scope in held if scope.role in roles]


def visible_caisses(user: User, on: date, roles: Iterable[str] | None = None) -> QuerySet[Caisse]:
    """The caisses for which the user has a role on that day, or one of ``roles``."""
    held = scopes_held(user, on, roles)
    return Caisse.objects.filter(pk__in=sorted({scope.caisse_id for scope in held}))


def visible_conventions(
    user: User, on: date, roles: Iterable[str] | None = None
) -> QuerySet[Convention]:
    """The conventions of the user's caisses, restricted to the services of each role.

    With ``roles``, those alone in which the user may act under one of these. A role without
    services sees them all. Being a superuser opens nothing here.
    """
    scopes = scopes_held(user, on, roles)
    whole = {scope.caisse_id for scope in scopes if not scope.services}
    # One list of caisses rather than a row of alternatives: an index answers it.
    seen = Q(caisse__in=sorted(whole))
    for scope in scopes:
        if scope.services and scope.caisse_id not in whole:
            codes = codes_with(set(scope.services))
            seen |= Q(caisse=scope.caisse_id, rulebook_code__in=codes)
    return Convention.objects.filter(seen)


def visible_partners(user: User, on: date, roles: Iterable[str] | None = None) -> QuerySet[Partner]:
    """The partners that have, had or are to have a convention that the user may see.

    A draft is one.

    With ``roles``, one on which the user may act under one of these.
    """
    seen = visible_conventions(user, on, roles).order_by()
    places = ConventionParty.objects.filter(partner=OuterRef("pk"), convention__in=seen)
    return Partner.objects.filter(Exists(seen.filter(partner=OuterRef("pk"))) | Exists(places))


def roles_about(user: User, partner: Partner, on: date) -> frozenset[str]:
    """The roles under which the user may act on a partner that day: one convention is enough."""
    types = once(
        ("types of a partner", partner.pk),
        lambda: set(
            partner.conventions.order_by()
            .values_list("caisse", "rulebook_code")
            .union(
                partner.places.order_by().values_list(
                    "convention__caisse", "convention__rulebook_code"
                )
            )
            .order_by()  # Django 6.1 gives a union the ordering of its first model.
        ),
    )
    return frozenset(
        scope.role
        for scope in scopes_held(user, on)
        for caisse, code in types
        if caisse == scope.caisse_id
        and (not scope.services or code in codes_with(set(scope.services)))
    )


def codes_with(services: set[str]) -> set[str]:
    """The types of convention one version of which offers one of the services."""
    return {
        row.code
        for row in published_rulebooks()
        if services & {service.code for service in row.rulebook.services}
    }


def roles_for(user: User, convention: Convention, on: date) -> frozenset[str]:
    """The roles under which the user may act on a convention that day."""
    return frozenset(
        scope.role
        for scope in scopes_held(user, on)
        if scope.caisse_id == convention.caisse_id
        and (
            not scope.services
            or set(scope.services) & {service.code for service in convention.rules.services}
        )
    )
