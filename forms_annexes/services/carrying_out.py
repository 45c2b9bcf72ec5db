"""From an accepted change to the acts of the right it is about, in the transaction of the decision.

Each act is named after the line of the request: done again, it is the same act.
"""

from __future__ import annotations

from typing import Any

from access.models import Habilitation
from access.services.habilitations import CannotGrant, check_scope
from access.services.user_life import change_profile, change_scope
from contracts.models import Convention, Person
from forms_annexes.models import AccessRequest, RequestedUser
from forms_annexes.models.requests import RequestKind
from forms_annexes.models.users import UserDecision
from forms_annexes.services.departures import act_of, leave
from forms_annexes.services.moving import RequestRefused
from forms_annexes.services.structures import ABOUT_RIGHTS
from workflows import acts, clock
from workflows.act import Act
from workflows.french import date_in_words, typeset
from workflows.recording import ActRefused
from workflows.scopes import scope_of
from workflows.subjects import NotRecorded, consequences, locked


def person_concerned(user: RequestedUser) -> Person | None:
    """Whose right a line is about, once it may be accepted; None where it asks for a new right.

    Raises ``RequestRefused`` for a user who has no access any more, and for a change that the rules
    refuse.
    """
    right = user.replaces
    if user.request.kind not in ABOUT_RIGHTS or right is None:
        return None
    right = _locked(right)
    name = right.person.get_full_name()
    if right.state == "closed" and not _closed_by(user, right):
        closed_on = date_in_words(right.closes_on) if right.closes_on else ""
        raise RequestRefused(
            typeset(
                f"{name} n’a plus d’accès depuis le {closed_on} : il n’y a plus rien à changer. "
                "Refusez cette ligne pour ce motif."
            )
        )
    if user.request.kind == RequestKind.MODIFY:
        _check_changes(user, right)
    return right.person


def carry_out(request: AccessRequest, author: Any) -> None:
    """Record what the accepted lines of a request ask about rights that stand.

    Raises ``RequestRefused``: nothing is then written, the decision neither.
    """
    users = request.users.filter(decision=UserDecision.ACCEPTED, replaces__isnull=False)
    for user in users.select_related("request", "replaces").order_by("position"):
        assert user.replaces is not None
        right = _locked(user.replaces)
        try:
            if request.kind == RequestKind.MODIFY:
                _modify(user, right, author)
            elif user.leaves_on is not None:
                leave(user, right, author)
        except (ActRefused, NotRecorded, CannotGrant) as refused:
            raise RequestRefused(str(refused)) from refused


def _modify(user: RequestedUser, right: Habilitation, author: Any) -> None:
    today, reference = clock.today(), user.reference
    if user.new_profile:
        change_profile(
            right,
            user.new_profile,
            today,
            author,
            request=reference,
            identifier=f"asked-{reference}-profile",
        )
    if user.new_scope is not None:
        change_scope(
            right,
            scope_of(user.new_scope),
            today,
            author,
            request=reference,
            identifier=f"asked-{reference}-scope",
        )


def _closed_by(user: RequestedUser, right: Habilitation) -> bool:
    """Whether the very line that is decided closed the right, on a day already past."""
    return bool(right.acts.filter(identifier=act_of(user)).exists())


def _check_changes(user: RequestedUser, right: Habilitation) -> None:
    asked: list[Act] = []
    common: dict[str, Any] = {"on": clock.today(), "recorded_at": clock.now()}
    common["user"] = right.user_key
    if user.new_profile:
        asked.append(acts.ProfileChanged(id="considered-1", profile=user.new_profile, **common))
    try:
        if user.new_scope is not None:
            scope = scope_of(user.new_scope)
            check_scope(right.convention, scope)
            asked.append(acts.ScopeChanged(id="considered-2", scope=scope, **common))
        for act in asked:
            consequences(right, act)
    except (ActRefused, CannotGrant) as refused:
        raise RequestRefused(str(refused)) from refused


def _locked(right: Habilitation) -> Habilitation:
    """The right as it is now, which nobody else changes until the end of the transaction."""
    locked(Convention.objects.all(), right.convention_id)
    rows = Habilitation.objects.select_related("person", "convention__caisse", "convention__pinned")
    return locked(rows, right.pk)
