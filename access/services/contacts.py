"""Which back-office agents are written to about the users of a convention."""

from __future__ import annotations

from datetime import date

from contracts.models import Caisse, Convention, User, UserScope
from contracts.services.visibility import roles_for


def agents_of(caisse: Caisse, on: date) -> list[User]:
    """The active back-office agents of a caisse."""
    scopes = UserScope.objects.on(on).filter(caisse=caisse, role=UserScope.Role.BACK_OFFICE_AGENT)
    return list(User.objects.filter(pk__in=scopes.values("user"), is_active=True).order_by("pk"))


def follows(agent: User, convention: Convention, on: date) -> bool:
    """Whether a back-office agent works on this convention: some see certain services alone."""
    return UserScope.Role.BACK_OFFICE_AGENT in roles_for(agent, convention, on)
