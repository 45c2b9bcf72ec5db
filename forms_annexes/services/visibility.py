"""Which conventions, requests and rights a partner's person, or an agent, may see."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from viewflow.workflow.models import Task

from access.models import Habilitation
from access.services.lives import READ_WITH as LIVES_READ_WITH
from contracts.models import Convention, Site, User
from contracts.services.visibility import visible_conventions
from forms_annexes.flows import RequestFlow
from forms_annexes.models import AccessRequest
from forms_annexes.services.membership import answered_for, memberships

_READ_WITH = ("convention__pinned", "convention__partner", "convention__caisse", "site")


def partner_conventions(user: User, on: date) -> QuerySet[Convention]:
    """The conventions of the partners for which the user answers on that day.

    Whoever answers for one structure sees the conventions that cover it.
    """
    seen = answered_for(user, on, "", lambda structure: Q(sites=structure))
    return Convention.objects.filter(seen).distinct()


def partner_requests(user: User, on: date) -> QuerySet[AccessRequest]:
    """The requests of the partners for which the user answers on that day.

    Whoever answers for one structure sees those about it; of those about no structure, which name
    users of the others, only those that they opened themselves.
    """

    def own(structure: int) -> Q:
        common = Q(site__isnull=True, convention__sites=structure)
        return Q(site=structure) | common & Q(created_by=user)

    seen = answered_for(user, on, "convention", own)
    return AccessRequest.objects.filter(seen).distinct().select_related(*_READ_WITH)


def partner_habilitations(user: User, on: date) -> QuerySet[Habilitation]:
    """The rights given to the users of the partners for which the user answers on that day.

    Whoever answers for one structure sees those of its own users: neither those of another, nor
    those given for the partner as a whole.
    """
    seen = answered_for(user, on, "convention", lambda structure: Q(site=structure))
    rights = Habilitation.objects.filter(seen).distinct()
    return rights.select_related("person", "site", "account", *LIVES_READ_WITH)


def answers_for_all(user: User, convention: Convention, on: date) -> bool:
    """Whether the user answers on that day for the partner as a whole, or for every structure that
    the convention covers."""
    held = memberships(on).filter(user=user, partner=convention.party_on(on))
    answered = set(held.values_list("site", flat=True))
    if None in answered:
        return True
    covered = set(convention.sites.values_list("pk", flat=True))
    return bool(covered) and covered <= answered


def own_sites(user: User, convention: Convention, on: date) -> list[Site]:
    """The structures of a convention for which the user answers on that day, by name."""
    held = memberships(on).filter(user=user, partner=convention.party_on(on))
    answered = set(held.values_list("site", flat=True))
    sites = convention.sites.order_by("name", "pk")
    return list(sites if None in answered else sites.filter(pk__in=answered))


def caisse_requests(user: User, on: date) -> QuerySet[AccessRequest]:
    """The requests under the conventions that the agent may see."""
    seen = visible_conventions(user, on)
    return AccessRequest.objects.filter(convention__in=seen).select_related(*_READ_WITH)


def inbox(user: User, on: date) -> QuerySet[Task]:
    """The requests to check under the conventions the agent may see, oldest first: one query."""
    return (
        Task.objects.filter(
            flow_task=RequestFlow.check,
            finished__isnull=True,
            process__requestprocess__request__convention__in=visible_conventions(user, on),
        )
        .select_related(
            "process__requestprocess__request__convention__partner",
            "process__requestprocess__request__site",
        )
        .order_by("created", "pk")
    )
