"""The requests made under a convention, and the users it gives access to."""

from __future__ import annotations

from typing import NamedTuple

from access.models import Habilitation
from contracts.models import Convention
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus
from workflows.habilitation import HabilitationStatus

MEANINGS = {
    HabilitationStatus.REQUESTED: "neutral",
    HabilitationStatus.GRANTED: "attention",
    HabilitationStatus.CREDENTIALS_SENT: "in_force",
    HabilitationStatus.ACTIVE: "in_force",
    HabilitationStatus.SUSPENDED: "attention",
    HabilitationStatus.CLOSED: "ended",
}

REQUEST_MEANINGS = {
    RequestStatus.DRAFT: "neutral",
    RequestStatus.SUBMITTED: "attention",
    RequestStatus.RETURNED: "attention",
    RequestStatus.ACCEPTED: "in_force",
    RequestStatus.REFUSED: "ended",
    RequestStatus.LAPSED: "ended",
    RequestStatus.WITHDRAWN: "ended",
}


class RequestLine(NamedTuple):
    """One request, and where it stands."""

    request: AccessRequest
    meaning: str
    state: str


class UserLine(NamedTuple):
    """One named user's right to one service."""

    habilitation: Habilitation
    name: str
    service: str
    meaning: str
    state: str


def requests_of(convention: Convention) -> list[RequestLine]:
    """The requests, the latest first."""
    return [
        RequestLine(
            one,
            REQUEST_MEANINGS[RequestStatus(one.status)],
            str(RequestStatus(one.status).label),
        )
        for one in convention.access_requests.select_related("site")
    ]


def users_of(convention: Convention) -> list[UserLine]:
    """The users, those whose right is closed last."""
    services = {service.code: service.label for service in convention.rules.services}
    rows = convention.habilitations.select_related("person", "site", "account")
    lines = [
        UserLine(
            one,
            one.person.get_full_name(),
            services.get(one.service, one.service),
            MEANINGS[HabilitationStatus(one.state)],
            one.state_label,
        )
        for one in rows
    ]
    return sorted(lines, key=lambda line: (line.meaning == "ended", line.name, line.service))
