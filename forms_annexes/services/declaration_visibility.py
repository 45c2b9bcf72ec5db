"""Which declarations a partner's person, or a member of the staff, may see; no other exists."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, IntegerField, QuerySet, Value, When

from contracts.models import Convention, User
from contracts.services.visibility import visible_conventions
from forms_annexes.declarations.kinds import kinds
from forms_annexes.models import Declaration
from forms_annexes.models.declarations import DeclarationStatus
from forms_annexes.services.membership import answered_for, memberships, own_or_common

_READ_WITH = ("convention__pinned", "convention__partner", "convention__caisse", "site")


def partner_declarations(user: User, on: date) -> QuerySet[Declaration]:
    """The declarations of the partners for which the user answers.

    Whoever answers for one structure sees those about it, and those about the partner as a whole
    under a convention that covers it.
    """
    seen = answered_for(user, on, "convention", own_or_common)
    return Declaration.objects.filter(seen).distinct().select_related(*_READ_WITH)


def answers_for_whole_partner(user: User, convention: Convention, on: date) -> bool:
    """Whether the user answers for the partner itself, and not for one of its structures only."""
    held = memberships(on).filter(user=user, partner=convention.party_on(on), site__isnull=True)
    return bool(held.exists())


def caisse_declarations(user: User, on: date) -> QuerySet[Declaration]:
    """The declarations under the conventions that a member of the staff may see."""
    seen = visible_conventions(user, on)
    return Declaration.objects.filter(convention__in=seen).select_related(*_READ_WITH)


def to_handle(user: User, on: date) -> QuerySet[Declaration]:
    """The declarations that wait for the caisse, the urgent kinds first, then the oldest."""
    urgent = [kind.code for kind in kinds() if kind.urgent]
    ranks = [When(kind=code, then=Value(rank)) for rank, code in enumerate(urgent)]
    return (
        caisse_declarations(user, on)
        .filter(status=DeclarationStatus.SENT.value)
        .annotate(urgency=Case(*ranks, default=Value(len(urgent)), output_field=IntegerField()))
        .order_by("urgency", "received_on", "created_at", "pk")
    )
