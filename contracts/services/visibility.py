"""Which caisses and conventions a user may see: those of their scopes, and nothing else."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from contracts.models import Caisse, Convention, PublishedRulebook, User, UserScope


def visible_caisses(user: User, on: date) -> QuerySet[Caisse]:
    """The caisses for which the user has a role on that day."""
    scopes = UserScope.objects.on(on).filter(user=user)
    return Caisse.objects.filter(pk__in=scopes.values("caisse"))


def visible_conventions(user: User, on: date) -> QuerySet[Convention]:
    """The conventions of the user's caisses, restricted to the services of each role.

    A role without services sees them all. Being a superuser opens nothing here.
    """
    seen = Q(pk__in=())
    for scope in UserScope.objects.on(on).filter(user=user):
        of_caisse = Q(caisse=scope.caisse_id)
        if scope.services:
            of_caisse &= Q(rulebook_code__in=_codes_with(set(scope.services)))
        seen |= of_caisse
    return Convention.objects.filter(seen)


def _codes_with(services: set[str]) -> set[str]:
    """The types of convention one version of which offers one of the services."""
    return {
        row.code
        for row in PublishedRulebook.objects.all()
        if services & {service.code for service in row.rulebook.services}
    }


def roles_for(user: User, convention: Convention, on: date) -> frozenset[str]:
    """The roles under which the user may act on a convention that day."""
    return frozenset(
        scope.role
        for scope in UserScope.objects.on(on).filter(user=user, caisse=convention.caisse_id)
        if not scope.services
        or set(scope.services) & {service.code for service in convention.rules.services}
    )
