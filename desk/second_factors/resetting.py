"""Taking away the second factors of somebody who lost them."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from contracts.models import Caisse, SecondFactorReset, User, UserScope
from desk.signing_in.ending import end_sessions_of
from notifications.services import send
from workflows import clock
from workflows.french import typeset

LONGEST_REASON = 300
POWER = "contracts.reset_second_factor"
BY_COMMAND = "L’exploitant du site"


class CannotReset(Exception):
    """The second factors stay, for a reason that is the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(typeset(reason))


def staff_of(caisses: QuerySet[Caisse]) -> QuerySet[User]:
    """Those who have a role today in one of the caisses, by name."""
    scopes = UserScope.objects.on(clock.today()).filter(caisse__in=caisses)
    return User.objects.filter(pk__in=scopes.values("user")).order_by(
        "last_name", "first_name", "email"
    )


def reset(
    user: User, caisse: Caisse | None, author: User | None, reason: str, identifier: UUID
) -> SecondFactorReset:
    """Take the second factors of ``user`` away, end their sessions, write down why, tell them.

    Asked again under the same identifier, it is the one of the first time. Without ``caisse`` and
    ``author``, the command of the server does it. Raises ``CannotReset``, and ``PermissionDenied``
    of who does not administer the caisse.
    """
    if author and not author.has_perm(POWER, caisse):
        raise PermissionDenied
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if done := SecondFactorReset.objects.filter(identifier=identifier, user=user).first():
            return done
        if author == user:
            raise CannotReset("Vos propres seconds facteurs : demandez à un autre administrateur.")
        factors = Authenticator.objects.filter(user_id=user.pk)
        removed = factors.count()
        if not removed:
            raise CannotReset("Cette personne n’a pas de second facteur : il n’y a rien à retirer.")
        factors.delete()
        # Whoever found them may be inside already.
        end_sessions_of(user)
        row = SecondFactorReset.objects.create(
            identifier=identifier,
            user=user,
            caisse=caisse,
            author=author,
            reason=reason,
            removed=removed,
            reset_at=clock.now(),
        )
        send(
            "second_factor_reset",
            key=f"second_factor_reset:{row.pk}",
            recipient_person=user,
            context={
                "author": author.get_full_name() if author else BY_COMMAND,
                "reason": reason,
            },
        )
    return row
