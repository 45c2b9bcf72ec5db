"""From an accepted request to the right itself, once the convention is in force."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from access.models import Habilitation
from access.services.habilitations import CannotGrant, grant
from contracts.models import Convention
from forms_annexes.models import RequestedUser
from forms_annexes.models.requests import RequestKind
from forms_annexes.models.users import UserDecision
from forms_annexes.services import prerequisites
from workflows import clock
from workflows.convention import IN_FORCE
from workflows.recording import ActRefused
from workflows.settling import Settlement

logger = logging.getLogger(__name__)

PROFILE = "user.profile"
"""The field of the forms that names the profile."""
_NUMBERED = re.compile(r"(?:profil\s*)?(\d{1,3})\b", re.IGNORECASE)


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
            request__kind__in=[RequestKind.CREATE, RequestKind.REPLACE],
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
            prerequisites.must_hold(convention)
            for service in convention.rules.services:
                given = grant(
                    convention,
                    user.person,
                    service.code,
                    user.decided_by,
                    clock.today(),
                    request_reference=user.reference,
                    site=user.request.site,
                    profile=profile_asked(user),
                )
        problem = ""
    except (CannotGrant, ActRefused) as error:
        given, problem = None, str(error)
        logger.warning("Requested user %s was accepted and cannot be granted.", user.pk)
    if problem != user.grant_problem:
        user.grant_problem = problem
        user.save(update_fields=["grant_problem"])
    return given


def profile_asked(user: RequestedUser) -> str:
    """Number of the profile that the line of the request names; empty where it names none.

    A paper form is copied as it reads: « Profil 2 : Services instructeurs », or « 2 ». What is no
    number goes as it is, for the rules to refuse.
    """
    answer = str(user.answers.get(PROFILE, "")).strip()
    numbered = _NUMBERED.match(answer)
    return numbered.group(1) if numbered else answer[:40]
