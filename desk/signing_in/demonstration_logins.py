"""The logins of the demonstration, for the sign-in page."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from contracts.demonstration import portfolio
from contracts.models import User, UserScope


def demonstration_logins() -> dict[str, Any]:
    """The logins of the demonstration that are in the base; nothing on a real site."""
    if not settings.TACITE_DEMONSTRATION:
        return {"demo_users": [], "demo_members": [], "demo_password": ""}
    given = portfolio.read()
    members = [(partner.member.email, partner.name) for partner in given.partners if partner.member]
    told = [*(user.email for user in given.users), *(email for email, _ in members)]
    known = set(User.objects.filter(email__in=told).values_list("email", flat=True))
    users = [
        (
            user.email,
            UserScope.Role(user.role).label,
            ", ".join(given.caisse(code).name for code in user.caisses) or "toutes les caisses",
        )
        for user in given.users
        if user.email in known
    ]
    return {
        "demo_users": users,
        "demo_members": [(email, name) for email, name in members if email in known],
        "demo_password": given.password,
    }
