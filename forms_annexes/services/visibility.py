"""Which conventions and requests a partner's person, or an agent, may see; nobody else's exist."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from viewflow.workflow.models import Task

from contracts.models import Convention, User
from contracts.services.visibility import visible_conventions
from forms_annexes.flows import RequestFlow
from forms_annexes.models import AccessRequest
from forms_annexes.services.membership import memberships

_READ_WITH = ("convention__pinned", "convention__partner", "convention__caisse", "site")


def partner_conventions(user: User, on: date) -> QuerySet[Convention]:
    """The conventions of the partners for which the user answers on that day.

    Whoever answers for one structure sees the conventions that cover it.
    """
    seen = Q(pk__in=())
    for membership in memberships(on).filter(user=user):
        of_partner = Q(partner=membership.partner_id)
        if membership.site_id is not None:
            of_partner &= Q(sites=membership.site_id)
        seen |= of_partner
    return Convention.objects.filter(seen).distinct()


def partner_requests(user: User, on: date) -> QuerySet[AccessRequest]:
    """The requests of the partners for which the user answers; of one structure, its own alone."""
    seen = Q(pk__in=())
    for membership in memberships(on).filter(user=user):
        of_partner = Q(convention__partner=membership.partner_id)
        if membership.site_id is not None:
            of_partner &= Q(site=membership.site_id) | Q(
                site__isnull=True, convention__sites=membership.site_id
            )
        seen |= of_partner
    return AccessRequest.objects.filter(seen).distinct().select_related(*_READ_WITH)


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
