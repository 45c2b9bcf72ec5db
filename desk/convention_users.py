"""The requests made under a convention, and the users it gives access to."""

from __future__ import annotations

from typing import NamedTuple

from access.directory.choice import directory_of
from access.flags import Flag, flags_on
from access.models import Habilitation
from access.services.notification import opens_its_service
from contracts.models import Convention, Site
from forms_annexes.models import AccessRequest
from forms_annexes.models.requests import RequestStatus
from forms_annexes.services.structures import missing_sheets
from workflows import clock
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
    sends_credentials: bool
    """Whether a page of the desk sends its credentials, or sends them again."""
    flags: tuple[Flag, ...]
    """What calls for a look at it."""


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


def missing_of(convention: Convention, sites: list[Site], requests: list[RequestLine]) -> list[str]:
    """The sheets still awaited, structure by structure: « Fiche Structure : Les Exemples »."""
    sheets = missing_sheets(convention, sites, [line.request for line in requests])
    return [sheet.title for sheet in sheets]


def users_of(convention: Convention) -> list[UserLine]:
    """The users, those whose right is closed last."""
    services = {service.code: service.label for service in convention.rules.services}
    makes_passwords = directory_of(convention.caisse).makes_passwords
    rows = list(convention.habilitations.select_related("person", "site", "account"))
    flags = flags_on(clock.today(), rows)
    lines = [
        UserLine(
            one,
            one.person.get_full_name(),
            services.get(one.service, one.service),
            MEANINGS[HabilitationStatus(one.state)],
            one.state_label,
            makes_passwords and opens_its_service(one),
            flags[one.pk],
        )
        for one in rows
    ]
    return sorted(lines, key=lambda line: (line.meaning == "ended", line.name, line.service))
