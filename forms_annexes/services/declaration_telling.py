"""The messages that a declaration makes leave, each once, with numbers and dates only in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.models import Convention, User, UserScope
from contracts.services.partner_people import members
from contracts.services.visibility import roles_for
from forms_annexes.models import Declaration
from notifications.services import send
from workflows import clock


def sent(declaration: Declaration) -> None:
    """The partner has its acknowledgement, and those who must act at once are told."""
    _tell_partner(declaration, "declaration_received")
    for user in staff(declaration.convention, declaration.definition.mail_to):
        _tell(declaration, "declaration_urgent", user)


def returned(declaration: Declaration) -> None:
    """The partner is told that something is missing; the page says what."""
    _tell_partner(declaration, "declaration_returned")


def handled(declaration: Declaration) -> None:
    """The partner is told that it is done."""
    _tell_partner(declaration, "declaration_handled")


def staff(convention: Convention, roles: Iterable[str]) -> list[User]:
    """The active users who hold one of the roles for that convention today."""
    wanted, today = set(roles), clock.today()
    scopes = UserScope.objects.on(today).filter(caisse=convention.caisse_id, role__in=wanted)
    users = User.objects.filter(pk__in=scopes.values("user"), is_active=True).order_by("pk")
    return [user for user in users if wanted & roles_for(user, convention, today)]


def _tell_partner(declaration: Declaration, kind: str) -> None:
    partner = declaration.convention.partner
    for user in members(partner, declaration.site, clock.today()):
        _tell(declaration, kind, user)


def _tell(declaration: Declaration, kind: str, user: Any) -> None:
    send(
        kind,
        key=f"{kind}:{declaration.pk}:{declaration.lines.count()}:{user.pk}",
        recipient_person=user,
        subject=declaration.convention,
        context={"declaration": declaration.pk},
    )
