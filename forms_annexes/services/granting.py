"""From an accepted request to the right itself, once the convention is in force."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from access.models import Habilitation
from access.services.habilitations import CannotGrant, grant
from contracts.models import Convention
from forms_annexes.models import RequestedUser
from forms_annexes.models.requests import RequestKind
from forms_annexes.models.users import UserDecision
from workflows import clock
from workflows.convention import IN_FORCE
from workflows.recording import ActRefused
from workflows.settling import Settlement

logger = logging.getLogger(__name__)


def grant_accepted(convention: Convention) -> list[Habilitation]:
    """Grant what was accepted under a convention and waited for it; nothing until it is in force.

    Doing it again grants nothing twice. A right that cannot be granted is left with its reason on
    its row, and stops neither the others nor the convention.
    """
    if convention.state not in IN_FORCE:
        return []
    return [given for user in waiting(convention) if (given := _grant(convention, user))]


def waiting(convention: Convention) -> list[RequestedUser]:
    """The accepted users of a convention who have no right yet."""
    granted = Habilitation.objects.filter(convention=convention).exclude(request_reference="")
    return list(
        RequestedUser.objects.filter(
            request__convention=convention,
            request__kind=RequestKind.CREATE,
            decision=UserDecision.ACCEPTED,
        )
        .exclude(reference__in=granted.values("request_reference"))
        .select_related("request__site", "person", "decided_by")
        .order_by("request_id", "position")
    )


def follow_conventions(settlements: Sequence[Settlement], **_: Any) -> None:
    """Grant what waited as conventions come into force, in the same transaction.

    What still waits when another term opens waits for a person, not for a date.
    """
    for one in settlements:
        if not one.only_renews:
            grant_accepted(one.subject)


def _grant(convention: Convention, user: RequestedUser) -> Habilitation | None:
    given = None
    try:
        with transaction.atomic():
            for service in convention.rules.services:
                given = grant(
                    convention,
                    user.person,
                    service.code,
                    user.decided_by,
                    clock.today(),
                    request_reference=user.reference,
                    site=user.request.site,
                )
        problem = ""
    except (CannotGrant, ActRefused) as error:
        given, problem = None, str(error)
        logger.warning("Requested user %s was accepted and cannot be granted.", user.pk)
    if problem != user.grant_problem:
        user.grant_problem = problem
        user.save(update_fields=["grant_problem"])
    return given
